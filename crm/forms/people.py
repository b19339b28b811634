"""A person with everything that hangs on him, as one form."""

import zoneinfo

from babel.languages import get_official_languages
from django import forms
from django.db import transaction
from django.forms import inlineformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import visible
from crm.baseline import keep_baseline
from crm.forms.fields import NameField
from crm.forms.people_rows import (
    ContactPointForm,
    ContactPointFormSet,
    EmploymentForm,
    EmploymentFormSet,
    PersonDateForm,
    PersonDateFormSet,
    SpokenForm,
)
from crm.forms.widgets import LongSelect
from crm.models import ContactPoint, Customer, Employment, Person, PersonDate
from crm.models.person import FAMILY_FIRST
from crm.templatetags.figures import locale

MOST_CADENCE_DAYS = 3650
BY_LANGUAGE = ""


def language_choices(present=""):
    names = {code: name for code, name in locale().languages.items() if len(code) == 2}
    if present and present not in names:
        names[present] = locale().languages.get(present, present)
    return [("", "–"), *sorted(names.items(), key=lambda choice: choice[1].casefold())]


def zone_choices(present=""):
    names = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")}
    return [("", "–"), *((name, name.replace("_", " ")) for name in sorted(names | {present} - {""}))]


NAMES = ("given_name", "family_name", "native_name")


class PersonForm(SpokenForm):
    language = forms.ChoiceField(label=gettext_lazy("language"), required=False, widget=LongSelect)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("time zone"),
        widget=LongSelect,
        required=False,
        help_text=gettext_lazy("Empty: that of the customer."),
    )
    cadence_days = forms.IntegerField(
        label=gettext_lazy("keep in touch every (days)"),
        required=False,
        min_value=1,
        max_value=MOST_CADENCE_DAYS,
        error_messages={
            "invalid": gettext_lazy("Write a number of days, or leave it empty."),
            "min_value": gettext_lazy("Write a number of days, or leave it empty."),
            "max_value": gettext_lazy("Ten years are the most: 3650."),
        },
    )

    class Meta:
        model = Person
        fields = [
            "family_name", "given_name", "native_name", "name_order", "language", "time_zone", "status",
            "cadence_days", "greet", "greet_by_mail", "facts",
        ]  # fmt: skip
        field_classes = {"family_name": NameField, "given_name": NameField, "native_name": NameField}
        labels = {
            "greet": gettext_lazy("Congratulate on the birthday"),
            "greet_by_mail": gettext_lazy("Let Dangol propose a birthday mail, to be approved by the owner"),
        }
        help_texts = {
            "facts": gettext_lazy(
                "What matters to them: family, tastes, habits. Not what happened: that is a note."
            )
        }
        widgets = {"facts": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        person = self.instance
        self.fields["language"].choices = language_choices(person.language)
        self.fields["time_zone"].choices = zone_choices(person.time_zone)
        for name in NAMES:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if person.pk:
            self._keep_what_was_shown()
        else:
            del self.fields["status"]
            order = self.fields["name_order"]
            order.required = False
            order.choices = [(BY_LANGUAGE, _("as usual in the language")), *Person.NameOrder.choices]
            order.initial = self.initial["name_order"] = BY_LANGUAGE

    def _keep_what_was_shown(self):
        """Each field goes with the page a second time: what was changed is what differs from it, not from the table."""
        for name, field in self.fields.items():
            field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

    def clean_name_order(self):
        order = self.cleaned_data["name_order"]
        if order:
            return order
        # `language` stands after it in the form and is not cleaned yet.
        language = self.data.get(self.add_prefix("language"), "")
        return Person.NameOrder.FAMILY_FIRST if language in FAMILY_FIRST else Person.NameOrder.GIVEN_FIRST

    def clean(self):
        data = super().clean()
        if not any(data.get(name) for name in NAMES):
            words = _("Write at least one name, in Latin letters or in the person's own script.")
            self.add_error("family_name", words)
        return data

    def save(self):
        """To be called in a transaction. Of who is known already only what was changed on the page."""
        if self.instance.pk is None:
            return super().save()
        # As he is now: the form has put all that was shown into its instance, and the history copies every field.
        person = Person.objects.select_for_update().get(pk=self.instance.pk)
        changed = set(self.changed_data)
        # Of two who each take away another half of the name, the second leaves it as his page has it.
        if not any(self.cleaned_data[name] if name in changed else getattr(person, name) for name in NAMES):
            changed |= set(NAMES)
        for name in changed:
            setattr(person, name, self.cleaned_data[name])
        if changed:
            person.save(update_fields=changed)
        return person


class PersonForms:
    """The form and its three formsets, filled from `data` or from the person; a new one is begun for `customer`."""

    def __init__(self, user, person, today, data=None, customer=None):
        self.person, self.user = person, user
        customers = {row.pk: row for row in visible(user, Customer.objects).only("name", "country")}
        is_new = person.pk is None
        self.form = PersonForm(data, instance=person, initial=_presets(customer) if is_new else None)
        self.employments = self._rows(
            Employment, EmploymentForm, EmploymentFormSet, data, "employments",
            [{"customer": customer.pk}] if is_new and customer else [], customers=customers,
            queryset=visible(user, Employment.objects).order_by("-pk"),
        )  # fmt: skip
        self.dates = self._rows(
            PersonDate, PersonDateForm, PersonDateFormSet, data, "dates",
            queryset=PersonDate.objects.order_by("pk"), today=today,
        )  # fmt: skip
        kinds = ContactPoint.Kind.EMAIL, ContactPoint.Kind.PHONE
        self.contact_points = self._rows(
            ContactPoint, ContactPointForm, ContactPointFormSet, data, "contact_points",
            [{"kind": kind} for kind in kinds] if is_new else [],
            queryset=ContactPoint.objects.order_by("pk"), region=self._region(customer),
        )  # fmt: skip

    def _rows(self, model, form, formset, data, prefix, initial=(), *, queryset, **form_kwargs):
        factory = inlineformset_factory(Person, model, form=form, formset=formset, extra=max(len(initial), 1))
        return factory(
            data,
            instance=self.person,
            prefix=prefix,
            initial=list(initial),
            queryset=queryset,
            form_kwargs=form_kwargs,
        )

    def _region(self, customer):
        """The country of his customer, as chosen in the form: national phone numbers are meant there."""
        if self.employments.is_bound:
            self.employments.is_valid()
            chosen = self.employments.customers()
            return chosen[0].country if chosen else ""
        return customer.country if customer else ""

    @property
    def all(self):
        return [self.form, self.employments, self.contact_points, self.dates]

    @property
    def is_wrong(self):
        return self.form.is_bound and not self.is_valid()

    def is_valid(self):
        # All of them, so that everything that is wrong is said at once.
        return all([form.is_valid() for form in self.all])

    @transaction.atomic
    def save(self):
        keep_baseline(Person.objects.filter(pk=self.person.pk))
        person = self.form.save()
        for rows in self.all[1:]:
            rows.save()
        return person


def _presets(customer):
    if not customer:
        return {}
    official = get_official_languages(customer.country) if customer.country else ()
    return {"language": official[0] if official else "", "time_zone": customer.time_zone}
