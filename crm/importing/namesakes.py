"""New customers of a file that are named like one who is known: perhaps it is he, which the user says."""

from collections import defaultdict
from dataclasses import dataclass, field

from crm.importing import masters
from crm.importing.countries import country_code
from crm.models import Customer
from crm.similar import cores

SHOWN = 50
LIKES = 5


@dataclass
class Namesakes:
    """How many, and the first ones: {"key", "name", "country", "likes": [[customer, name, country, code]], "same": customer}."""

    count: int = 0
    first: list = field(default_factory=list)


def find(checker, keys, importer, same) -> Namesakes:
    """`same`: {key: customer} as the user said before."""
    said = {key: values for key, values in checker.customers if key in keys}
    known = masters.find_customers(said, importer)
    new = {key: values for key, values in said.items() if key not in known and values.get("name")}
    found = Namesakes()
    likes = by_core(importer) if new else {}
    if not likes:
        return found
    for key, values in new.items():
        alike = {pk: row for core in cores(values["name"]) for pk, row in likes.get(core, {}).items()}
        if not alike:
            continue
        found.count += 1
        if len(found.first) < SHOWN:
            country = country_code(values.get("country", ""))
            # Of the same country first.
            rows = sorted(alike.values(), key=lambda row: (row[2] != country, row))
            found.first.append(
                {
                    "key": key,
                    "name": values["name"],
                    "country": country,
                    "likes": [list(row) for row in rows[:LIKES]],
                    "same": same.get(key),
                }
            )
    return found


def by_core(importer):
    """{what is left of a name without its legal form: {customer: (customer, name, country, code)}}: each is looked at once."""
    rows = Customer.objects.exclude(pk__in=masters.not_visible(importer).values("pk"))
    found = defaultdict(dict)
    for row in rows.values_list("pk", "name", "country", "code"):
        for core in cores(row[1]):
            found[core][row[0]] = row
    return found
