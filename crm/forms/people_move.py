from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.forms.fields import DayField
from crm.forms.widgets import LongSelect
from crm.models import Customer, Employment


class MoveForm(forms.Form):
    """Where somebody went. Jobs and customers are those that the user may see."""

    COMPANY, UNKNOWN = "company", "unknown"

    job = forms.ModelChoiceField(
        queryset=Employment.objects.none(), label=gettext_lazy("Leaves"), empty_label=None
    )
    on = DayField(label=gettext_lazy("On"))
    where = forms.ChoiceField(label=gettext_lazy("Where to"), widget=forms.RadioSelect)
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.none(),
        label=gettext_lazy("Customer"),
        required=False,
        empty_label="–",
        widget=LongSelect,
    )
    role = forms.CharField(
        label=gettext_lazy("Position there"),
        max_length=Employment._meta.get_field("role").max_length,
        required=False,
    )

    def __init__(self, *args, jobs, customers, today, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.today = today
        self.fields["where"].choices = [
            (self.COMPANY, _("to another customer")),
            (self.UNKNOWN, _("left, we do not know where")),
        ]
        self.fields["customer"].queryset = customers
        job = self.fields["job"]
        job.queryset = jobs
        job.label_from_instance = lambda job: (
            f"{job.customer} · {job.role}" if job.role else str(job.customer)
        )
        # Who works nowhere has nothing to leave.
        job.required = bool(jobs)

    def clean(self):
        data = super().clean()
        job, on = data.get("job"), data.get("on")
        if on and on > self.today:
            self.add_error("on", _("This day is still to come. Note the move when it has happened."))
        if job and on and job.from_on and on < job.from_on:
            self.add_error("on", _("That is before the first day there."))
        if data.get("where") == self.COMPANY and not data.get("customer") and "customer" not in self.errors:
            self.add_error("customer", _("Choose the customer, or say that you do not know where."))
        return data

    @property
    def to(self):
        return self.cleaned_data["customer"] if self.cleaned_data["where"] == self.COMPANY else None
