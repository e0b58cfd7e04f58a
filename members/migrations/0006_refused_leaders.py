import django.db.models.deletion
from django.db import migrations, models

# Of lists entered before: the branches whose own secretary or deputy was refused.
FILL = """
    UPDATE members_importrow r SET leads_id = b.branch_id
    FROM members_importblock b
    WHERE b.id = r.block_id AND b.branch_id IS NOT NULL AND r.outcome IN ('refused', 'elsewhere')
      AND EXISTS (
          SELECT 1 FROM jsonb_array_elements(r.posts) AS p
          WHERE p->>'code' IN ('secretary', 'standing_deputy_secretary', 'deputy_secretary')
            AND p->>'level' IN ('', 'cell')
      )
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0005_activation_reaches_the_record"), ("orgtree", "0008_kinds_above_grassroots")]
    operations = [
        migrations.AddField(
            model_name="importrow",
            name="leads",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="orgtree.orgunit",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("leads__isnull", False)), fields=["leads"], name="member_import_row_leads"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
