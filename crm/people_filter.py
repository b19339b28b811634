import re
from datetime import date

import django_filters
from babel.dates import get_month_names
from django.db.models import Q
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from accounts.access import visible
from crm.filters import ListFilter
from crm.folding import digits_pattern, pattern
from crm.forms.widgets import LongSelect
from crm.models import ContactPoint, Customer, Employment, Person
from crm.people import born_in, not_contacted_for, over_cadence
from crm.templatetags.figures import locale

QUIET_DAYS = (30, 60, 90, 180, 365)
OVERDUE = "overdue"
NUMBER = re.compile(r"\+?[\d\s().\-/]*")
FEWEST_DIGITS = 4
# So many words of a search are looked for; what is pasted by mistake costs no more.
MOST_WORDS = 6


class PersonFilter(ListFilter):
    """Without a status everybody but the archived is shown. Who is not in touch is asked about active people alone."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=TextInput(
            attrs={"type": "search", "placeholder": _("Name in any script, customer, e-mail, phone")}
        ),
    )
    customer = django_filters.ModelChoiceFilter(
        queryset=Customer.objects.none(),
        method="at_customer",
        label=_("Customer"),
        empty_label=_("All"),
        widget=LongSelect,
    )
    touch = django_filters.ChoiceFilter(
        method="out_of_touch", label=_("In touch"), choices=[], empty_label=_("All")
    )
    month = django_filters.ChoiceFilter(
        method="with_birthday", label=_("Birthday in"), choices=[], empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(
        choices=Person.Status, label=_("Status"), empty_label=_("All but archived")
    )

    class Meta:
        model = Person
        fields = ["q", "customer", "touch", "month", "status"]

    def __init__(self, *args, user, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.jobs = visible(user, Employment.objects)
        self.filters["customer"].queryset = visible(user, Customer.objects).filter(
            pk__in=self.jobs.values("customer")
        )
        self.filters["touch"].extra["choices"] = [
            (OVERDUE, _("over their cadence")),
            *((str(days), _("not for %(n)s days") % {"n": days}) for days in QUIET_DAYS),
        ]
        names = get_month_names("wide", "stand-alone", locale())
        self.filters["month"].extra["choices"] = [(str(month), names[month]) for month in range(1, 13)]

    def filter_queryset(self, rows):
        found = super().filter_queryset(rows)
        if self.form.cleaned_data.get("status"):
            return found
        return found.exclude(status=Person.Status.ARCHIVED)

    def search(self, rows, name, value):
        number = NUMBER.fullmatch(value.strip())
        digits = re.sub(r"\D", "", value)
        if number and len(digits) >= FEWEST_DIGITS:
            found = ContactPoint.objects.filter(value__regex=digits_pattern(digits))
            return rows.filter(pk__in=found.values("person"))
        for word in value.split()[:MOST_WORDS]:
            rows = rows.filter(self._has(word))
        return rows

    def _has(self, word):
        like = pattern(word)
        customers = list(
            visible(self.user, Customer.objects).filter(name__iregex=like).values_list("pk", flat=True)
        )
        return (
            Q(given_name__iregex=like)
            | Q(family_name__iregex=like)
            | Q(native_name__iregex=like)
            | Q(pk__in=self.jobs.filter(customer__in=customers).values("person"))
            | Q(pk__in=ContactPoint.objects.filter(value__icontains=word).values("person"))
        )

    def at_customer(self, rows, name, value):
        return rows.filter(pk__in=self.jobs.filter(customer=value, to_on=None).values("person"))

    def out_of_touch(self, rows, name, value):
        active = rows.filter(status=Person.Status.ACTIVE)
        if value == OVERDUE:
            return over_cadence(active, self.user, self.today)
        return not_contacted_for(active, self.user, int(value), self.today)

    def with_birthday(self, rows, name, value):
        return born_in(rows, int(value), self.today)
