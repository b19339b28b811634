"""What the preview of an import asks: the answers are kept with the run, for the next try and for the import itself."""

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayInput
from crm.forms.imports import checked_through
from crm.importing import shown
from crm.importing.choices import OURS, THEIRS

# Where the preview has no answers with it, those that were given before stay.
SAID = "said"
# All inputs of the page belong to the one form of this id, wherever they stand.
ID = "answers"
WHOSE = [(OURS, _("Keep what people typed")), (THEIRS, _("Take the file's values"))]
AS_FOR_ALL = [("", _("as for all")), (OURS, _("keep ours")), (THEIRS, _("take the file's"))]


class PreviewForm(forms.Form):
    ID = ID

    remove = forms.BooleanField(
        label=_("The file is complete: remove these lines"),
        required=False,
        widget=forms.CheckboxInput(attrs={"form": ID}),
    )
    conflicts = forms.ChoiceField(
        label=_("For all"), choices=WHOSE, required=False, widget=forms.RadioSelect(attrs={"form": ID})
    )

    complete_through = forms.DateField(
        label=_("Orders are complete up to"),
        required=False,
        widget=DayInput(attrs={"form": ID}),
        help_text=_("Empty: up to the last order of the file."),
    )

    def __init__(self, *args, run, today, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.run, self.today = run, today
        said = run.options.get("choices", {})
        self.initial |= {"conflicts": OURS, "complete_through": run.complete_through} | said
        self.each = {}
        for conflict, *told in shown.conflicts(run)["first"]:
            name = f"each_{conflict}"
            self.fields[name] = forms.ChoiceField(
                label=" · ".join(map(str, told[:2])),
                choices=AS_FOR_ALL,
                required=False,
                initial=said.get("each", {}).get(conflict, ""),
                widget=forms.Select(attrs={"form": ID}),
            )
            self.each[conflict] = name

        self.same = {}
        for entry in shown.namesakes(run)["first"]:
            name = "same_" + hashlib.blake2b(entry["key"].encode(), digest_size=8).hexdigest()
            alike = [(pk, self._who(*known)) for pk, *known in entry["likes"]]
            self.fields[name] = forms.TypedChoiceField(
                label=entry["name"],
                choices=[("", _("another customer: make him new")), *alike],
                coerce=int,
                empty_value=None,
                required=False,
                initial=said.get("same", {}).get(entry["key"]),
                widget=forms.Select(attrs={"form": ID}),
            )
            self.same[entry["key"]] = name

    @staticmethod
    def _who(name, country, code):
        return _("the same as %(customer)s") % {"customer": " · ".join(filter(None, (name, country, code)))}

    def namesake_rows(self):
        """(name, country, bound field) of each new customer who is named like a known one."""
        entries = shown.namesakes(self.run)["first"]
        return [(entry["name"], entry["country"], self[self.same[entry["key"]]]) for entry in entries]

    def conflict_rows(self):
        """(kind, row, [(field, ours, theirs)], taken, bound field) of each conflict that is shown."""
        return [(*told, self[self.each[conflict]]) for conflict, *told in shown.conflicts(self.run)["first"]]

    def clean_complete_through(self):
        day = self.cleaned_data["complete_through"]
        # What stood there already was not said anew.
        return day if day == self.run.complete_through else checked_through(day, self.today)

    def choices(self):
        """As crm.importing.choices.Choices takes them."""
        said = self.cleaned_data
        each = {conflict: said[name] for conflict, name in self.each.items() if said[name]}
        same = {key: said[name] for key, name in self.same.items() if said[name]}
        return {
            "remove": said["remove"],
            "conflicts": said["conflicts"] or OURS,
            "each": each,
            "same": same,
        }

    def options(self):
        """The run's options with these answers."""
        day = self.cleaned_data["complete_through"]
        said = {"choices": self.choices()}
        if day != self.run.complete_through:
            said["complete_through"] = day.isoformat() if day else ""
        return self.run.options | said
