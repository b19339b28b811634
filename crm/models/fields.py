"""Column types and their checks that several nouns share."""

from babel import Locale
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ENGLISH = Locale("en")
# Codes that ISO 4217 gives to no currency, to tests, to metals and to units of bonds.
NO_TENDER = frozenset(["XXX", "XTS", "XAG", "XAU", "XPD", "XPT", "XBA", "XBB", "XBC", "XBD"])


def is_currency(code) -> bool:
    return code in ENGLISH.currencies and code not in NO_TENDER


def validate_currency(code):
    if not is_currency(code):
        raise ValidationError(_("“%(code)s” is not an ISO 4217 currency like EUR."), params={"code": code})


def validate_country(code):
    if len(code) != 2 or code not in ENGLISH.territories:
        raise ValidationError(_("“%(code)s” is not an ISO 3166 country like NO."), params={"code": code})


def currency_field(**options):
    options = {"max_length": 3, "validators": [validate_currency], "verbose_name": _("currency")} | options
    return models.CharField(**options)


def money_field(verbose_name, **options):
    """An amount. Three decimals hold every currency's digits (KWD has 3); who writes it rounds it to its own."""
    return models.DecimalField(verbose_name, max_digits=18, decimal_places=3, **options)


def price_field(verbose_name, **options):
    return models.DecimalField(verbose_name, max_digits=18, decimal_places=5, **options)


def quantity_field(verbose_name, **options):
    return models.DecimalField(verbose_name, max_digits=15, decimal_places=3, **options)
