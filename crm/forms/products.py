from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.catalogue import find_products
from crm.forms.fields import DayField, NameField, WholeNumberField
from crm.models import CustomerItem, Product, ProductSuccession


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ["sku", "name", "category", "kind", "unit", "pack_size"]
        widgets = {
            "sku": forms.TextInput(attrs={"autocomplete": "off"}),
            "category": forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
            "unit": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        field_classes = {"sku": NameField, "name": NameField, "pack_size": WholeNumberField}
        error_messages = {
            "pack_size": dict.fromkeys(
                ("invalid", "min_value", "max_value"),
                gettext_lazy("Write a whole number, like 12, or leave it empty."),
            ),
            "sku": {
                "required": gettext_lazy("Write its SKU: what your ERP knows it by."),
                "unique": gettext_lazy("Another product has this SKU already."),
            },
        }
        help_texts = {
            "unit": gettext_lazy("Like pcs or box: what its quantities are of."),
            "pack_size": gettext_lazy("How many are in a carton."),
        }

    def clean_sku(self):
        sku = self.cleaned_data["sku"]
        # Typed in another case it is the same product.
        other = Product.objects.filter(sku__iexact=sku).exclude(pk=self.instance.pk).first()
        if other:
            raise forms.ValidationError(_("%(product)s has this SKU already.") % {"product": other})
        return sku

    def save(self):
        if self.instance.pk is None:
            self.instance.save()
        elif self.changed_data:
            self.instance.save(update_fields=self.changed_data)
        return self.instance


class SuccessionForm(forms.ModelForm):
    """Which product takes the place of this one."""

    successor = forms.CharField(
        label=gettext_lazy("Replaced by (SKU)"),
        widget=forms.TextInput(attrs={"list": "product-list", "autocomplete": "off", "data-product": ""}),
        error_messages={"required": gettext_lazy("Which product takes its place? Write its SKU.")},
    )

    class Meta:
        model = ProductSuccession
        fields = ["from_on"]
        field_classes = {"from_on": DayField}

    field_order = ["successor", "from_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if self.instance.pk:
            self.initial["successor"] = self.instance.new.sku

    def clean_successor(self):
        text = self.cleaned_data["successor"].strip()
        product = find_products([text]).get(text)
        if product is None:
            raise forms.ValidationError(_("There is no product “%(sku)s”.") % {"sku": text})
        if product.pk == self.instance.old_id:
            raise forms.ValidationError(_("A product does not replace itself."))
        self.instance.new = product
        return text


class BaseSuccessions(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            product = form.instance.new_id
            if product and not form.cleaned_data.get("DELETE") and not form.errors:
                if product in seen:
                    form.add_error("successor", _("This product is named twice."))
                seen.add(product)


SuccessionFormSet = forms.inlineformset_factory(
    Product,
    ProductSuccession,
    form=SuccessionForm,
    formset=BaseSuccessions,
    fk_name="old",
    extra=0,
    can_delete=True,
    max_num=20,
)


class CustomerItemForm(forms.ModelForm):
    class Meta:
        model = CustomerItem
        fields = ["remark", "said_by"]
        widgets = {"remark": forms.Textarea(attrs={"rows": 3, "maxlength": 2000})}
