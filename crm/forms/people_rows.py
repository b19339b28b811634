"""The rows of a person's form: ways to reach him, his days, his employments. Each row says itself what is wrong with it."""

from calendar import isleap, monthrange

from babel.dates import get_month_names
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.baseline import keep_baseline
from crm.calendars.birthdays import YearlyDay, is_to_come
from crm.contacting import BY_NUMBER, international, phone
from crm.forms.fields import DayField
from crm.forms.widgets import LongSelect
from crm.models import ContactPoint, Employment, PersonDate
from crm.templatetags.figures import locale

A_LEAP_YEAR = 2000
LONGEST_LUNAR_MONTH = 30
EARLIEST_YEAR = 1900
FOUR_DIGITS = gettext_lazy("Write the year with four digits, like 1985, or leave it empty.")


class SpokenForm(forms.ModelForm):
    """Labels as the page shows them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)


class RowForm(SpokenForm):
    """A new row in which none of `TELLING` is filled in is an empty one, whatever was chosen beside them."""

    TELLING = ()

    def has_changed(self):
        if self.instance.pk:
            return super().has_changed()
        return any(self[name].value() for name in self.TELLING)


class RowFormSet(forms.BaseInlineFormSet):
    def save(self, commit=True):
        """What goes, goes first; a row that takes a place of which there is one comes last."""
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        keep_baseline(self.model.objects.filter(pk__in=changed))
        saved = super().save(commit=False)
        for row in self.deleted_objects:
            row.delete()
        for row in sorted(saved, key=self.takes_a_place):
            row.save()
        return saved

    @staticmethod
    def takes_a_place(row):
        return False

    def kept(self):
        """Forms that are filled in and not to be removed."""
        return [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]


class ContactPointForm(RowForm):
    TELLING = ("value",)

    class Meta:
        model = ContactPoint
        fields = ["kind", "label", "value"]
        widgets = {
            "label": forms.TextInput(attrs={"list": "contact-labels", "autocomplete": "off"}),
            "value": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        error_messages = {
            "value": {"required": gettext_lazy("Write it, or remove this row.")},
        }

    def __init__(self, *args, region="", **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region
        self.fields["kind"].choices = ContactPoint.Kind.choices

    def clean(self):
        data = super().clean()
        kind, value = data.get("kind"), data.get("value")
        if kind == ContactPoint.Kind.MESSENGER and not data.get("label"):
            self.add_error("label", _("Say which messenger it is: KakaoTalk, WhatsApp, LINE."))
        # What an import brought and nobody touched is left as it is.
        if not value or not {"kind", "value"} & {*self.changed_data}:
            return data
        if kind == ContactPoint.Kind.EMAIL:
            self._check_email(value)
        elif kind == ContactPoint.Kind.PHONE:
            data["value"] = self._number(value)
        elif kind == ContactPoint.Kind.MESSENGER and data.get("label", "").casefold() in BY_NUMBER:
            number = phone(value, self.region)
            data["value"] = international(number) if number else value
        return data

    def _check_email(self, value):
        try:
            validate_email(value)
        except ValidationError:
            self.add_error(
                "value", _("“%(value)s” is not an e-mail address like name@company.com.") % {"value": value}
            )

    def _number(self, value):
        """As it is dialled from anywhere: a national number would mean another one after a move abroad."""
        number = phone(value, self.region)
        if number:
            return international(number)
        words = _("“%(value)s” can not be a phone number. Write it with its country, like +47 91 23 45 67.")
        self.add_error("value", words % {"value": value})
        return value


class ContactPointFormSet(RowFormSet):
    def clean(self):
        seen = set()
        for form in self.kept():
            known = form.cleaned_data.get("kind"), form.cleaned_data.get("value")
            if known in seen:
                form.add_error("value", _("This stands here twice."))
            seen.add(known)

    def values(self, kind):
        return [
            form.cleaned_data["value"]
            for form in self.kept()
            if form.cleaned_data.get("kind") == kind and form.cleaned_data.get("value")
        ]


class PersonDateForm(RowForm):
    TELLING = ("month", "day", "year", "label")

    month = forms.TypedChoiceField(
        label=gettext_lazy("month"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose the month.")},
    )
    day = forms.IntegerField(
        label=gettext_lazy("day"),
        error_messages={
            "required": gettext_lazy("Write the day."),
            "invalid": gettext_lazy("Write the day as a number, like 24."),
        },
    )
    year = forms.IntegerField(
        label=gettext_lazy("year, if known"), required=False, error_messages={"invalid": FOUR_DIGITS}
    )

    class Meta:
        model = PersonDate
        fields = ["kind", "label", "calendar", "month", "day", "year", "leap_month", "missing"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        names = get_month_names("wide", "stand-alone", locale())
        self.fields["month"].choices = [
            ("", "–"),
            *((month, f"{month} · {names[month]}") for month in range(1, 13)),
        ]

    def clean(self):
        data = super().clean()
        lunar = data.get("calendar") != PersonDate.Calendar.GREGORIAN
        if data.get("month") and data.get("day") is not None:
            self._check_day(data["month"], data["day"], data.get("year"), lunar)
        self._check_past(data)
        if data.get("leap_month") and not lunar:
            self.add_error("leap_month", _("Only lunar calendars have leap months."))
        if data.get("kind") == PersonDate.Kind.OTHER and not data.get("label"):
            self.add_error("label", _("Say what day it is: name day, wedding."))
        return data

    def _check_day(self, month, day, year, lunar):
        if lunar and not 1 <= day <= LONGEST_LUNAR_MONTH:
            self.add_error("day", _("A lunar month has 30 days at most."))
        elif not lunar and not 1 <= day <= monthrange(A_LEAP_YEAR, month)[1]:
            month_name = get_month_names("wide", "stand-alone", locale())[month]
            words = _("%(month)s has no day %(day)s.")
            self.add_error("day", words % {"month": month_name, "day": day})
        elif not lunar and (month, day) == (2, 29) and year and not isleap(year):
            self.add_error("year", _("%(year)s had no 29 February.") % {"year": year})

    def _check_past(self, data):
        named = {name: data.get(name) for name in ("calendar", "month", "day", "leap_month", "year")}
        if not self.errors and named["year"] and is_to_come(YearlyDay(**named), self.today):
            self.add_error("year", _("This day is still to come: correct the year, or leave it empty."))

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year is None:
            return None
        if year > self.today.year:
            raise ValidationError(_("That year is still to come."))
        if year < EARLIEST_YEAR:
            raise ValidationError(FOUR_DIGITS)
        return year


class PersonDateFormSet(RowFormSet):
    @staticmethod
    def takes_a_place(row):
        return row.kind == PersonDate.Kind.BIRTHDAY

    def clean(self):
        births = [form for form in self.kept() if form.cleaned_data.get("kind") == PersonDate.Kind.BIRTHDAY]
        for form in births[1:]:
            form.add_error("kind", _("A person has one birthday: remove one, or give this day another kind."))


class EmploymentForm(RowForm):
    """`customers`: {primary key: customer} of those that may be chosen, fetched once for all rows."""

    TELLING = ("customer", "role")

    customer = forms.TypedChoiceField(
        widget=LongSelect,
        label=gettext_lazy("customer"),
        error_messages={
            "required": gettext_lazy("Choose the customer."),
            "invalid_choice": gettext_lazy("Choose a customer of the list."),
        },
    )

    class Meta:
        model = Employment
        fields = ["customer", "role", "from_on", "to_on"]
        field_classes = {"from_on": DayField, "to_on": DayField}

    def __init__(self, *args, customers, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["customer"]
        field.choices = [("", "–"), *((pk, customer.name) for pk, customer in customers.items())]
        field.coerce = lambda pk: customers[int(pk)]

    def clean(self):
        data = super().clean()
        if data.get("from_on") and data.get("to_on") and data["to_on"] < data["from_on"]:
            self.add_error("to_on", _("This is before the first day."))
        return data


class EmploymentFormSet(RowFormSet):
    @staticmethod
    def takes_a_place(row):
        return row.to_on is None

    def clean(self):
        seen = set()
        for form in self.kept():
            customer = form.cleaned_data.get("customer")
            if not customer or form.cleaned_data.get("to_on"):
                continue
            if customer.pk in seen:
                form.add_error("customer", _("This stands here twice: give one of them a last day."))
            seen.add(customer.pk)

    def customers(self):
        """Where the person works or worked, the present ones first."""
        rows = [form.cleaned_data for form in self.kept() if form.cleaned_data.get("customer")]
        return [row["customer"] for row in sorted(rows, key=lambda row: row.get("to_on") is not None)]
