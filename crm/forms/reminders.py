"""When a user wants to be reminded, of what, and how many days ahead."""

from datetime import date, timedelta

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import formats
from crm.forms.fields import DayField
from crm.models import Greeting, GreetingMail, QuietDays, ReminderSettings
from crm.models.digest import LONGEST_LEAD
from crm.reminders.kind import kinds
from crm.templatetags.figures import weekday_name

MOST_LEADS = 6
A_MONDAY = date(2024, 1, 1)
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def weekday_choices():
    """Short names, from the day with which the reader's week begins."""
    first = formats.current().week_start
    ordered = [(first + n) % 7 for n in range(7)]
    return [(str(number), weekday_name(A_MONDAY + timedelta(days=number))) for number in ordered]


class WeekdayBoxes(forms.CheckboxSelectMultiple):
    """Short to the eye, whole to the ear."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["aria-label"] = WEEKDAYS[int(str(value))]
        return option


class RemindersForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label=gettext_lazy("At"), choices=HOURS, coerce=int)
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=weekday_choices,
        widget=WeekdayBoxes,
        error_messages={"required": gettext_lazy("At least one day of the week is needed.")},
    )

    class Meta:
        model = ReminderSettings
        fields = ["is_on", "hour", "weekdays"]
        labels = {"is_on": gettext_lazy("Send me a digest when there is something to say")}

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.now = now
        self.initial["weekdays"] = list(self.instance.weekdays)
        for kind in kinds().values():
            wanted = kind.name not in self.instance.off
            days = self.instance.leads.get(kind.name, kind.leads)
            self.fields[f"on_{kind.name}"] = forms.BooleanField(
                label=kind.label, required=False, initial=wanted
            )
            self.fields[f"leads_{kind.name}"] = forms.CharField(
                label=_("Days ahead: %(kind)s") % {"kind": kind.label}, required=False, max_length=40,
                initial=", ".join(map(str, sorted(days, reverse=True))),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip

    def kind_rows(self):
        return [(self[f"on_{name}"], self[f"leads_{name}"]) for name in kinds()]

    def clean_weekdays(self):
        return "".join(sorted(self.cleaned_data["weekdays"]))

    def clean(self):
        super().clean()
        for name in kinds():
            field = f"leads_{name}"
            try:
                self.cleaned_data[field] = _days(self.cleaned_data.get(field, ""))
            except ValueError:
                self.add_error(
                    field,
                    _("Write days from 0 to %(most)s, like 7, 1, 0. 0 is the day itself.")
                    % {"most": LONGEST_LEAD},
                )
        return self.cleaned_data

    def save(self, commit=True):
        row, said = self.instance, self.cleaned_data
        row.off = [name for name in kinds() if not said[f"on_{name}"]]
        row.leads = {
            name: said[f"leads_{name}"]
            for name, kind in kinds().items()
            if said[f"leads_{name}"] and set(said[f"leads_{name}"]) != set(kind.leads)
        }
        row.language = get_language() or ""
        if "is_on" in self.changed_data:
            row.on_since = self.now if row.is_on else None
        return super().save(commit)


def _days(text):
    days = sorted({int(part) for part in text.replace(",", " ").split()})
    if len(days) > MOST_LEADS or any(not 0 <= day <= LONGEST_LEAD for day in days):
        raise ValueError(text)
    return days


class QuietDaysForm(forms.ModelForm):
    class Meta:
        model = QuietDays
        fields = ["from_on", "to_on"]
        field_classes = {"from_on": DayField, "to_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self):
        said = super().clean()
        if said.get("from_on") and said.get("to_on") and said["to_on"] < said["from_on"]:
            self.add_error("to_on", _("This is before the first day."))
        return said


class GreetingForm(forms.ModelForm):
    class Meta:
        model = Greeting
        fields = ["text", "gift"]
        labels = {"text": gettext_lazy("What you wrote or said"), "gift": gettext_lazy("What you gave")}
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class GreetingMailForm(forms.ModelForm):
    class Meta:
        model = GreetingMail
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
