from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Call
from crm.forms.fields import DayField, NumberField
from crm.money import round_money

OFFERED = 12
FURTHEST = timedelta(days=730)
# So many times the usual is a slip of the finger; the most where nothing is usual.
TOO_MANY_TIMES = 1000
MOST = Decimal(10) ** 12


class CallForm(forms.Form):
    """Which day, how much, what is in it, and why: of these only the day must be said.

    `anchor` goes with it: the day of the last order that its writer saw, in a form left open not the present one.
    """

    use_required_attribute = False
    expected_on = DayField(label=gettext_lazy("Day"))
    amount = NumberField(label=gettext_lazy("Amount"), required=False, max_digits=15)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("They told me September"), "autocomplete": "off"}
        ),
    )

    def __init__(self, *args, customer, outlook, said, goods, today, sent=None, **kwargs):
        """`said`: his own earlier call, or None; `goods` knows name and unit of a product. `sent`: what he typed of an order
        that is in by now, offered once more."""
        self.customer, self.outlook, self.today = customer, outlook, today
        called = {product: quantity for product, quantity, *_rest in said.items} if said else {}
        offered = [row["item"] for row in outlook.forecast.get("items", [])[:OFFERED]]
        self.usual = {row["item"]: row["quantity"] for row in outlook.forecast.get("items", [])}
        self.offered = [*offered, *(product for product in called if product not in offered)]
        initial = {
            "expected_on": said.expected_on if said else _first_open(outlook, today),
            "amount": said.amount if said else None,
            "reason": said.reason if said else "",
        }
        again = {} if sent is None else self._once_more(sent)
        initial |= again
        self.anchor = outlook.last_ordered_on.isoformat()
        super().__init__(*args, initial=initial, auto_id="call_%s", label_suffix="", **kwargs)
        self.fields["expected_on"].widget.attrs |= {"autofocus": True, "min": today.isoformat()}
        self.rows, self.suggested = [], {}
        for product in self.offered:
            self.suggested[product] = quantity = _decimal(called.get(product) or self.usual.get(product))
            self.fields[f"take_{product}"] = forms.BooleanField(
                label=goods.name(product), required=False, initial=product in called
            )
            self.fields[f"quantity_{product}"] = NumberField(
                label=_("Quantity of %(item)s") % {"item": goods.name(product)},
                required=False,
                max_digits=15,
                initial=quantity,
            )
            row = (self[f"take_{product}"], self[f"quantity_{product}"], goods.unit(product))
            self.rows.append(row)
        self.shows_items = bool(called) or any(name.startswith("take_") for name in again)
        # Where it leads already it leads on: see analytics.ledger.calls.say.
        if not (said and said.leads):
            self.fields["first"] = forms.BooleanField(
                label=_("Lead with my call"),
                required=False,
                widget=forms.CheckboxInput(attrs={"aria-describedby": "call-first-hint"}),
            )

    def _once_more(self, sent):
        """Of the items those that he ticked: how many of the others comes is offered anew."""
        names = ["expected_on", "amount", "reason", "first"]
        for product in self.offered:
            if f"take_{product}" in sent:
                names += [f"take_{product}", f"quantity_{product}"]
        return {name: sent[name] for name in names if name in sent}

    def clean_expected_on(self):
        day = self.cleaned_data["expected_on"]
        if day < self.today or day <= self.outlook.last_ordered_on:
            raise ValidationError(_("This day has passed. Call one that is still to come."))
        if day > self.today + FURTHEST:
            raise ValidationError(_("So far away? Check the year."))
        return day

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount is None:
            return None
        amount = round_money(amount, self.customer.currency)
        _check_size(amount, self.outlook.amount_high)
        _check_not_tiny(amount, self.outlook.amount_low)
        return amount

    def clean(self):
        cleaned = super().clean()
        for product in self.offered:
            name = f"quantity_{product}"
            try:
                _check_size(cleaned.get(name), self.usual.get(product))
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def _is_taken(self, product):
        """Whoever types how many means it, whether he ticks the box or not."""
        quantity = self.cleaned_data.get(f"quantity_{product}")
        typed = quantity and quantity != self.suggested[product]
        return self.cleaned_data.get(f"take_{product}") or typed

    def call(self, author) -> Call:
        """Unsaved."""
        said = self.cleaned_data
        return Call(
            customer=self.customer,
            author=author,
            anchor_on=self.outlook.last_ordered_on,
            made_on=self.today,
            expected_on=said["expected_on"],
            amount=said["amount"],
            currency=self.customer.currency,
            items=[
                [product, _number(said.get(f"quantity_{product}")), None]
                for product in self.offered
                if self._is_taken(product)
            ],
            reason=said["reason"],
        )


def _first_open(outlook, today):
    """Dangol's day to begin with, as long as it is still to come."""
    return outlook.expected_on if outlook.expected_on and outlook.expected_on >= today else None


def _check_size(number, usual):
    """Raises ValidationError. `usual`: what Dangol expects at most, or None."""
    if number is None:
        return
    if number <= 0:
        raise ValidationError(_("Write a number above zero, or leave it empty."))
    if number > (Decimal(str(usual)) * TOO_MANY_TIMES if usual else MOST):
        raise ValidationError(_("That is over a thousand times the usual. Check the number of zeros."))


def _check_not_tiny(amount, usual):
    """A point that was meant to part thousands, 1.375 for 1375, would lead the card as one and a bit."""
    if usual and amount * TOO_MANY_TIMES < Decimal(str(usual)):
        raise ValidationError(
            _("That is less than a thousandth of the usual. Write it without points or commas.")
        )


def _decimal(number):
    return None if number is None else Decimal(repr(number)).quantize(Decimal("0.001"))


def _number(quantity):
    """As forecasts have it; nothing for a box ticked without a number."""
    return float(quantity) if quantity else None
