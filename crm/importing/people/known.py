"""Who of the people known here is meant: among those that the importer may see, by e-mail, else by name at a customer."""

from collections import defaultdict

from accounts.access import visible
from crm.importing.people.names import keys_of, may_be_one
from crm.importing.people.points import EMAIL
from crm.models import ContactPoint, Employment, Person


class Known:
    """Also by what a file said of them last: who corrects a name or an address here makes nobody a stranger there."""

    def __init__(self, importer):
        people = visible(importer, Person.objects) if importer else Person.objects.all()
        self.names, self.by_name, self.by_email = {}, defaultdict(set), defaultdict(set)
        # Who came without a customer is found without one, wherever he works by now.
        self.jobs, self.alone, self.reachable = defaultdict(set), set(), set()
        rows = people.order_by("pk").values_list("pk", "given_name", "family_name", "native_name", "imported")
        for pk, *name, imported in rows:
            last = imported or {}
            self.names[pk] = keys_of(*name) | frozenset(last.get("keys", ()))
            for key in self.names[pk]:
                self.by_name[key].add(pk)
            for key in last.get("points", ()):
                self._reached(pk, key)
            self.jobs[pk] |= set(map(int, last.get("jobs", {})))
            if last and not last.get("jobs"):
                self.alone.add(pk)
        seen = people.order_by().values("pk")
        for pk, value in ContactPoint.objects.filter(person__in=seen, kind=EMAIL).values_list(
            "person", "value"
        ):
            self._reached(pk, f"{EMAIL.value}:{value.casefold()}")
        for pk, customer in Employment.objects.filter(person__in=seen).values_list("person", "customer"):
            self.jobs[pk].add(customer)

    def _reached(self, pk, key):
        if key.startswith(f"{EMAIL.value}:"):
            self.by_email[key].add(pk)
            self.reachable.add(pk)

    def find(self, keys, points, customers):
        """(key of the person or None, "several_people" where it may be more than one)."""
        reached = {pk for point in points for pk in self.by_email.get(point.key, ())}
        reached = {pk for pk in reached if may_be_one(self.names[pk], keys)}
        named = {pk for key in keys for pk in self.by_name.get(key, ())}
        if customers:
            named = {pk for pk in named if self.jobs[pk] & customers}
        else:
            # Without a customer a name says little: one with another address is another person.
            reachable = any(point.kind == EMAIL for point in points)
            named = {
                pk
                for pk in named
                if (pk in self.alone or not self.jobs[pk])
                and not (reachable and pk in self.reachable and pk not in reached)
            }
        for found in (reached & named, reached, named):
            if len(found) == 1:
                return next(iter(found)), ""
            if found:
                return None, "several_people"
        return None, ""

    def shared(self, points):
        """The first of these e-mail addresses that somebody else has."""
        return next((point.value for point in points if self.by_email.get(point.key)), "")
