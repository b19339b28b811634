"""A note as it is written: the fields of the quick log and of a note's page alike, and the quick log itself."""

import unicodedata
import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django import forms
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import visible
from accounts.models import User
from crm import mentions, promises
from crm.forms.fields import DayInput
from crm.keys import row_key
from crm.models import Customer, Note, NotePerson, Person, Promise
from crm.note_text import named
from crm.searching.text import fold
from crm.suggestions import people_at, suggest_customers

FORMAT = "%Y-%m-%dT%H:%M"
EARLIEST_YEAR = 1900  # a browser sends the year 0002 while 2026 is being typed
LONGEST_TEXT = 20_000
# The four usual ones first.
KINDS = [Note.Kind.NOTE, Note.Kind.CALL, Note.Kind.VISIT, Note.Kind.EMAIL]
KINDS += [kind for kind in Note.Kind if kind not in KINDS]
NOW, MORNING, YESTERDAY = "now", "morning", "yesterday"
WHEN = [(NOW, _("Now")), (MORNING, _("This morning")), (YESTERDAY, _("Yesterday"))]
MORNING_HOUR, NOON = time(9), time(12)
# The same note once more within this time is a second click, or a second try after an answer that got lost.
ONCE = timedelta(minutes=1)


def keys(values):
    """Of what was sent as rows' numbers those that can be numbers of rows."""
    found = (row_key(str(value)) for value in values)
    return [key for key in found if key is not None]


class Words(forms.CharField):
    """A browser counts a line break as one letter and sends two."""

    def to_python(self, value):
        return super().to_python((value or "").replace("\r\n", "\n"))


class PeopleField(forms.ModelMultipleChoiceField):
    def _check_values(self, value):
        if len(keys(value)) != len(value):
            raise forms.ValidationError(_("Choose people of the list."), code="invalid_choice")
        return super()._check_values(value)


