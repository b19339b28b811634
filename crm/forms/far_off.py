"""Order lines far from what their customer ordered before: asked back once, for a nought too many would be learned from."""

from dataclasses import dataclass
from datetime import date

from crm.catalogue import lines_of_last_orders
from crm.models import Order, OrderLine
from crm.templatetags.figures import price, quantity

# A sample may be followed by a pallet; no price moves like that.
MOST_TIMES = {"quantity": 100, "unit_price": 10}
# Another item, unit or currency makes another number of what stands beside it.
BESIDE = {"quantity": {"item", "unit"}, "unit_price": {"item", "unit", "currency"}}


@dataclass(frozen=True)
class FarOff:
    """What was typed of this product, and what it was on that day."""

    product: str
    typed: str
    before: str
    on: date


def far_off(order, rows, products, changed) -> list[FarOff]:
    """`order`: as it was typed, unsaved; rows: valid forms of the lines that stay; products: what was typed as an item ->
    product; changed: names of the order's own fields that were. One query."""
    goods = [form for form in rows if form.cleaned_data["kind"] == OrderLine.Kind.GOODS]
    last_orders = lines_of_last_orders(order, [product for product in products.values() if product.pk])
    found = []
    for form in goods:
        product = products[form.cleaned_data["item"].strip()]
        unit = form.cleaned_data["unit"] or product.unit
        lines = [
            line for line in last_orders.get(product.pk, ()) if _is_same(unit, line.unit or product.unit)
        ]
        for name, most in MOST_TIMES.items():
            value = abs(form.cleaned_data[name])
            # What nobody touched nobody is asked about.
            if not value or not {name, *BESIDE[name]} & {*form.changed_data, *changed}:
                continue
            line = _nearest(value, name, lines)
            before = getattr(line, name, None)
            if line is None or _times(value, before) < most or _comes_back(order, name, value, before):
                continue
            shown = [_said(name, number, unit or line.unit, order.currency) for number in (value, before)]
            found.append(FarOff(str(product), *shown, line.order.ordered_on))
    return found


def _is_same(unit, other):
    """As far as one can tell where one of them is not written."""
    return not unit or not other or unit.casefold() == other.casefold()


def _nearest(value, name, lines):
    """Of an order with a case and a single piece the line that is meant; None where there is nothing to compare with."""
    known = [line for line in lines if getattr(line, name) > 0]
    return min(known, key=lambda line: _times(value, getattr(line, name)), default=None)


def _times(one, other):
    return max(one / other, other / one)


def _comes_back(order, name, value, before):
    """Of what was ordered by the pallet a single piece may come back."""
    return order.kind == Order.Kind.RETURN and name == "quantity" and value < before


def _said(name, number, unit, currency):
    if name == "unit_price":
        return f"{currency} {price(number, currency)}"
    return f"{quantity(number)} {unit}".strip()
