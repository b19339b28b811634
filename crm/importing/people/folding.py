"""Rows of a file that speak of one person, one for each of his addresses or telephones."""

from collections import Counter, defaultdict
from dataclasses import replace

from crm.importing.people.names import may_be_one
from crm.importing.people.points import EMAIL, PHONE

# Of so many who share one address none is looked at any more: it tells nobody apart.
MOST_SHARING = 20


def together(records) -> list[list]:
    """Groups of records, whatever their order in the file."""
    records = sorted(records, key=_canonical)
    groups = _Groups(records)
    for token, sharing in _tokens(records).items():
        heads = []
        for record in sharing:
            head = next((h for h in heads if token[0] == "name" or may_be_one(_keys(h), _keys(record))), None)
            if head:
                groups.join(head, record)
            elif len(heads) < MOST_SHARING:
                heads.append(record)
    _join_namesakes(records, groups)
    return groups.all()


def without_face(groups) -> list:
    """Groups that a name alone speaks of, where the file holds several people of that name: nobody knows who is meant."""
    alone = [group for group in groups if not any(record.values["jobs"] for record in group)]
    named = Counter(key for group in alone for key in {key for record in group for key in _keys(record)})
    return [
        group
        for group in alone
        if not any(map(_emails, group)) and any(named[key] > 1 for record in group for key in _keys(record))
    ]


def fold(records) -> bool:
    """Takes all that the records say into the first; False where they can't all be true."""
    first, *others = (record.values for record in records)
    for values in others:
        birthday = _birthday(first["birthday"], values["birthday"])
        if birthday is False:
            return False
        first["birthday"] = birthday
        one, other = first["name"], values["name"]
        latin = max(
            (one, other), key=lambda name: (bool(name.given) + bool(name.family), name.family, name.given)
        )
        first["name"] = replace(latin, native=max(one.native, other.native))
        for name in ("language", "time_zone", "facts"):
            first[name] = max(first[name], values[name])
        first["employers"] |= values["employers"]
        for customer, role in values["jobs"].items():
            first["jobs"][customer] = max(first["jobs"].get(customer, ""), role)
        for key, point in values["points"].items():
            first["points"][key] = max(first["points"].get(key, point), point)
    records[0].rows = sorted(number for record in records for number in record.rows)
    for record in records[1:]:
        record.fate, record.rows = "folded", []
    return True


def _birthday(one, other):
    """The one that says more; False where they differ."""
    if one is None or other is None:
        return one or other
    if not one.same_day(other) or (one.year and other.year and one.year != other.year):
        return False
    return one if one.year else other


def _canonical(record):
    values = record.values
    return sorted(_keys(record)), sorted(values["points"]), sorted(values["jobs"]), record.row


def _tokens(records):
    """What says that two records are of one person -> those records."""
    found = defaultdict(list)
    for record in records:
        for customer in record.values["jobs"]:
            for key in _keys(record):
                found["name", customer, key].append(record)
        for key, point in record.values["points"].items():
            if point.kind == EMAIL or (point.kind == PHONE and not record.values["jobs"]):
                found["point", key].append(record)
    return found


def _join_namesakes(records, groups):
    """Without a customer: who has the name, and no address that speaks against it, is the only other one of that name."""
    alone = defaultdict(list)
    for record in records:
        if not record.values["jobs"]:
            for key in _keys(record):
                alone[key].append(record)
    for namesakes in alone.values():
        with_email = {groups.head(record) for record in namesakes if _emails(record)}
        if len(with_email) <= 1:
            for record in namesakes[1:]:
                groups.join(namesakes[0], record)


def _keys(record):
    return record.values["name"].keys


def _emails(record):
    return any(point.kind == EMAIL for point in record.values["points"].values())


class _Groups:
    def __init__(self, records):
        self.records = records
        self.places = {id(record): place for place, record in enumerate(records)}
        self.parents = list(range(len(records)))

    def head(self, record):
        place = self.places[id(record)]
        while self.parents[place] != place:
            self.parents[place] = self.parents[self.parents[place]]
            place = self.parents[place]
        return place

    def join(self, one, other):
        first, second = sorted((self.head(one), self.head(other)))
        self.parents[second] = first

    def all(self):
        found = defaultdict(list)
        for record in self.records:
            found[self.head(record)].append(record)
        return list(found.values())
