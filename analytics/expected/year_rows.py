"""The rows of the page of the year: customers, products, reps or teams, each with its twelve months and its target."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from django.urls import reverse

from accounts.access import visible
from accounts.models import User
from analytics.expected.landing import Landing, landing, received, running_targets
from analytics.expected.year import Sum
from crm.models import Customer, Product, Target
from crm.templatetags.figures import country

# Columns of Outlook that a grouping needs beside the months.
MORE = ("customer__name", "customer__country", "customer__owner_id", "customer__owner__team_id")
ITEMS = "ahead_items"


@dataclass
class Row:
    """`link`: name, argument and query of the page it is about, resolved for the rows that are shown alone. `orders_url`:
    "" where no list of orders is exactly what is counted."""

    name: str
    about: str
    link: tuple
    orders_url: str
    sum: Sum
    landing: Landing | None = None
    query: str = ""

    @property
    def url(self):
        view, *key = self.link
        return reverse(view, args=key) + self.query

    @property
    def base(self):
        """To sort by: in the base currency."""
        return self.sum.in_base.amount if self.sum.in_base else 0.0

    @property
    def share(self):
        return self.landing.share if self.landing else -1.0


def rows(kind, user, year, compare) -> list[Row]:
    """The most in the base currency first. `compare`: whether targets are; those of all customers say nothing of some."""
    return sorted(KIND[kind](user, year, compare), key=lambda row: (-row.base, row.name))


def _customers(user, year, compare):
    targets = running_targets(user, "customer", year.today)
    orders = received(user, "customer", targets)
    sums = year.sums(year.ids)
    orders_url = reverse("orders")
    for at, (pk, (name, code, *_)) in enumerate(zip(year.ids.tolist(), year.more, strict=True)):
        yield Row(
            name,
            country(code),
            ("customer", pk),
            f"{orders_url}?customer={pk}",
            sums[pk],
            landing(targets[pk], orders.get(pk, []), year, np.array([at])) if pk in targets else None,
        )
    # Nothing more is expected of these: they fell silent, or ordered too seldom yet. Their targets run on.
    others = visible(user, Customer.objects).filter(
        pk__in=set(targets) - set(sums), outlook__in=year.outlooks
    )
    for other in others.only("name", "country"):
        yield Row(
            other.name,
            country(other.country),
            ("customer", other.pk),
            f"{orders_url}?customer={other.pk}",
            Sum(),
            landing(targets[other.pk], orders.get(other.pk, []), year, np.zeros(0, int)),
        )


def _products(user, year, compare):
    """A product's part of a customer's months is its share of his last twelve."""
    columns = [items for *_, items in year.more]
    lengths = [len(items.get("item", ())) for items in columns]
    at = np.repeat(np.arange(len(columns)), lengths)
    item = np.array([pk for items in columns for pk in items.get("item", ())], np.int64)
    share = np.array([part for items in columns for part in items.get("share", ())], float)
    products = visible(user, Product.objects).only("sku", "name", "category").in_bulk()
    targets = running_targets(user, "product", year.today) if compare else {}
    orders = received(user, "product", targets)
    sums = year.sums(item, share, at)
    for pk in {*sums, *targets} & set(products):
        found = sums.get(pk, Sum())
        if not found.totals and pk not in targets:
            continue
        yield Row(
            str(products[pk]),
            products[pk].sku,
            ("product", pk),
            f"{reverse('orders')}?product={pk}",
            found,
            landing(targets[pk], orders.get(pk, []), year, at[item == pk], share[item == pk])
            if pk in targets
            else None,
        )


def _reps(user, year, compare):
    owner = np.array([row[2] or 0 for row in year.more], np.int64)
    targets = running_targets(user, "rep", year.today) if compare else {}
    orders = received(user, "rep", targets)
    sums = year.sums(owner)
    people = User.objects.select_related("team").in_bulk({*sums, *targets})
    for pk, person in people.items():
        yield Row(
            str(person),
            str(person.team or ""),
            ("expected_year",),
            "",
            sums.get(pk, Sum()),
            landing(targets[pk], orders.get(pk, []), year, np.flatnonzero(owner == pk))
            if pk in targets
            else None,
            f"?owner={pk}",
        )


def _teams(user, year, compare):
    """A team's target is that of its reps, where those are of one period and currency."""
    team = np.array([row[3] or 0 for row in year.more], np.int64)
    targets = running_targets(user, "rep", year.today) if compare else {}
    orders = received(user, "rep", targets)
    people = User.objects.select_related("team").in_bulk(targets)
    of_team = defaultdict(list)
    for pk, target in targets.items():
        of_team[people[pk].team_id or 0].append(target)
    names = dict(
        User.objects.filter(pk__in={row[2] for row in year.more if row[2]})
        .exclude(team=None)
        .values_list("team_id", "team__name")
    ) | {person.team_id: person.team.name for person in people.values() if person.team}
    sums = year.sums(team)
    for pk, name in names.items():
        whole = _together(of_team[pk])
        yield Row(
            name,
            "",
            ("expected_year",),
            "",
            sums.get(pk, Sum()),
            landing(
                whole,
                [one for target in of_team[pk] for one in orders.get(target.rep_id, [])],
                year,
                np.flatnonzero(team == pk),
            )
            if whole
            else None,
            "?by=rep",
        )


def _together(targets):
    """One target of several, or None where they are of different periods or currencies: nothing is added then."""
    if len({(target.from_on, target.months, target.currency) for target in targets}) != 1:
        return None
    one = targets[0]
    return Target(
        from_on=one.from_on,
        months=one.months,
        currency=one.currency,
        amount=sum(target.amount for target in targets),
    )


KIND = {"customer": _customers, "product": _products, "rep": _reps, "team": _teams}
