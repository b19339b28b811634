import zoneinfo
from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Note, NotePerson

FORMAT = "%Y-%m-%dT%H:%M"
EARLIEST_YEAR = 1900  # a browser sends the year 0002 while 2026 is being typed
SHOWN_KINDS = [Note.Kind.NOTE, Note.Kind.CALL, Note.Kind.VISIT, Note.Kind.EMAIL]
OTHER_KINDS = [kind for kind in Note.Kind if kind not in SHOWN_KINDS]


class NoteForm(forms.ModelForm):
    """The quick note box. The time is the customer's: a meeting is remembered by the clock on its wall."""

    happened_at = forms.CharField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT),
    )

    class Meta:
        model = Note
        fields = ["kind", "text", "happened_at", "private", "people"]
        widgets = {"people": forms.CheckboxSelectMultiple}
        error_messages = {"text": {"required": _("Write what happened, then save.")}}

    def __init__(self, *args, customer, author, people, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.customer, self.author, self.now = customer, author, now
        self.zone = zoneinfo.ZoneInfo(customer.time_zone or author.time_zone)
        self.fields["people"].queryset = people
        self.fields["people"].required = False
        self.fields["kind"].required = False

    def clean_kind(self):
        return self.cleaned_data["kind"] or Note.Kind.NOTE

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

    def save(self, commit=True):
        note = super().save(commit=False)
        note.customer, note.author = self.customer, self.author
        note.save()
        NotePerson.objects.bulk_create(
            [NotePerson(note=note, person=person) for person in self.cleaned_data["people"]]
        )
        return note
