"""Records of a list of people: where they work, which of them are one person, and who of those known here is meant."""

from collections import defaultdict

from django.utils.translation import gettext as _

from crm.calendars.birthdays import YearlyDay, is_to_come
from crm.importing.errors import ImportRefused
from crm.importing.people import names, points
from crm.importing.people.employers import Employers
from crm.importing.people.folding import fold, together, without_face
from crm.importing.people.known import Known
from crm.importing.people.languages import family_first


def resolve(records, context):
    importer = context.wish.importer
    if importer is None:
        raise ImportRefused(_("Say whose people these are."))
    _employ(records, Employers(importer), context)
    groups = together([record for record in records if not record.fate])
    for group in without_face(groups):
        _reject(group, context, "several_people")
    leads = [lead for group in groups if (lead := _folded(group, context))]
    _recognise(leads, Known(importer), context)


def _employ(records, employers, context):
    """Turns what the file says of customers into customers, and what depends on them: names, numbers."""
    for record in records:
        values = record.values
        jobs, reason = employers.jobs(values)
        if reason:
            context.reject(record, reason, "", values["company"] or values["code"])
            continue
        birthday = values["birthday"]
        if birthday and is_to_come(YearlyDay(**birthday.columns), context.today):
            context.reject(record, "birthday_to_come", "", birthday.words)
            continue
        region = jobs[0][0].country if jobs else values["country"]
        values["name"] = names.parse(values["said"], family_first(values["language"], region))
        if any(len(part) > names.LONGEST for part in values["name"].parts):
            context.reject(record, "too_long", "", str(values["name"])[:200])
            continue
        values["jobs"] = {customer.pk: role for customer, role in jobs}
        if values["job"] and not jobs:
            # A position is kept with a customer; without one it is something to know.
            values["facts"] = "\n".join(filter(None, (values["job"], values["facts"])))
        values["employers"] = {customer.name for customer, _role in jobs}
        reached = [points.from_abroad(point, region) for point in values["said_points"]]
        values["points"] = {point.key: point for point in reversed(reached)}


def _recognise(leads, known, context):
    """Sets whom each record means; records that mean the same person become one."""
    means = defaultdict(list)
    for record in leads:
        values = record.values
        pk, reason = known.find(values["name"].keys, values["points"].values(), set(values["jobs"]))
        if reason:
            context.reject(record, reason, "", str(values["name"]))
            continue
        if pk is None and (shared := known.shared(values["points"].values())):
            context.warn(record, "", shared, "shared_email")
        means[pk or record.key].append(record)
    for who, group in means.items():
        if lead := _folded(group, context):
            lead.values["person"] = who if isinstance(who, int) else None
            _describe(lead.values)


def _folded(group, context):
    """The one record that all of the group become; None where they contradict each other or are rejected already."""
    if group[0].fate:
        return None
    if fold(group):
        return group[0]
    _reject(group, context, "said_twice")
    return None


def _reject(group, context, reason):
    for record in group:
        context.reject(record, reason, "", str(record.values["name"]))


def _describe(values):
    """What is written, and what the preview shows."""
    name = values["name"]
    values |= {"given_name": name.given, "family_name": name.family, "native_name": name.native}
    latin = str(name)
    values["called"] = f"{latin} {name.native}".strip() if latin != name.native else latin
    values["customer_name"] = "; ".join(sorted(values["employers"]))
    values["role"] = "; ".join(filter(None, values["jobs"].values()))
    for field, kind in (("email", points.EMAIL), ("phone", points.PHONE)):
        found = sorted(point.value for point in values["points"].values() if point.kind == kind)
        values[field] = "; ".join(found)
    values["born"] = values["birthday"].words if values["birthday"] else ""
