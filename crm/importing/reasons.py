"""Why a row was rejected or needs a look: code -> words."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "no_customer": _("The customer is missing."),
    "not_yours": _("This customer is not yours. Ask your manager."),
    "no_order_number": _("The order number is missing."),
    "no_item": _("The item (SKU) is missing."),
    "bad_date": _("This is not a date that can be read."),
    "no_date": _("The order date is missing."),
    "bad_quantity": _("The quantity is not a number."),
    "no_quantity": _("The quantity is missing."),
    "zero_quantity": _("The quantity is zero."),
    "bad_price": _("The price is not a number."),
    "no_price": _("The price is missing."),
    "too_large": _("The number is too large."),
    "too_long": _("The text is too long."),
    "bad_currency": _("This is not a currency like EUR."),
    "no_currency": _("The currency is missing."),
    "other_customer": _("The same order number names another customer."),
    "other_currency": _("The same order has lines in another currency."),
    "unknown_country": _("This country is not known; the customer's country stays empty."),
    "edited_since": _("A person changed this after the last import; the person's value was kept."),
}
