from django.db import migrations


class Migration(migrations.Migration):
    """Who verified a query alone wrote it: they become its owner, and another officer has to countersign it."""

    dependencies = [("questions", "0003_countersignatures")]

    operations = [
        migrations.RunSQL(
            "UPDATE questions_verifiedquery SET owner_id = verified_by_id, verified_by_id = NULL, verified_at = NULL",
            migrations.RunSQL.noop,
        )
    ]
