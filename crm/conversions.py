"""Whose figures hang on the rates of months."""

from django.db.models import F

from crm.models import Customer


def customers_converted():
    """Customers with orders in another currency than their own: a corrected rate changes what is computed of them."""
    return Customer.objects.filter(
        pk__in=Customer.objects.exclude(orders__currency=F("currency")).values("pk")
    )
