from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import visible
from crm.catalogue import last_prices
from crm.deliveries import shipped_quantities
from crm.forms import choices
from crm.forms.far_off import far_off
from crm.forms.fields import DayField
from crm.forms.order_lines import PREFIX, line_formset, shown
from crm.keys import row_key
from crm.models import Order
from crm.models.order import EARLIEST
from crm.order_entry import stored_state, write_order
from crm.templatetags.figures import typed

LINES_AT_ONCE = 100
BLANK_LINES = 3


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["number", "ordered_on", "kind", "status", "currency"]
        widgets = {"number": forms.TextInput(attrs={"autocomplete": "off"})}
        field_classes = {"ordered_on": DayField}
        help_texts = {
            "kind": gettext_lazy("In a return, write how many came back, without a minus."),
            "ordered_on": gettext_lazy("The day on the document."),
        }

    def __init__(self, *args, user, today, whole, **kwargs):
        """`whole`: every line of the order is in the form too, so that what changes all of them may change."""
        super().__init__(*args, label_suffix="", **kwargs)
        self.user, self.today = user, today
        self.fields["currency"] = forms.ChoiceField(
            choices=choices.currencies(self.instance.currency), label=self.fields["currency"].label
        )
        for name in () if whole else ("kind", "currency"):
            self.fields[name].disabled = True

    def clean_ordered_on(self):
        day = self.cleaned_data["ordered_on"]
        # It may be tomorrow already where the order was written.
        if day > self.today + timedelta(days=1):
            raise forms.ValidationError(_("This day is still to come. Write the day on the document."))
        if day < EARLIEST:
            raise forms.ValidationError(_("So long ago? Check the year."))
        return day

    def clean_number(self):
        number = self.cleaned_data["number"]
        others = Order.objects.filter(source=self.instance.source, number=number).exclude(pk=self.instance.pk)
        other = others.select_related("customer").first() if number else None
        if other is None:
            return number
        if not visible(self.user, Order.objects).filter(pk=other.pk).exists():
            raise forms.ValidationError(
                _("Another order has this number, and it is not yours to see. Ask your manager.")
            )
        link = format_html('<a href="{}">{}</a>', other.get_absolute_url(), other)
        said = _("An order of %(customer)s has this number: %(order)s.")
        raise forms.ValidationError(
            format_html(said.replace("%(customer)s", "{0}").replace("%(order)s", "{1}"), other.customer, link)
        )


class OrderForms:
    """The form and its lines, filled from what was `posted` or from the order.

    To be saved in the transaction in which the order was locked and read: what was posted is compared with it.
    """

    def __init__(self, user, order, today, posted=None):
        self.order, self.is_new = order, order.pk is None
        lines = {} if self.is_new else {line.pk: line for line in order.lines.select_related("product")}
        self.line_count, self.whole = len(lines), len(lines) <= LINES_AT_ONCE
        # Goes with the page and comes back with what was typed.
        self.seen = "" if self.is_new else stored_state(order, lines.values() if self.whole else ())
        self.is_stale = posted is not None and posted.get("seen", "") != self.seen
        was_return = order.kind == Order.Kind.RETURN
        self.has_new_rows = False
        if self.is_stale and self.whole:
            posted, self.has_new_rows = _with_rows(posted, lines, -1 if was_return else 1)
        self.form = OrderForm(posted, instance=order, user=user, today=today, whole=self.whole)
        self.lines = line_formset(BLANK_LINES if self.is_new else 0)(
            posted,
            lines=lines,
            shipped={} if self.is_new else shipped_quantities(order),
            prices=lambda products: last_prices(order.customer, order.currency, products),
            was_return=was_return,
            whole=self.whole,
        )

    def is_valid(self):
        """Both are looked at, so that everything that is wrong is said at once."""
        valid = self.form.is_valid()
        self.lines.kind = self.form.cleaned_data.get("kind", self.lines.kind)
        return self.lines.is_valid() and valid and not self.is_stale

    def far_off(self):
        return far_off(self.order, self.lines.kept, self.lines.products, self.form.changed_data)

    def save(self):
        write_order(self.order, self.form.changed_data, self.lines.typed(), self.lines.removed())


def _with_rows(posted, lines, sign):
    """What was posted, with a row for each line that came meanwhile, and whether one did.

    What changes every line (another kind, another currency) needs a row of each.
    """
    known = {
        row_key(text) for name, text in posted.items() if name.startswith(PREFIX) and name.endswith("-line")
    }
    added = [line for pk, line in lines.items() if pk not in known]
    data, place = posted.copy(), row_key(posted.get(f"{PREFIX}-TOTAL_FORMS", "")) or 0
    for index, line in enumerate(added, place):
        texts = {name: _as_posted(value) for name, value in shown(line, sign).items()}
        data.update({f"{PREFIX}-{index}-{name}": text for name, text in texts.items()})
    data[f"{PREFIX}-TOTAL_FORMS"] = place + len(added)
    return data, bool(added)


def _as_posted(value):
    if isinstance(value, Decimal):
        return typed(value)
    return "" if value is None else str(value)
