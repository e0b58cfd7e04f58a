from django.db import migrations

from common.text import search_key
from orgtree.kinds import LETTERS, UNIFIED


def load(apps, schema_editor):
    UnitKind = apps.get_model("orgtree", "UnitKind")
    made, parents = {}, {}
    for version, rows in (("2025", LETTERS), ("2026", UNIFIED)):
        for code, label, short, rank, holds, top, grassroots, legal, labels in rows:
            made[code] = UnitKind.objects.create(
                code=code,
                label=label,
                short_label=short,
                model_version=version,
                rank=rank,
                holds_members=holds,
                may_be_top=top,
                is_grassroots=grassroots,
                accepted_labels=sorted({search_key(text) for text in [label, *labels]}),
            )
            parents[code] = legal
    for code, legal in parents.items():
        made[code].legal_parents.set([made[parent] for parent in legal])


def unload(apps, schema_editor):
    apps.get_model("orgtree", "UnitKind").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("orgtree", "0002_initial")]
    operations = [migrations.RunPython(load, unload)]
