"""Who changed which field of a row, from what to what, and when: by hand, and by imports.

A page is the newest changes of a row and of the rows that hang on it. Every source gives entries older than the cursor,
newest first; they are merged and cut to a page, in a constant number of queries.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import merge
from itertools import islice

from django.db.models import OuterRef, Q, Subquery

from accounts.access import visible
from crm.baseline import BASELINE
from crm.history_words import Words, from_json, label_of, shown_field
from crm.models import (
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Employment,
    ImportChange,
    ImportRun,
    Note,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    Promise,
)

PAGE = 30
IMPORTED = 99  # the rank of what imports wrote, after every table


@dataclass(frozen=True)
class Part:
    """Rows that hang on the one the page is of. `title`: the field that tells one from another."""

    model: type
    path: str
    title: str
    # Fields that mean something only together with others: not to be restored one by one.
    together: frozenset = frozenset()


@dataclass(frozen=True)
class Kind:
    model: type
    section: str
    parts: tuple = ()
    together: frozenset = frozenset()

    def sources(self):
        return (Part(self.model, "id", "", self.together), *self.parts)


KINDS = {
    "customer": Kind(
        Customer,
        "customers",
        (Part(Closure, "customer_id", "from_on"), Part(CustomerItem, "customer_id", "product")),
    ),
    "person": Kind(
        Person,
        "people",
        (
            Part(ContactPoint, "person_id", "kind"),
            Part(
                PersonDate, "person_id", "kind", frozenset({"calendar", "month", "day", "leap_month", "year"})
            ),
            Part(Employment, "person_id", "customer"),
        ),
    ),
    "product": Kind(Product, "products"),
    "order": Kind(
        Order,
        "orders",
        (
            Part(
                OrderLine,
                "order_id",
                "product",
                frozenset({"key", "quantity", "unit_price", "amount", "unit_cost", "kind"}),
            ),
        ),
        frozenset({"kind", "currency", "source"}),
    ),
    "note": Kind(Note, "customers", (Part(Promise, "note_id", "by"),)),
}


@dataclass(frozen=True)
class Change:
    """`restore`: how to name the value before to `restorable`; empty where it cannot be restored."""

    name: str
    label: str
    before: str
    after: str
    restore: str = ""


@dataclass(frozen=True)
class Entry:
    """verb: "entered", "changed", "removed" or "imported". part: which of the hanging rows, in words."""

    at: datetime
    verb: str
    by: str = ""
    file: str = ""
    part: str = ""
    changes: tuple = ()


@dataclass(frozen=True)
class Page:
    entries: list
    more: str = ""


@dataclass
class _Raw:
    """An entry before its values have words. changes: [(field, before, after, restore)]."""

    position: tuple
    verb: str
    source: Part
    by: str = ""
    file: str = ""
    title: object = None
    changes: list = field(default_factory=list)


def history_page(kind, row, user, before="", may_restore=False) -> Page:
    sources, cursor = kind.sources(), _parse(before)
    floor = visible_since(row, user)
    found = [_records(source, rank, row, user, cursor, floor) for rank, source in enumerate(sources)]
    found.append(_imports(kind, row, user, cursor) if floor is None else [])
    raws = list(islice(merge(*found, key=lambda raw: raw.position, reverse=True), PAGE + 1))
    more = "~".join(map(str, _written(raws[PAGE - 1].position))) if len(raws) > PAGE else ""
    words = Words(user, getattr(row, "currency", ""))
    for raw in raws[:PAGE]:
        for changed, old, new, _restore in raw.changes:
            words.want(changed, old)
            words.want(changed, new)
        if raw.source.title:
            words.want(raw.source.model._meta.get_field(raw.source.title), raw.title)
    words.fetch()
    # Saved without a change: nothing to tell, but it counts for where the page ends.
    telling = [raw for raw in raws[:PAGE] if raw.changes or raw.verb != "changed"]
    return Page([_entry(raw, words, may_restore) for raw in telling], more)


def _entry(raw, words, may_restore):
    part = ""
    if raw.source.title:
        title = words.say(raw.source.model._meta.get_field(raw.source.title), raw.title)
        part = f"{label_of(raw.source.model._meta)} · {title}"
    changes = tuple(
        Change(
            changed.name,
            label_of(changed),
            "" if raw.verb == "entered" else words.say(changed, old),
            words.say(changed, new),
            restore if may_restore else "",
        )
        for changed, old, new, restore in raw.changes
    )
    return Entry(raw.position[0], raw.verb, raw.by, raw.file, part, changes)


def _records(source, rank, row, user, cursor, floor):
    """What was recorded of one table: two queries."""
    readable = readable_records(source, row, user, floor)
    rows = readable.exclude(history_change_reason=BASELINE)
    rows = _older(rows, cursor, rank, "history_date", "history_id")
    same_row = source.model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    records = list(
        rows.annotate(earlier=Subquery(same_row.order_by("-history_id").values("history_id")[:1]))
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[: PAGE + 1]
    )
    earlier = readable.in_bulk([record.earlier for record in records if record.earlier])
    return [_raw(source, rank, record, earlier.get(record.earlier)) for record in records]


def readable_records(source, row, user, floor):
    """What was recorded of those rows of `source` that hang on `row`, as far as the user may know it."""
    records = source.model.history.filter(**{source.path: row.pk})
    if source.model is Employment:
        # Where somebody works whose customer the reader may not see, is not his to know.
        records = records.filter(Employment.access_q(user))
    return records.filter(history_date__gt=floor) if floor else records


def living_rows(source, row, user):
    """Those rows of `source` that hang on `row` today and that the user may see."""
    rows = source.model._default_manager.filter(**{source.path: row.pk})
    return visible(user, rows) if hasattr(source.model, "access_q") else rows


def _raw(source, rank, record, earlier):
    verb = {"+": "entered", "~": "changed", "-": "removed"}[record.history_type]
    raw = _Raw(
        (record.history_date, rank, record.history_id), verb, source, by=str(record.history_user or "")
    )
    if source.title:
        raw.title = getattr(record, source.model._meta.get_field(source.title).attname)
    whole = verb == "entered" and source.path != "id"
    for tracked in record.tracked_fields:
        known = source.model._meta.get_field(tracked.name)
        if known.primary_key or tracked.attname == source.path or (tracked.name == source.title and whole):
            continue
        new, old = getattr(record, tracked.attname), getattr(earlier, tracked.attname, None)
        if (whole and new not in (None, "", False)) or (verb == "changed" and earlier and new != old):
            key = f"{source.model._meta.model_name}-{earlier.pk}" if earlier else ""
            raw.changes.append((known, old, new, key if stands_alone(source, known) else ""))
    return raw


def _imports(kind, row, user, cursor):
    """What applied imports made and wrote over: one query."""
    sources = {source.model._meta.model_name: source for source in kind.sources()}
    wanted = Q(model=kind.model._meta.model_name, row=row.pk)
    for part in kind.parts:
        living = living_rows(part, row, user).values("pk")
        wanted |= Q(model=part.model._meta.model_name, row__in=living, before__isnull=False)
    rows = ImportChange.objects.filter(
        wanted, run__state=ImportRun.State.APPLIED, run__applied_at__isnull=False
    )
    rows = _older(rows, cursor, IMPORTED, "run__applied_at", "pk").select_related("run__user")
    raws = [_imported(sources[change.model], change) for change in rows.order_by("-run__applied_at", "-pk")]
    if isinstance(row, Order) and row.run and row.run.applied_at:
        # Orders say themselves which run made them.
        made = _Raw(
            (row.run.applied_at, IMPORTED, 0), "imported", kind.sources()[0], _by(row.run), str(row.run)
        )
        raws += [made] if cursor is None or made.position < cursor else []
    return sorted((raw for raw in raws if raw), key=lambda raw: raw.position, reverse=True)[: PAGE + 1]


def _imported(source, change):
    before, after = change.before or {}, change.after or {}
    verb = "imported" if change.before is None else "changed"
    raw = _Raw((change.run.applied_at, IMPORTED, change.pk), verb, source, _by(change.run), str(change.run))
    for name in before.keys() & after.keys():
        known = shown_field(source.model, name)
        if known is None or not known.editable or before[name] == after[name]:
            continue
        key = f"import-{change.pk}" if stands_alone(source, known) else ""
        raw.changes.append((known, from_json(known, before[name]), from_json(known, after[name]), key))
    raw.changes.sort(key=lambda changed: changed[0].creation_counter)
    return raw if raw.changes or verb == "imported" else None


def _by(run):
    return str(run.user or "")


def stands_alone(source, known):
    """Whether a field can be restored by itself."""
    simple = known.editable and not known.is_relation and not known.primary_key
    return simple and known.name not in source.together


def visible_since(row, user):
    """What a note said while it was private stays its author's, also when it no longer is; None: everything."""
    if not isinstance(row, Note) or row.author_id == user.pk:
        return None
    # A note of no customer is its author's alone, as a private one is.
    own = row.history.filter(Q(private=True) | Q(customer_id=None))
    last = own.order_by("-history_id").first()
    return last.history_date if last else None


def _older(rows, cursor, rank, at, key):
    if cursor is None:
        return rows
    moment, last_rank, last_key = cursor
    same = Q(**{at: moment})
    if rank == last_rank:
        return rows.filter(Q(**{f"{at}__lt": moment}) | same & Q(**{f"{key}__lt": last_key}))
    return rows.filter(Q(**{f"{at}__lt": moment}) | (same if rank < last_rank else Q(pk__in=[])))


def _written(position):
    at, rank, key = position
    return at.isoformat(), rank, key


def _parse(text):
    try:
        at, rank, key = text.split("~")
        return datetime.fromisoformat(at).astimezone(UTC), int(rank), min(int(key), 2**63 - 1)
    except (ValueError, OverflowError):
        return None
