"""What a customer reports as a list for a spreadsheet: one row a product."""

from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.reported import Reported
from crm.exporting import download
from crm.templatetags.figures import month_range


def export_reported(request, found):
    found = found or Reported()
    period = month_range(found.since, found.until)
    header = [
        _("SKU"), _("Item"), _("Unit"), _("Sold on, %(period)s") % {"period": period}, _("In the 3 months before"),
        _("Ordered from us, %(period)s") % {"period": period}, _("Stock"), _("Stock on"), _("Months of cover"),
    ]  # fmt: skip
    rows = [
        (
            line.sku, line.name, line.unit, line.sold, line.before, line.bought, line.stock,
            found.stock_on if line.stock is not None else None,
            None if line.cover is None else line.cover.quantize(Decimal("0.1")),
        )
        for line in found.lines
    ]  # fmt: skip
    return download(request, "reported", header, rows)
