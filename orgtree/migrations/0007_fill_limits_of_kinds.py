from django.db import migrations

from orgtree.kinds import LIMITS


def fill(apps, schema_editor):
    UnitKind = apps.get_model("orgtree", "UnitKind")
    for code, limits in LIMITS.items():
        UnitKind.objects.filter(code=code).update(**limits)


class Migration(migrations.Migration):
    dependencies = [("orgtree", "0006_limits_of_kinds")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