class NoteFields(forms.ModelForm):
    """What, where and who. The time is the customer's: a meeting is remembered by the clock on its wall."""

    use_required_attribute = False
    customer = forms.ModelChoiceField(
        Customer.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This customer is not one of yours. Choose another one.")},
    )
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.RadioSelect,
        required=False,
    )
    text = Words(
        label=_("What happened?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("What happened?")}),
        error_messages={"required": _("Write what happened, then save.")},
    )
    happened_at = forms.CharField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT),
    )
    people = PeopleField(Person.objects.none(), label=_("People"), required=False)

    class Meta:
        model = Note
        fields = ["customer", "customer_name", "kind", "text", "happened_at", "private", "people"]

    def __init__(self, *args, user, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now
        self.customer = None
        # Those to choose from, where what was typed fits several.
        self.which_customer = []
        self.fields["customer"].queryset = visible(user, Customer.objects)
        self.fields["people"].queryset = visible(user, Person.objects)

    @property
    def zone(self):
        return zoneinfo.ZoneInfo((self.customer and self.customer.time_zone) or self.user.time_zone)

    def clean_customer_name(self):
        """The customer is the one chosen, or the only one that fits what was typed."""
        typed, chosen = self.cleaned_data["customer_name"], self.cleaned_data.get("customer")
        if "customer_name" not in self.data or (chosen and fold(chosen.name) == fold(typed)):
            self.customer = chosen
        elif typed:
            self.customer = self._customer_called(typed, chosen)
        else:
            self.customer = None
        self.cleaned_data["customer"] = self.customer
        return typed

    def _customer_called(self, typed, chosen):
        found = suggest_customers(self.user, typed)
        exact = [one for one in found if fold(one.name) == fold(typed)]
        fits = next((one for one in found if chosen and one.pk == chosen.pk), None)
        if fits or len(found) == 1 or len(exact) == 1:
            return self.fields["customer"].queryset.get(pk=(fits or (exact or found)[0]).pk)
        self.which_customer = found
        if found:
            raise forms.ValidationError(_("Several customers fit “%(typed)s”. Which one?") % {"typed": typed})
        raise forms.ValidationError(
            _("No customer of yours fits “%(typed)s”. Write a code or a part of the name, or nothing.")
            % {"typed": typed}
        )

    def clean_kind(self):
        return self.cleaned_data["kind"] or Note.Kind.NOTE

    def clean_text(self):
        return unicodedata.normalize("NFC", self.cleaned_data["text"])

    def clean_happened_at(self):
        """Local time at the customer's -> a moment. Empty: now."""
        text = self.cleaned_data["happened_at"]
        if not text:
            return self.now
        try:
            local = datetime.strptime(text[:16], FORMAT).replace(tzinfo=self.zone)
            moment = local.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Write day and time like 2026-03-01 14:30.")) from error
        if local.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("Write day and time like 2026-03-01 14:30."))
        if moment.astimezone(self.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise forms.ValidationError(
                _("The clocks were put forward at that time: this hour did not exist there.")
            )
        if moment > self.now:
            raise forms.ValidationError(_("This is still to come. A note tells what has happened."))
        return moment

    def mentioned(self, text):
        """The people whose @names stand in `text`: of those at the customer's, without one of all that the user sees."""
        people = people_at(self.user, self.customer) if self.customer else visible(self.user, Person.objects)
        by_pk = {person.pk: person for person in people} if "@" in text or "＠" in text else {}
        found = mentions.find(text, [named(person) for person in by_pk.values()])
        return {by_pk[mention.pk] for mention in found}


class LogForm(NoteFields):
    """The quick log: words, and whatever can be said with one tap. The rest is understood from the words."""

    when = forms.ChoiceField(label=_("When"), choices=WHEN, widget=forms.RadioSelect, required=False)
    promise = forms.CharField(label=_("Promise / next step"), max_length=promises.LONGEST, required=False)
    promise_by = forms.ChoiceField(
        label=_("Promised by"),
        choices=[(Promise.By.US.value, _("by us")), (Promise.By.THEM.value, _("by them"))],
        widget=forms.RadioSelect,
        required=False,
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=DayInput())

    field_order = ["customer", "customer_name", "kind", "text", "when"]

    def __init__(self, data=None, *, today, customer=None, people=(), **kwargs):
        initial = {
            "customer": customer,
            "customer_name": customer.name if customer else "",
            "kind": Note.Kind.NOTE,
            "when": NOW,
            "promise_by": Promise.By.US,
            "people": list(people),
        }
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.today, self.language = today, get_language() or "en"
        self.customer = customer

    def clean_happened_at(self):
        """A time that was written goes before the quick choice."""
        when = self.cleaned_data.get("when") or NOW
        if self.cleaned_data["happened_at"] or when == NOW:
            return super().clean_happened_at()
        there = self.now.astimezone(self.zone)
        if when == MORNING:
            return min(datetime.combine(there.date(), MORNING_HOUR, self.zone).astimezone(UTC), self.now)
        noon = datetime.combine(there.date() - timedelta(days=1), NOON, self.zone)
        return noon.astimezone(UTC)

    def promises(self):
        """What was promised: in the text's marked lines, and in the line of its own."""
        fields = self.cleaned_data
        by = fields["promise_by"] or Promise.By.US
        said = (fields["text"], fields["promise"], fields["due_on"])
        return promises.in_note(*said, self.today, self.language, by)

    def save(self, commit=True):
        """The note, its people and promises; the one that is there already where it was sent twice."""
        people = {*self.cleaned_data["people"], *self.mentioned(self.cleaned_data["text"])}
        said = self.promises()
        note = super().save(commit=False)
        note.customer, note.author = self.customer or self._works_at(people), self.user
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.user.pk)
            if twin := self._twin(note, people, said):
                return twin
            note.save()
            NotePerson.objects.bulk_create(NotePerson(note=note, person=person) for person in people)
            for one in said:
                Promise.objects.create(note=note, by=one.by, text=one.text, due_on=one.due_on)
        return note

    def _works_at(self, people):
        """A note about people alone is filed where they work, if that is one place."""
        rows = visible(self.user, Customer.objects).filter(
            employments__person__in=people, employments__to_on=None
        )
        places = list(rows.distinct()[:2]) if people else []
        return places[0] if len(places) == 1 else None

    def _twin(self, note, people, said):
        """The same note of just now: “No answer” of somebody else, or of another day, is another one."""
        fields = ("customer", "author", "kind", "text", "private", "deleted_at")
        same = Note.objects.filter(
            created_at__gt=self.now - ONCE, **{name: getattr(note, name) for name in fields}
        )
        near = same.filter(happened_at__range=(note.happened_at - ONCE, note.happened_at))
        return next((twin for twin in near if _has(twin, people, said)), None)


def _has(note, people, said):
    promised = {(one.by, one.text, one.due_on) for one in note.promises.all()}
    return set(note.people.all()) == people and promised == {(one.by, one.text, one.due_on) for one in said}
