from django.db import migrations


def move(apps, schema_editor):
    """What a user took out of his list stays out of it."""
    Old = apps.get_model("analytics", "Dismissal")
    New = apps.get_model("crm", "Dismissal")
    New.objects.bulk_create(
        New(
            user_id=old.user_id,
            kind="overdue",
            subject=old.customer_id,
            occurrence=old.anchor_on.isoformat(),
            answer="snoozed" if old.reason == "later" else "dismissed",
            until_on=old.until_on,
            reason="" if old.reason == "later" else old.reason,
        )
        for old in Old.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial"), ("crm", "0002_working_day")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("Dismissal"),
    ]
