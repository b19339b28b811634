"""Finding products by what people type: a SKU, a name, or a few letters of either."""

from django.db.models import Case, Q, Value, When

from crm.models import Order, OrderLine, Product

SUGGESTED = 12


def find_products(texts) -> dict[str, Product]:
    """text -> product, of those texts that are a SKU (in any case) or a whole name. Two queries at most."""
    wanted = {text: {text, text.upper(), text.lower()} for text in texts if text}
    by_sku = {row.sku: row for row in Product.objects.filter(sku__in=set().union(*wanted.values()))}
    found = {
        text: next(by_sku[form] for form in (text, *sorted(forms)) if form in by_sku)
        for text, forms in wanted.items()
        if forms & by_sku.keys()
    }
    unknown = wanted.keys() - found.keys()
    # Of several of one name the active one, and the oldest of those: the last that is read stays.
    by_name = Product.objects.filter(name__in=unknown).order_by("is_active", "-pk")
    return found | {row.name: row for row in by_name}


def suggest(text):
    """Products whose SKU or name has these letters; SKUs that begin with them first, inactive ones last."""
    text = text.strip()
    if not text:
        return Product.objects.none()
    rank = Case(
        When(sku__iexact=text, then=Value(0)), When(sku__istartswith=text, then=Value(1)), default=Value(2)
    )
    rows = Product.objects.filter(Q(sku__icontains=text) | Q(name__icontains=text))
    return rows.order_by("-is_active", rank, "sku")[:SUGGESTED]


def last_prices(customer, currency, products):
    """product -> his last order line of it in this currency. One query."""
    return {row.product_id: row for row in _ordered(customer, currency, products)}


def lines_of_last_orders(order, products):
    """product -> the lines of it in the last order that its customer gave up to this one's day, but for this one. One query."""
    rows = _ordered(order.customer, order.currency, products).filter(order__ordered_on__lte=order.ordered_on)
    found = {}
    for row in rows.exclude(order=order.pk):
        lines = found.get(row.product_id, [])
        found[row.product_id] = [*(line for line in lines if line.order_id == row.order_id), row]
    return found


def _ordered(customer, currency, products):
    """Lines, the earliest order first; returns and what was free are no price."""
    return (
        OrderLine.objects.filter(
            order__customer=customer, order__currency=currency, product__in=products, quantity__gt=0
        )
        .exclude(order__status=Order.Status.CANCELLED)
        .exclude(kind=OrderLine.Kind.FREE)
        .select_related("order")
        .order_by("order__ordered_on", "order", "pk")
    )
