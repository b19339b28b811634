"""Order lines far from what their customer ordered before: asked back once, for a nought too many would be learned from."""

from dataclasses import dataclass
from decimal import Decimal

from crm.models import OrderLine, Product

# A sample may be followed by a pallet; no price moves like that.
MOST_TIMES = {"quantity": 100, "unit_price": 10}


@dataclass(frozen=True)
class FarOff:
    """name: of the field, quantity or unit_price; unit: of both; last: his last line of this product in this currency."""

    name: str
    product: Product
    typed: Decimal
    unit: str
    last: OrderLine


def far_off(rows, products, last_lines) -> list[FarOff]:
    """`rows`: valid forms of lines that stay; products: what was typed as an item -> product; last_lines: see last_prices."""
    found = []
    for form in rows:
        row = form.cleaned_data
        product = products[row["item"].strip()]
        last = last_lines.get(product.pk)
        unit = row["unit"] or product.unit
        if last is None or unit != (last.unit or product.unit):
            continue
        for name, times in MOST_TIMES.items():
            typed, usual = abs(row[name]), getattr(last, name)
            is_far = usual and typed and not usual / times < typed < usual * times
            if is_far and name in form.changed_data:
                found.append(FarOff(name, product, typed, unit, last))
    return found
