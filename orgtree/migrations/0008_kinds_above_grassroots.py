from django.db import migrations, models

from orgtree.kinds import ABOVE_GRASSROOTS


def fill(apps, schema_editor):
    UnitKind = apps.get_model("orgtree", "UnitKind")
    UnitKind.objects.filter(code__in=ABOVE_GRASSROOTS).update(above_grassroots=True)


class Migration(migrations.Migration):
    dependencies = [("orgtree", "0007_fill_limits_of_kinds")]
    operations = [
        migrations.AddField(
            model_name="unitkind",
            name="above_grassroots",
            field=models.BooleanField(default=False, help_text="Là hoặc được giao quyền cấp trên cơ sở"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
