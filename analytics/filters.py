from datetime import timedelta

import django_filters
from django.db.models import F, Q
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from accounts.access import visible
from accounts.models import User
from analytics.models import Outlook
from crm.filters import ListFilter
from crm.importing.countries import country_code
from crm.models import Customer, Product
from crm.searching.query import matching
from crm.templatetags.figures import country

SOON_DAYS = 14
STATES = [
    ("overdue", _("overdue")),
    ("soon", _("expected within 14 days")),
    ("lapsed", _("silent for long")),
    ("not_enough", _("not enough data")),
]


def offer_countries(filters, user):
    """Of the filter `country`: those of customers that the user may see."""
    mine = visible(user, Customer.objects).order_by()
    codes = mine.exclude(country="").values_list("country", flat=True).distinct()
    filters["country"].extra["choices"] = sorted(
        ((code, country(code)) for code in codes), key=lambda choice: choice[1]
    )


def offer_reps(filters, user, name="owner"):
    """Of the filter `name`: who has customers that the user may see; a rep has his own alone and is not asked."""
    if user.role == User.Role.REP:
        del filters[name]
        return
    mine = visible(user, Customer.objects).order_by()
    filters[name].queryset = User.objects.filter(pk__in=mine.values("owner"))


class CustomerFilter(ListFilter):
    """Of customers with what leads (analytics.ledger.leading.with_lead)."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=TextInput(attrs={"type": "search", "placeholder": _("Name, code, city or country")}),
    )
    state = django_filters.ChoiceFilter(
        method="in_state", choices=STATES, label=_("Next order"), empty_label=_("All")
    )
    country = django_filters.ChoiceFilter(choices=[], label=_("Country"), empty_label=_("All"))
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.none(), label=_("Sales rep"), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(choices=Customer.Status, label=_("Status"), empty_label=_("All"))

    class Meta:
        model = Customer
        fields = ["q", "state", "country", "owner", "status"]

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        offer_countries(self.filters, user)
        offer_reps(self.filters, user)

    def filter_queryset(self, queryset):
        """Archived customers are there for who asks for them."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.exclude(status=Customer.Status.ARCHIVED)

    def search(self, rows, name, value):
        value = value.strip()
        found = Q(name__icontains=value) | Q(code__istartswith=value) | Q(city__icontains=value)
        code = country_code(value)
        # Beside the plain comparison, which also takes a part of a word between two blanks: accents, 초성, other spellings.
        found |= matching("customer", value)
        return rows.filter(found | Q(country=code) if code else found)

    def in_state(self, rows, name, value):
        soon_on = self.today + timedelta(days=SOON_DAYS)
        if value == "soon":
            in_time = Q(outlook__overdue_after_on=None) | Q(
                orders_known_through__lte=F("outlook__overdue_after_on")
            )
            # Where orders are known up to long ago, the window is over: nobody knows whether he ordered.
            by_model = Q(led_on=None) & in_time & Q(outlook__high_on__gte=self.today)
            return rows.filter(by_model | Q(led_on__isnull=False), shown_on__lte=soon_on)
        # Of whom a call leads that is what is shown, whatever the model says.
        rows = rows.filter(led_on=None)
        if value == "overdue":
            # As of the day up to which each customer's orders are known, not as of today.
            late = rows.filter(orders_known_through__gt=F("outlook__overdue_after_on"))
            return late.exclude(pk__in=Customer.objects.filter(Outlook.lapsed_q()).values("pk"))
        if value == "lapsed":
            return rows.filter(Outlook.lapsed_q())
        return rows.filter(outlook__needs_orders__gt=0)


class ProductFilter(ListFilter):
    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=TextInput(attrs={"type": "search", "placeholder": _("SKU, name or category")}),
    )
    category = django_filters.ChoiceFilter(choices=[], label=_("Category"), empty_label=_("All"))
    active = django_filters.ChoiceFilter(
        method="in_state",
        choices=[("yes", _("sold")), ("no", _("no longer sold"))],
        label=_("State"),
        empty_label=_("All"),
    )

    class Meta:
        model = Product
        fields = ["q", "category", "active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = Product.objects.exclude(category="").order_by("category")
        self.filters["category"].extra["choices"] = [
            (category, category) for category in known.values_list("category", flat=True).distinct()
        ]

    def search(self, rows, name, value):
        value = value.strip()
        return rows.filter(Q(sku__icontains=value) | Q(name__icontains=value) | Q(category__icontains=value))

    def in_state(self, rows, name, value):
        return rows.filter(is_active=value == "yes")
