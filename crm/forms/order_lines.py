"""The lines of an order as they are typed, and what can not be of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.catalogue import find_products
from crm.forms.fields import DayField, NameField, NumberField
from crm.keys import row_key
from crm.models import Order, OrderLine, Product
from crm.templatetags.figures import price, quantity

MOST_LINES = 300  # typed in one go
PREFIX = "lines"


@dataclass(frozen=True)
class TypedLine:
    """A line as it was typed, its quantity signed as it will be stored. product: unsaved where it is new."""

    pk: int | None
    product: Product
    quantity: Decimal
    unit: str
    unit_price: Decimal
    promised_on: date | None
    kind: str


class LineForm(forms.Form):
    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = NameField(
        label=gettext_lazy("Item"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "list": "product-list",
                "autocomplete": "off",
                "data-product": "",
                "placeholder": gettext_lazy("SKU or name"),
            }
        ),
        error_messages={"required": gettext_lazy("Which item? Write its SKU or name.")},
    )
    quantity = NumberField(
        label=gettext_lazy("Quantity"),
        max_digits=15,
        decimal_places=3,
        error_messages={"required": gettext_lazy("How many?")},
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20, required=False)
    unit_price = NumberField(
        label=gettext_lazy("Unit price"),
        max_digits=18,
        decimal_places=5,
        min_value=0,
        required=False,
        error_messages={"min_value": gettext_lazy("A price has no minus.")},
    )
    promised_on = DayField(label=gettext_lazy("Promised for"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrderLine.Kind, initial=OrderLine.Kind.GOODS)
    is_new = forms.BooleanField(label=gettext_lazy("New product"), required=False)
    new_name = NameField(label=gettext_lazy("Name of the new product"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    @property
    def offers_new(self):
        """Whether the row asks for a new product: it names one that is not known."""
        return bool(self["is_new"].value()) or self.has_error("item", "unknown")

    @property
    def product_name(self):
        """Of what stands in the row as it was shown."""
        shown = self.initial.get("item")
        return self.initial["name"] if shown and self["item"].value() == shown else ""

    @property
    def given_up(self):
        """Whether the row was added and removed again before anything was saved."""
        return bool(self["DELETE"].value()) and not self["line"].value()

    def clean_quantity(self):
        value = self.cleaned_data["quantity"]
        if value == 0:
            raise forms.ValidationError(_("Nought is no line: write how many, or remove the line."))
        return value


class BaseLines(forms.BaseFormSet):
    """`lines`: {id: line} of the order; `kind` of the order is set before the rows are looked at.

    `prices`: products -> his last line of each; `whole`: whether each line has a row, so that an order without one is none.
    """

    def __init__(self, data=None, *, lines, shipped, prices, was_return, whole, **kwargs):
        self.lines, self.shipped, self.prices, self.whole = lines, shipped, prices, whole
        self.kind = Order.Kind.RETURN if was_return else Order.Kind.ORDER
        self.shown = {pk: shown(line, -1 if was_return else 1) for pk, line in lines.items()}
        super().__init__(data, initial=[*self.shown.values()] if whole else [], prefix=PREFIX, **kwargs)

    def _construct_form(self, i, **kwargs):
        """What stood in a row goes by its line, not by its place: others come and go while the page is open."""
        if self.is_bound:
            line = row_key(self.data.get(f"{self.add_prefix(i)}-line", ""))
            kwargs["initial"] = self.shown.get(line, {})
            if line is not None:
                kwargs["empty_permitted"] = False
        return super()._construct_form(i, **kwargs)

    def clean(self):
        rows = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        texts = {form.cleaned_data["item"].strip() for form in rows if form.cleaned_data.get("item")}
        self.products = find_products(texts)
        removed = [form for form in self.forms if form.cleaned_data and form.cleaned_data.get("DELETE")]
        left = self.lines.keys() - {form.cleaned_data.get("line") for form in removed}
        for form in rows:
            self._check_line(form, left)
            self._check_item(form)
            self._check_price(form)
            self._check_quantity(form)
        self._check_removed()
        if self.whole and not rows and not any(self.errors):
            raise forms.ValidationError(_("An order has at least one line."))

    def _check_line(self, form, left):
        """`left`: lines that no other row has taken out or claimed."""
        line = form.cleaned_data.get("line")
        if line in left:
            left.remove(line)
        elif line is not None:
            words = _(
                "This line is no longer in the order. Remove it here too, or write it anew in another row."
            )
            form.add_error("item", words)

    def _check_item(self, form):
        text = form.cleaned_data.get("item", "").strip()
        if not text or text in self.products:
            return
        if not form.cleaned_data.get("is_new"):
            words = _("There is no product “%(sku)s”. Correct it, or tick “New product” and name it.")
            form.add_error("item", forms.ValidationError(words % {"sku": text}, code="unknown"))
        elif len(text) > Product._meta.get_field("sku").max_length:
            form.add_error("item", _("A SKU has 80 letters at most."))
        else:
            # Two rows of one new product make it once.
            self.products[text] = Product(
                sku=text, name=form.cleaned_data.get("new_name", ""), unit=form.cleaned_data.get("unit", "")
            )

    @cached_property
    def last_prices(self):
        """Asked for only where a price is missing."""
        return self.prices(self.products.values())

    def _check_price(self, form):
        data = form.cleaned_data
        if "unit_price" in form.errors:
            return
        if data.get("kind") == OrderLine.Kind.FREE:
            # What an import brought may stay.
            if data.get("unit_price") and {"kind", "unit_price"} & {*form.changed_data}:
                form.add_error(
                    "unit_price",
                    _("What is free of charge has no price: leave it empty, or choose another kind."),
                )
            data["unit_price"] = data.get("unit_price") or Decimal()
            return
        if data.get("unit_price") is not None:
            return
        product = self.products.get(data.get("item", "").strip())
        last = self.last_prices.get(product.pk) if product and product.pk else None
        words = _("What does one cost?")
        if last:
            words += " " + _("The last time it was %(price)s.") % {
                "price": price(last.unit_price, last.order.currency)
            }
        form.add_error("unit_price", words)

    def _check_quantity(self, form):
        value = form.cleaned_data.get("quantity")
        if value is None:
            return
        # A credit among the lines of an order, as imports bring it, may stay and be corrected.
        was_negative = form.initial.get("quantity", 0) < 0
        if value < 0 and self.kind == Order.Kind.RETURN and "quantity" in form.changed_data:
            form.add_error("quantity", _("Write how many came back, without a minus."))
        elif value < 0 and self.kind == Order.Kind.ORDER and not was_negative:
            form.add_error(
                "quantity",
                _("An order has no minus. What came back is an order of its own, of the kind “return”."),
            )
        sent = self.shipped.get(form.cleaned_data.get("line"), 0)
        if sent and value < sent:
            form.add_error("quantity", _("%(n)s have left already.") % {"n": quantity(sent)})

    def _check_removed(self):
        """Said of the form as a whole: errors of a row that is to go would not count."""
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data.get("DELETE") and self.shipped.get(data.get("line")):
                words = _("%(sku)s has been shipped and cannot be removed: correct the shipment first.")
                raise forms.ValidationError(words % {"sku": data.get("item", "")})

    @property
    def kept(self):
        return [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]

    def typed(self):
        sign = -1 if self.kind == Order.Kind.RETURN else 1
        return [
            TypedLine(
                pk=row["line"],
                product=(product := self.products[row["item"].strip()]),
                quantity=sign * row["quantity"],
                unit=row["unit"] or product.unit,
                unit_price=row["unit_price"],
                promised_on=row["promised_on"],
                kind=row["kind"],
            )
            for row in (form.cleaned_data for form in self.kept)
        ]

    def removed(self):
        """Ids of lines to be taken out."""
        return {form.cleaned_data.get("line") for form in self.deleted_forms} & self.lines.keys()


def shown(line, sign):
    return {
        "line": line.pk, "item": line.product.sku, "name": line.product.name, "quantity": sign * line.quantity,
        "unit": line.unit, "unit_price": line.unit_price, "promised_on": line.promised_on, "kind": line.kind,
    }  # fmt: skip


def line_formset(extra):
    return forms.formset_factory(
        LineForm, formset=BaseLines, extra=extra, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES
    )
