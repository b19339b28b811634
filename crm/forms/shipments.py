from datetime import timedelta

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from crm.forms.fields import DayField, NumberField
from crm.models import Order, Shipment, ShipmentLine
from crm.templatetags.figures import quantity


class ShipmentForm(forms.ModelForm):
    """What left in one go. One field a line that has something open, filled in with all of it."""

    class Meta:
        model = Shipment
        fields = ["number", "shipped_on"]
        widgets = {"number": forms.TextInput(attrs={"autocomplete": "off"})}
        field_classes = {"shipped_on": DayField}

    def __init__(self, *args, lines, room, today, **kwargs):
        """`room`: line id -> how much of it can be in this shipment: what is open, and what is in it already."""
        super().__init__(*args, label_suffix="", **kwargs)
        self.today, self.room = today, room
        self.lines = {line.pk: line for line in lines if room.get(line.pk)}
        inside = dict(self.instance.lines.values_list("order_line", "quantity")) if self.instance.pk else {}
        for pk, line in self.lines.items():
            self.fields[f"line-{pk}"] = NumberField(
                label=str(line.product), max_digits=15, decimal_places=3, min_value=0, required=False,
                initial=inside.get(pk, 0) if self.instance.pk else room[pk],
                help_text=_("%(n)s %(unit)s open") % {"n": quantity(room[pk]), "unit": line.unit},
            )  # fmt: skip

    def line_fields(self):
        return [self[f"line-{pk}"] for pk in self.lines]

    def head_fields(self):
        return [self[name] for name in self.Meta.fields]

    def clean_shipped_on(self):
        day = self.cleaned_data["shipped_on"]
        if day > self.today + timedelta(days=1):
            raise forms.ValidationError(_("This day is still to come. Record a shipment when it has left."))
        return day

    def clean_number(self):
        number = self.cleaned_data["number"]
        others = Shipment.objects.filter(order=self.instance.order, number=number).exclude(
            pk=self.instance.pk
        )
        if number and others.exists():
            raise forms.ValidationError(_("Another shipment of this order has this number."))
        return number

    def clean(self):
        cleaned = super().clean()
        for pk in self.lines:
            value = cleaned.get(f"line-{pk}")
            if value and value > self.room[pk]:
                words = _("Only %(n)s are open. If more left, correct the order first.")
                self.add_error(f"line-{pk}", words % {"n": quantity(self.room[pk])})
        if not self.errors and not self._quantities():
            raise forms.ValidationError(_("Nothing of it left? Write how many of at least one item."))
        return cleaned

    def _quantities(self):
        return {pk: value for pk in self.lines if (value := self.cleaned_data.get(f"line-{pk}"))}

    @transaction.atomic
    def save(self):
        """An order of which nothing is open any more is shipped."""
        shipment, quantities = super().save(), self._quantities()
        shipment.lines.all().delete()
        ShipmentLine.objects.bulk_create(
            [ShipmentLine(shipment=shipment, order_line_id=pk, quantity=n) for pk, n in quantities.items()]
        )
        order = shipment.order
        if quantities == self.room and order.status in (Order.Status.RECEIVED, Order.Status.CONFIRMED):
            order.status = Order.Status.SHIPPED
            order.save(update_fields=["status"])
        return shipment
