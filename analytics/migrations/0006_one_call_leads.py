from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def let_one_lead(apps, schema_editor):
    """Of a customer's calls the latest that leads, unless its author has changed his mind since."""
    Call = apps.get_model("analytics", "Call")
    of_customer = Call.objects.filter(customer=OuterRef("customer"), pk__gt=OuterRef("pk"))
    of_author = of_customer.filter(author=OuterRef("author"), anchor_on=OuterRef("anchor_on"))
    led = Call.objects.filter(leads=True)
    overtaken = led.filter(Exists(of_author) | Exists(of_customer.filter(leads=True)))
    Call.objects.filter(pk__in=list(overtaken.values_list("pk", flat=True))).update(leads=False)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_fitted_model"),
    ]

    operations = [
        migrations.RunPython(let_one_lead, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint("customer", condition=Q(leads=True), name="call_one_leads"),
        ),
    ]
