"""A list of people: one a row, or a row for each of his addresses; known by e-mail, else by name at the customer."""

from django.utils.translation import gettext_lazy

from crm.importing.countries import country_code
from crm.importing.mapping import normal
from crm.importing.people import birthdays, names, points
from crm.importing.people.compound import Compound, remembered
from crm.importing.people.fields import BESIDE, FIELDS, WHOLE
from crm.importing.people.languages import language_code, zone_name
from crm.importing.people.resolving import resolve
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind
from crm.importing.values import Unreadable
from crm.models import Person

NAMES = ("full_name", "given_name", "family_name", "native_name")
# Where lunar birthdays are those of the Chinese calendar.
CHINESE_MOON = frozenset(["CN", "TW", "HK", "MO", "SG"])


class People(RecordKind):
    name = "people"
    label = gettext_lazy("People")
    says = gettext_lazy(
        "one person a row, or a row for each of his addresses; also contacts of a phone (vCard)"
    )
    page, page_label = "people", gettext_lazy("See the people")
    model = Person
    fields = FIELDS
    needed = ((gettext_lazy("Full name"), NAMES),)
    asks = frozenset(["date_order"])
    stored = ("given_name", "family_name", "native_name", "language", "time_zone", "facts")
    shown = ("called", "customer_name", "role", "email", "phone", "born")
    # Five tables are written.
    most_rows = 20_000

    def part_of(self, header):
        name = normal(header)
        found = None if name.endswith(BESIDE) or name.startswith(BESIDE) else super().part_of(header)
        # The longest word that the header contains is the one that counts.
        words = [word for word, field in self.by_header.items() if field == found and word in name]
        return found if found and not WHOLE.issuperset(words) else None

    def cell(self, name):
        if name == "called":
            return gettext_lazy("Person"), "text"
        return self.fields["birthday" if name == "born" else name].label, "text"

    def day_in(self, text):
        return birthdays.sample(text)

    def read(self, row):
        said = names.Said(
            row.text("full_name"),
            f"{row.text('given_name')} {row.text('middle_name')}".strip(),
            row.text("family_name"),
            row.text("native_name"),
        )
        if not names.parse(said, family_first=False).keys:
            row.reject("no_name")
        country = country_code(row.text("country"))
        language = self._language(row)
        return tuple(row.cells), {
            "said": said,
            "code": row.text("customer_code").removesuffix(".0"),
            "company": row.text("customer_name"),
            "country": country,
            "job": row.text("role"),
            "language": language,
            "time_zone": self._zone(row),
            "facts": row.text("facts"),
            "said_points": points.read(row),
            "birthday": self._birthday(row, country, language),
        }

    def fold(self, known, values):
        """Rows of one key are alike in every cell; who else is one person, `resolve` says."""
        return True

    def _language(self, row):
        text = row.text("language")
        code = language_code(text)
        if text and not code:
            row.reject("no_such_language", "language", text)
        return code

    def _zone(self, row):
        text = row.text("time_zone")
        zone = zone_name(text)
        if text and not zone:
            row.reject("no_such_zone", "time_zone", text)
        return zone

    def _birthday(self, row, country, language):
        text, column = row.text("birthday"), row.text("birthday_calendar")
        chinese = language == "zh" or country in CHINESE_MOON
        day_first = row.reader.read_date.day_first
        try:
            return birthdays.read(text, column, day_first=day_first, chinese=chinese)
        except Unreadable:
            row.reject("bad_birthday", "birthday", text)

    def resolve(self, records, context):
        resolve(records, context)

    def existing(self, records, context):
        keys = {record.key: record.values["person"] for record in records if record.values["person"]}
        return writing.locked(Person, keys)

    def make(self, record, context):
        values, importer = record.values, context.wish.importer
        columns = {name: values[name] for name in self.stored}
        return Person(owner=importer, name_order=values["name"].order, **columns)

    def write(self, records, context):
        known = self.existing(records, context)
        parts = Compound(context, known)
        made, changed = [], []
        for record in records:
            person = known.get(record.key)
            if person is None:
                person = self.make(record, context)
                person.imported = writing.said(record, self.stored) | remembered(record.values)
                parts.begin(person, record.values)
                made.append(person)
                record.fate = "created"
            else:
                change = self._go_on(person, record, parts, context)
                record.fate = "updated" if change and change.visible else "unchanged"
                changed += [change] if change else []
        writing.create(context, Person, made)
        writing.update(context, Person, changed)
        parts.write()
        writing.let_be_found(Person, [*made, *(change.row for change in changed if change.visible)])

    def _go_on(self, person, record, parts, context):
        if not parts.may_change(person):
            context.warn(record, "", str(person), "works_elsewhere")
            return None
        values, before, last = record.values, person.imported, person.imported or {}
        if names.keys_of(person.given_name, person.family_name, "") & values["name"].keys:
            # The same words; in one cell nobody knows which of them is the family's.
            values |= {"given_name": "", "family_name": ""}
        change = writing.three_way(context, record, person, self.stored, last)
        news = parts.go_on(person, record, last)
        memory = (person.imported or {}) | remembered(values, last)
        if memory != last:
            change = change or writing.Change(person, {"imported": before}, {})
            change.after["imported"] = person.imported = memory
            change.beside = news
        return change
