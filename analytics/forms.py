from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Dismissal

Answer = Dismissal.Answer


class AnswerForm(forms.Form):
    """What is said to an entry of Today. A number of days or a day alone means "later"."""

    kind = forms.ChoiceField(choices=Dismissal.Kind)
    subject = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    occurrence = forms.CharField(max_length=20, required=False)
    answer = forms.ChoiceField(
        choices=Answer, required=False, error_messages={"invalid_choice": _("Choose what to do.")}
    )
    days = forms.IntegerField(min_value=1, max_value=365, required=False)
    until_on = forms.DateField(
        required=False, error_messages={"invalid": _("Write the day like 2026-03-24.")}
    )
    reason = forms.ChoiceField(
        choices=[("", ""), *Dismissal.Reason.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose why.")},
    )
    remark = forms.CharField(max_length=200, required=False)

    def __init__(self, *args, today, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    def clean(self):
        said = super().clean()
        if self.errors:
            return said
        if not said["answer"]:
            said["answer"] = Answer.SNOOZED if said["days"] or said["until_on"] else ""
        if not said["answer"]:
            self.add_error("answer", _("Choose what to do."))
        elif said["answer"] == Answer.SNOOZED:
            self._clean_until(said)
        elif said["answer"] == Answer.DISMISSED and not said["reason"]:
            self.add_error("reason", _("Choose why."))
        return said

    def _clean_until(self, said):
        if said["days"]:
            said["until_on"] = self.today + timedelta(days=said["days"])
        if not said["until_on"]:
            self.add_error("until_on", _("Choose the day on which it should come back."))
        elif said["until_on"] <= self.today:
            self.add_error("until_on", _("Choose a day after today."))

    def about(self):
        """(kind, subject, occurrence) of the entry, or None where the form names none."""
        fields = ("kind", "subject", "occurrence")
        if any(field in self.errors for field in fields):
            return None
        return tuple(self.cleaned_data[field] for field in fields)

    def said(self):
        return {field: self.cleaned_data[field] for field in ("answer", "until_on", "reason", "remark")}
