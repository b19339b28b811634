from datetime import timedelta

from django import forms
from django.db.models import Max, Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import visible
from accounts.models import User
from crm.assignments import assign
from crm.baseline import keep_baseline
from crm.forms import choices
from crm.forms.fields import DayField, NameField
from crm.importing.countries import time_zone
from crm.models import Closure, Customer, Installation, Order
from crm.models.order import EARLIEST
from crm.templatetags import figures


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = [
            "name", "code", "country", "city", "time_zone", "currency", "fiscal_year_start", "status", "owner",
            "orders_known_through",
        ]  # fmt: skip
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "code": forms.TextInput(attrs={"autocomplete": "off"}),
            "time_zone": forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        }
        field_classes = {"name": NameField, "code": NameField, "orders_known_through": DayField}
        help_texts = {
            "code": gettext_lazy("As your ERP writes it: imports find him by it."),
            "time_zone": gettext_lazy("Like Europe/Oslo. Empty: the country's."),
            "orders_known_through": gettext_lazy(
                "Up to this day every order of his is in here; silence after it says nothing. Imports move it on."
            ),
        }
        error_messages = {"name": {"required": gettext_lazy("Write the name.")}}

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.user, self.today = user, today
        row = self.instance
        if row.pk is None and not self.initial.get("currency"):
            self.initial["currency"] = Installation.current().base_currency
        self.fields["country"] = self._choice("country", choices.countries(), required=False)
        self.fields["currency"] = self._choice("currency", choices.currencies(row.currency))
        self.fields["fiscal_year_start"] = forms.TypedChoiceField(
            choices=choices.months(), required=False, coerce=int, empty_value=None,
            label=self.fields["fiscal_year_start"].label,
        )  # fmt: skip
        statuses = [choice for choice in Customer.Status.choices if choice[0] in self._statuses()]
        self.fields["status"] = self._choice("status", statuses)
        self._choose_owner()

    def _choice(self, name, options, required=True):
        field = self.fields[name]
        return forms.ChoiceField(
            choices=options, required=required, label=field.label, help_text=field.help_text
        )

    def _statuses(self):
        """Archiving has a button of its own, which can be undone."""
        return set(Customer.Status.values) - {Customer.Status.ARCHIVED} | {self.instance.status}

    def _choose_owner(self):
        if self.user.role == User.Role.REP:
            del self.fields["owner"]
            return
        reps = Q(is_active=True)
        if self.user.role == User.Role.MANAGER:
            reps &= Q(pk=self.user.pk) | Q(team__isnull=False, team=self.user.team_id)
            self.fields["owner"].required = True
        self.fields["owner"].queryset = User.objects.filter(reps | Q(pk=self.instance.owner_id))
        if self.instance.pk is None and not self.initial.get("owner"):
            self.initial["owner"] = self.user.pk

    def clean_code(self):
        code = self.cleaned_data["code"]
        other = Customer.objects.filter(code=code).exclude(pk=self.instance.pk).first() if code else None
        if other is None:
            return code
        if not visible(self.user, Customer.objects).filter(pk=other.pk).exists():
            raise forms.ValidationError(
                _("A customer with this code is here already, and he is not yours. Ask your manager.")
            )
        said = (
            _("%(customer)s has this code and is archived: open him and restore him.")
            if other.status == Customer.Status.ARCHIVED
            else _("%(customer)s has this code.")
        )
        link = format_html('<a href="{}">{}</a>', other.get_absolute_url(), other)
        raise forms.ValidationError(format_html(said.replace("%(customer)s", "{}"), link))

    def clean_orders_known_through(self):
        day = self.cleaned_data["orders_known_through"]
        if day and day > self.today:
            raise forms.ValidationError(
                _("This day is still to come: nobody can know its orders. Today at the latest.")
            )
        if day and day < EARLIEST:
            raise forms.ValidationError(_("So long ago? Check the year."))
        if day and day != self.instance.orders_known_through and (last := self._last_order()) and day < last:
            raise forms.ValidationError(
                _("An order of his of %(day)s is here: orders are known at least up to that day.")
                % {"day": figures.day_year(last)}
            )
        return day

    def _last_order(self):
        """The day of his last order; none that is dated ahead."""
        if self.instance.pk is None:
            return None
        orders = self.instance.orders.exclude(status=Order.Status.CANCELLED).filter(
            ordered_on__lte=self.today
        )
        return orders.aggregate(last=Max("ordered_on"))["last"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("time_zone") and "time_zone" not in self.errors:
            cleaned["time_zone"] = time_zone(cleaned.get("country", ""))
        return cleaned

    def save(self):
        """To be called in a transaction. Returns whether forecasts have to be computed anew."""
        row = self.instance
        if row.pk is None:
            row.owner = row.owner if "owner" in self.fields else self.user
            row.save()
            assign(row, self.today)
            return False
        keep_baseline(Customer.objects.filter(pk=row.pk))
        changed = set(self.changed_data)
        if row.time_zone != self.initial["time_zone"]:
            changed.add("time_zone")
        if not changed:
            return False
        # Only these: an import may have counted the row's orders on since it was read.
        row.save(update_fields=changed)
        if "owner" in changed:
            assign(row, self.today)
        if not Customer.COMPUTED_FROM & changed:
            return False
        Customer.objects.filter(pk=row.pk).count_change()
        return True


class ClosureForm(forms.ModelForm):
    LONGEST = timedelta(days=120)

    class Meta:
        model = Closure
        fields = ["from_on", "to_on", "yearly"]
        field_classes = {"from_on": DayField, "to_on": DayField}

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("from_on"), cleaned.get("to_on")
        if since and until and until < since:
            self.add_error("to_on", _("This is before the first day."))
        elif since and until and until - since > self.LONGEST:
            self.add_error("to_on", _("Closed for more than four months? Check the year."))
        return cleaned


class BaseClosures(forms.BaseInlineFormSet):
    def save(self, commit=True):
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        keep_baseline(Closure.objects.filter(customer=self.instance, pk__in=changed))
        return super().save(commit)


ClosureFormSet = forms.inlineformset_factory(
    Customer, Closure, form=ClosureForm, formset=BaseClosures, extra=0, can_delete=True, max_num=60
)
