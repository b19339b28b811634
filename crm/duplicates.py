"""Is somebody entered already? Asked before a person is made; only people that the user may see are named."""

import re

from django.db.models import Q

from accounts.access import visible
from crm.folding import digits_pattern
from crm.models import ContactPoint, Employment, Person
from crm.searching.text import fold

# What countries and trunk codes leave alike of one number.
SAME_DIGITS = 8


def duplicates(user, names, emails, phones, customers) -> list[Person]:
    """People with one of the e-mails or phones, or with one of the names at one of the customers.

    `names`: as they are written, Latin and native; `customers`: none for somebody who works nowhere.
    """
    mine = visible(user, Person.objects)
    same = Q(pk__in=[])
    for email in emails:
        same |= Q(kind=ContactPoint.Kind.EMAIL, value__iexact=email)
    for phone in phones:
        digits = re.sub(r"\D", "", phone)[-SAME_DIGITS:]
        if len(digits) == SAME_DIGITS:
            same |= Q(kind=ContactPoint.Kind.PHONE, value__regex=digits_pattern(digits, at_end=True))
    found = {
        *mine.filter(pk__in=ContactPoint.objects.filter(same).values("person")).values_list("pk", flat=True)
    }
    found |= _of_the_same_name(mine, user, names, customers)
    return list(mine.filter(pk__in=found).prefetch_related("contact_points").by_name())


def _of_the_same_name(mine, user, names, customers):
    if customers:
        there = mine.filter(pk__in=Employment.objects.filter(customer__in=customers).values("person"))
    else:
        there = mine.filter(owner=user, employments=None)
    wanted = {_words(name) for name in names} - {()}
    return {person.pk for person in there if wanted & {_words(person.latin_name), _words(person.native_name)}}


def _words(name):
    """Whichever name comes first."""
    return tuple(sorted(fold(name).split()))
