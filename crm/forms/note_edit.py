"""A note as it is changed later: everything in it, with its promises as rows."""

from django import forms
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm import promises
from crm.baseline import keep_baseline
from crm.forms.fields import DayInput
from crm.forms.notes import FORMAT, NoteFields
from crm.models import Note, NotePerson, Promise

GUIDED = ("wants", "why", "can_we", "decision")
EMPTY_ROWS = 2
WRITTEN = ("customer_id", "kind", "text", "happened_at", "private", *GUIDED)


class NoteEditForm(NoteFields):
    class Meta(NoteFields.Meta):
        fields = [*NoteFields.Meta.fields, *GUIDED]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in GUIDED}

    def __init__(self, *args, instance, customer, today, user, **kwargs):
        """`customer` is the note's where the user sees it; of one that went to somebody else the note stays as it is."""
        self.is_elsewhere = instance.customer_id is not None and customer is None
        initial = {"customer_name": customer.name if customer else ""}
        super().__init__(*args, instance=instance, initial=initial, user=user, **kwargs)
        self.today, self.customer = today, instance.customer
        self.old_text, self.old_moment = instance.text, instance.happened_at
        self.before = {name: getattr(instance, name) for name in WRITTEN}
        self.initial["happened_at"] = instance.happened_at.astimezone(self.zone).strftime(FORMAT)
        self.initial["people"] = list(self.fields["people"].queryset.filter(notes=instance))
        self.is_authors = instance.author_id == user.pk
        if self.is_elsewhere:
            del self.fields["customer"], self.fields["customer_name"]
        if not self.is_authors:
            # It would vanish from before the eyes of whoever ticks this.
            del self.fields["private"]

    @property
    def guided(self):
        return [self[name] for name in GUIDED]

    @property
    def guided_used(self):
        return any(field.value() or field.errors for field in self.guided)

    def clean_customer_name(self):
        """A note of no customer is its author's alone: nobody else may make it one."""
        typed = super().clean_customer_name()
        if not self.customer and not self.is_authors:
            raise forms.ValidationError(_("Only its author can take a note from its customer. Choose one."))
        return typed

    def clean_happened_at(self):
        """What was not touched stays to the second, also where the customer, and with him the zone, changes."""
        if self.cleaned_data["happened_at"] == self.initial["happened_at"]:
            return self.old_moment
        return super().clean_happened_at()

    def save(self, commit=True):
        """The note with its people and with the promises that its text newly holds."""
        note = super().save(commit=False)
        if not self.is_elsewhere:
            note.customer = self.customer
        # It may have been pinned or deleted in the meantime: only what was changed here is written.
        changed = [name for name, value in self.before.items() if getattr(note, name) != value]
        before = set(self.initial["people"])
        people = {*self.cleaned_data["people"], *self._newly_mentioned(note)}
        with transaction.atomic():
            keep_baseline(Note.objects.filter(pk=note.pk))
            note.save(update_fields=[*changed, "updated_at"])
            NotePerson.objects.filter(note=note, person__in=before - people).delete()
            NotePerson.objects.bulk_create(NotePerson(note=note, person=one) for one in people - before)
            for said in self._newly_said(note):
                Promise.objects.create(note=note, by=said.by, text=said.text, due_on=said.due_on)
        return note

    def _newly_mentioned(self, note):
        """Who was in the text before and has been unticked stays out."""
        return self.mentioned(note.text) - self.mentioned(self.old_text)

    def _newly_said(self, note):
        lines = set(self.old_text.splitlines())
        new = "\n".join(line for line in note.text.splitlines() if line not in lines)
        return promises.in_text(new, self.today, get_language() or "en")


class PromiseForm(forms.ModelForm):
    """A row of the note's page. A day in its words is understood as in the quick log."""

    done = forms.BooleanField(label=_("done"), required=False)

    class Meta:
        model = Promise
        fields = ["by", "text", "due_on"]
        widgets = {"due_on": DayInput()}
        error_messages = {"text": {"required": _("Write what was promised, or tick “remove”.")}}

    def __init__(self, *args, today, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.now = today, now
        self.initial["done"] = self.instance.done_at is not None

    def clean(self):
        fields = super().clean()
        if fields.get("text") and not fields.get("due_on") and "text" in self.changed_data:
            said = promises.understand(fields["text"], self.today, get_language() or "en", fields.get("by"))
            if said:
                fields |= {"text": said.text, "due_on": said.due_on, "by": said.by}
        return fields

    def save(self, commit=True):
        if not self.cleaned_data["done"]:
            self.instance.done_at = None
        elif not self.instance.done_at:
            self.instance.done_at = self.now
        return super().save(commit)


class BasePromiseRows(forms.BaseInlineFormSet):
    def save(self, commit=True):
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        keep_baseline(Promise.objects.filter(pk__in=changed))
        return super().save(commit)


PromiseRows = forms.inlineformset_factory(
    Note, Promise, form=PromiseForm, formset=BasePromiseRows, extra=EMPTY_ROWS, can_delete=True, max_num=50
)
