"""Which rows a user is shown for what he typed. Every row passes its model's own rule of access."""

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.access import visible
from crm.models import Customer, Note, Order, Person, Product
from crm.models.search import Has
from crm.searching.wanted import Wanted, half_typed, read

MODELS = {"customer": Customer, "person": Person, "note": Note, "product": Product}
# The code, the SKU, the number itself.
EXACT = 0
FEW_CUSTOMERS = 200


def matching(kind, typed):
    """A condition for `filter()` on rows of `kind` (customer, person, note, product): they have all the words typed.

    Whoever shows the rows fetches them through `visible`. Nothing typed finds nothing.
    """
    return having(kind, read(typed))


def having(kind, wanted: Wanted):
    if not wanted:
        return Q(pk__in=[])
    return Q(Has(kind, wanted.grams_for(kind), wanted.pieces_for(kind), wanted.pattern))


def found(user, kind, wanted: Wanted):
    """Rows of `kind` that the user may see, the best first; `rank` is EXACT where code or SKU is what was typed."""
    rows = visible(user, MODELS[kind].objects)
    if kind == "note":
        few = _of_few_customers(user)
        rows = rows.filter(few, *_written(wanted)) if few else rows.filter(having(kind, wanted))
        return rows.annotate(rank=Value(EXACT + 1)).order_by("-happened_at", "-pk")
    return ranked(rows, kind, wanted)


def _of_few_customers(user):
    """What the rule of access says anyway, by columns with an index: where few customers are visible, their notes are
    read faster than the tens of thousands of everybody's that have a common word. None where they are many."""
    customers = visible(user, Customer.objects).order_by().values_list("pk", flat=True)[: FEW_CUSTOMERS + 1]
    if user.role == user.Role.ADMIN or len(customers) > FEW_CUSTOMERS:
        return None
    return Q(author=user.pk) | Q(customer__in=list(customers))


def _written(wanted):
    """Conditions on notes, without the index: each of the words stands in the text."""
    if wanted.letter or not wanted:
        return [Q(pk__in=[])]
    text = "search_document__text"
    pieces = [GreaterThan(StrIndex(text, Value(piece)), 0) for piece in wanted.pieces_for("note")]
    return [*pieces, Q(**{f"{text}__regex": wanted.pattern})] if wanted.pattern else pieces


def ranked(rows, kind, wanted: Wanted):
    """Those of `rows` (customers, people or products) that have what is wanted, the best first."""
    rows = rows.filter(having(kind, wanted)).annotate(rank=_rank(wanted))
    return rows.order_by("rank", *rows.model._meta.ordering, "pk")


def found_or_half_typed(user, kind, wanted, start, end):
    """Some of the rows found; where there are none, those that the syllable just being typed may still become."""
    rows = list(found(user, kind, wanted)[start:end])
    half = half_typed(wanted)
    if rows or start or not half:
        return rows
    return list(found(user, kind, half)[:end])


def found_orders(user, typed):
    """Orders whose number has what was typed: the number itself first, then those that begin so, the latest first."""
    number = " ".join(typed.replace("\0", "").split()).removeprefix("#")
    if len(number) < 2 or len(number) > Order._meta.get_field("number").max_length:
        return Order.objects.none()
    rows = visible(user, Order.objects.select_related("customer")).filter(number__icontains=number)
    rank = Case(
        When(number__iexact=number, then=Value(EXACT)),
        When(number__istartswith=number, then=Value(1)),
        default=Value(2),
    )
    return rows.annotate(rank=rank).order_by("rank", "-ordered_on", "-pk")


def _rank(wanted):
    """The code itself, names that begin so, names with a word that does, names that have it, the rest."""
    places = (f"\n{wanted.text}", f" {wanted.text}", wanted.text)
    cases = [When(search_document__key=wanted.key, then=Value(EXACT))] if wanted.key else []
    for rank, place in enumerate(places, EXACT + 1):
        within = StrIndex("search_document__title", Value(place))
        cases.append(When(GreaterThan(within, 0), then=Value(rank)))
    return Case(*cases, default=Value(len(places) + 1), output_field=IntegerField())
