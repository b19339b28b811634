"""A person and what hangs on him, written together: jobs, ways to reach him, the birthday.

What a file said of all of it last is remembered with the person (Person.imported): only its news are written, and what
somebody corrected here since stays.
"""

from collections import defaultdict

from crm.importing import masters
from crm.importing.people.birthdays import Birthday
from crm.importing.people.points import Point
from crm.importing.records import writing
from crm.importing.records.writing import Change
from crm.models import ContactPoint, Customer, Employment, PersonDate

CHUNK = 5000
BIRTHDAY = PersonDate.Kind.BIRTHDAY.value


def remembered(values, last=None) -> dict:
    """What the file says beside the person's own columns, after what it said last."""
    last = last or {}
    said = {
        "keys": sorted({*last.get("keys", ()), *values["name"].keys}),
        "jobs": last.get("jobs", {}) | {str(pk): role for pk, role in values["jobs"].items()},
        "points": sorted({*last.get("points", ()), *values["points"]}),
    }
    if values["birthday"]:
        said["birthday"] = list(values["birthday"].columns.values())
    elif last.get("birthday"):
        said["birthday"] = last["birthday"]
    return {name: value for name, value in said.items() if value}


class Compound:
    """What is written beside the people themselves, gathered record by record. `people`: {key: the known person}."""

    def __init__(self, context, people):
        self.context = context
        self.jobs, self.points, self.days = [], [], []
        self.changed_jobs, self.changed_days = [], []
        keys = [person.pk for person in people.values()]
        self.known_jobs = _by_person(Employment, keys)
        self.known_points = _by_person(ContactPoint, keys)
        self.known_days = _by_person(PersonDate, keys, kind=BIRTHDAY)
        importer = context.wish.importer
        self.everybody = importer is None or importer.role == importer.Role.ADMIN
        hidden = masters.not_visible(importer).values("pk")
        self.customers = set(Customer.objects.exclude(pk__in=hidden).values_list("pk", flat=True))

    def may_change(self, person):
        """As Person.editable_by: his owner, and who sees a customer where he works, or worked if he works nowhere."""
        jobs = self.known_jobs[person.pk]
        present = [job for job in jobs if job.to_on is None] or jobs
        return (
            self.everybody
            or person.owner_id == self.context.wish.importer.pk
            or any(job.customer_id in self.customers for job in present)
        )

    def begin(self, person, values):
        """All of a new person's."""
        self.jobs += [
            Employment(person=person, customer_id=customer, role=role)
            for customer, role in values["jobs"].items()
        ]
        self.points += [ContactPoint(person=person, **point._asdict()) for point in values["points"].values()]
        if values["birthday"]:
            self.days.append(PersonDate(person=person, kind=BIRTHDAY, **values["birthday"].columns))

    def go_on(self, person, record, last):
        """News about a known one; returns whether there were any that a reader sees."""
        return any(
            [
                self._jobs(person, record, last),
                self._points(person, record, last),
                self._birthday(person, record, last),
            ]
        )

    def _jobs(self, person, record, last):
        present = {job.customer_id: job for job in self.known_jobs[person.pk] if job.to_on is None}
        said = last.get("jobs", {})
        news, elsewhere = False, False
        for customer, role in record.values["jobs"].items():
            if customer in present:
                news |= self._role(person, record, present[customer], role, said.get(str(customer), ""))
            elif self.known_jobs[person.pk]:
                elsewhere = True
            elif str(customer) not in said:
                self.jobs.append(Employment(person=person, customer_id=customer, role=role))
                record.added.append(("employment", "role", role or "+"))
                news = True
        if elsewhere:
            self.context.warn(record, "", str(person), "works_elsewhere")
        return news

    def _role(self, person, record, job, role, last):
        if not role or role in (last, job.role):
            return False
        if job.role not in ("", last):
            self.context.warn(record, "", f"{person}: {role}", "edited_since")
            return False
        self.changed_jobs.append(Change(job, {"role": job.role}, {"role": role}))
        job.role = role
        return True

    def _points(self, person, record, last):
        """An address that stands here, or that somebody took away since, is no news."""
        here = {Point(row.kind, row.label, row.value).key for row in self.known_points[person.pk]}
        here |= set(last.get("points", ()))
        new = [point for key, point in record.values["points"].items() if key not in here]
        self.points += [ContactPoint(person=person, **point._asdict()) for point in new]
        record.added += [("contactpoint", "value", point.value) for point in new]
        return bool(new)

    def _birthday(self, person, record, last):
        said = record.values["birthday"]
        before = Birthday.of(last.get("birthday"))
        row = next(iter(self.known_days[person.pk]), None)
        if said is None or said == before:
            return False
        if row is None:
            self.days.append(PersonDate(person=person, kind=BIRTHDAY, **said.columns))
            record.added.append(("persondate", "day", said.words))
            return True
        here = Birthday.of([getattr(row, name) for name in said.columns])
        if here == said or (here.same_day(said) and not said.year):
            return False
        if here != before and not (here.same_day(said) and not here.year):
            self.context.warn(record, "", f"{person}: {said.words}", "edited_since")
            return False
        after = {name: value for name, value in said.columns.items() if value != getattr(row, name)}
        self.changed_days.append(Change(row, {name: getattr(row, name) for name in after}, after))
        for name, value in after.items():
            setattr(row, name, value)
        return True

    def write(self):
        """When the people themselves are there."""
        for model, made, changed in (
            (Employment, self.jobs, self.changed_jobs),
            (ContactPoint, self.points, []),
            (PersonDate, self.days, self.changed_days),
        ):
            writing.create(self.context, model, made)
            writing.update(self.context, model, changed)


def _by_person(model, keys, **wanted):
    found = defaultdict(list)
    for start in range(0, len(keys), CHUNK):
        rows = model.objects.filter(person__in=keys[start : start + CHUNK], **wanted).order_by("pk")
        for row in rows.select_for_update():
            found[row.person_id].append(row)
    return found
