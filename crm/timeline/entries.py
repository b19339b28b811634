"""What a timeline is made of: entries, the cursor between two pages, and what a source is asked for.

Every source in settings.TIMELINE_SOURCES is a function with one signature, `(asked: Asked) -> list[Entry]`: entries of
the subject that the reader may see, older than the cursor, newest first, `limit` at most. Its name is the kind that
the timeline is filtered by.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Q

from accounts.models import User
from crm.customers_seen import customers_seen
from crm.models import Customer, Person

SUBJECTS = {Customer: "customer", Person: "person", User: "user"}
CURSOR_KEY = re.compile(r"[a-z]+-\d{12}")
ICONS = {
    "note": "notebook-pen", "call": "phone", "visit": "coffee", "meeting": "users", "email": "mail", "chat": "message-circle",
    "fair": "store", "gift": "gift", "claim": "triangle-alert", "rumour": "ear", "order": "package", "return": "undo-2",
    "import": "file-up", "promise": "handshake", "kept": "check", "shipment": "truck", "assignment": "user-check",
    "greeting": "cake",
}  # fmt: skip
GROUPS = {"email": "mail"} | {
    kind: kind
    for kind in ("order", "return", "import", "gift", "promise", "kept", "shipment", "assignment", "greeting")
}


@dataclass(frozen=True)
class Entry:
    """`at` sorts; a civil day without a time (`has_time` False) counts as the end of that day."""

    at: datetime
    kind: str
    key: str
    title: str
    text: str = ""
    url: str = ""
    has_time: bool = False
    # Where the subject is no customer: at whose it was.
    customer: Customer | None = None
    # (primary key, name) of each.
    people: tuple = ()
    private: bool = False
    pinned: bool = False
    # (question, answer) of a note's guided lines.
    guided: tuple = ()
    # The note behind the entry, where the reader may change it.
    edit_note: int | None = None
    late: str = ""
    on_time: str = ""
    # A promise that is still open.
    is_open: bool = False
    due_on: date | None = None
    # Of an order: its customer, and in words how often he was spoken to before it.
    customer_pk: int | None = None
    contacts: str = ""

    @property
    def position(self):
        return self.at, self.key

    @property
    def cursor(self):
        return f"{self.at.isoformat()}~{self.key}"

    @property
    def icon(self):
        return ICONS.get(self.kind, "circle")

    @property
    def group(self):
        return GROUPS.get(self.kind, "note")


@dataclass(frozen=True)
class Cursor:
    """The position of the last entry shown: within one moment the key decides, as it does when entries are merged."""

    at: datetime
    key: str

    @classmethod
    def parse(cls, text):
        """The cursor that `Entry.cursor` wrote; None for anything else."""
        at, _, key = text.partition("~")
        try:
            moment = datetime.fromisoformat(at).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return cls(moment, key) if CURSOR_KEY.fullmatch(key) else None

    def older_moments(self, field, source):
        same = Q(**{field: self.at}) & self._same_moment(source)
        return Q(**{f"{field}__lt": self.at}) | same

    def older_days(self, field, source):
        day = self.at.date()
        older = Q(**{f"{field}__lt": day})
        return older | Q(**{field: day}) & self._same_moment(source) if self.at == end_of(day) else older

    def _same_moment(self, source):
        """Which rows of `source` come later in the list than the cursor, of those at its very moment."""
        name, _, pk = self.key.rpartition("-")
        if source == name:
            return Q(pk__lt=int(pk))
        return Q() if source < name else Q(pk__in=[])


@dataclass(frozen=True)
class Asked:
    """What a source is asked for; `words` must be found in what it shows."""

    subject: Customer | Person | User
    user: User
    before: Cursor | None
    limit: int
    words: str = ""

    @property
    def about(self):
        return about(self.subject)

    def of(self, rows, words=(), **paths):
        """The rows of the subject: `paths` say by which field rows reach it ("customer", "person", "user").

        None where rows have nothing to do with such a subject, and then no query either.
        """
        if self.about not in paths:
            return rows.none()
        rows = rows.filter(**{paths[self.about]: self.subject})
        return rows.filter(self.matching(*words))

    def matching(self, *fields):
        found = Q()
        if self.words:
            for field in fields:
                found |= Q(**{f"{field}__icontains": self.words})
        return found

    def newest(self, rows, source, *, moment="", day=""):
        """The rows that come after the cursor, by a field that holds a moment or a civil day."""
        if self.before:
            rows = rows.filter(
                self.before.older_moments(moment, source) if moment else self.before.older_days(day, source)
            )
        return rows.order_by(f"-{moment or day}", "-pk")[: self.limit]

    def elsewhere(self, customer):
        """The customer to name in an entry: none where the timeline is his own."""
        return None if self.about == "customer" else customer

    def customers_elsewhere(self, notes):
        """{primary key: customer} to name in entries of `notes`: those that the reader still sees."""
        return {} if self.about == "customer" else customers_seen(self.user, notes)


def about(subject):
    return next(name for model, name in SUBJECTS.items() if isinstance(subject, model))


def key_of(source, pk):
    return f"{source}-{pk:012d}"


def end_of(civil_day):
    return datetime.combine(civil_day, time.max, tzinfo=UTC)
