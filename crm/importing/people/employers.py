"""The customers whom a list of people may name: those that its importer sees, and no others."""

from collections import defaultdict
from itertools import zip_longest

from crm.importing import masters
from crm.models import Customer
from crm.similar import core


class Employers:
    """By code, else by name: without its legal form, and whatever its country where no other has the name."""

    def __init__(self, importer):
        self.by_code, self.by_name = defaultdict(set), defaultdict(set)
        self.rows = {}
        hidden = masters.not_visible(importer).values("pk")
        rows = Customer.objects.exclude(pk__in=hidden).only("code", "name", "country", "imported", "owner")
        for row in rows:
            self.rows[row.pk] = row
            last = row.imported or {}
            for code in filter(None, (row.code, last.get("code"))):
                self.by_code[code.casefold()].add(row.pk)
            for name in filter(None, (row.name, last.get("name"))):
                self.by_name[core(name)].add(row.pk)

    def jobs(self, values):
        """([(customer, role)], "") or ([], why not). Who works at several has them all in his row, one after the other."""
        words = [[part.strip() for part in values[name].split(";")] for name in ("code", "company", "job")]
        if len(words[0]) < 2:
            words = [[values["code"]], [values["company"]], [values["job"]]]
        found = []
        for code, company, role in zip_longest(*words, fillvalue=""):
            if code or company:
                customer, reason = self.find(code, company, values["country"])
                if reason:
                    return [], reason
                found.append((customer, role))
        return found, ""

    def find(self, code, name, country):
        """(customer, "") or (None, why not)."""
        for found in (
            *(self.by_code.get(word.casefold()) for word in (code, name) if word),
            *(self.by_name.get(core(word)) for word in (name, code) if word),
        ):
            if found:
                near = {pk for pk in found if self.rows[pk].country == country} if len(found) > 1 else found
                if len(near) != 1:
                    return None, "several_customers"
                return self.rows[next(iter(near))], ""
        return None, "unknown_customer"
