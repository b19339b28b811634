from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_editable, get_visible, visible
from crm.baseline import keep_baseline
from crm.catalogue import last_prices, suggest
from crm.forms.products import CustomerItemForm, ProductForm, SuccessionFormSet
from crm.keys import row_key
from crm.models import Customer, CustomerItem, Product
from crm.races import again_if_taken
from crm.undo import say_with_undo

CATEGORIES = 200


@require_http_methods(["GET", "POST"])
@again_if_taken
def product_new(request):
    return _form(request, Product(), successions=False)


@require_http_methods(["GET", "POST"])
@again_if_taken
def product_edit(request, pk):
    return _form(request, get_editable(request.user, Product.objects.all(), pk=pk), successions=True)


@require_POST
def product_archive(request, pk):
    """No longer sold: its figures stay, suggestions name it last."""
    row = get_editable(request.user, Product.objects.all(), pk=pk)
    keep_baseline(Product.objects.filter(pk=row.pk))
    row.is_active = request.POST.get("active") == "1"
    row.save(update_fields=["is_active"])
    said = _("%(product)s is active again.") if row.is_active else _("%(product)s is no longer sold.")
    say_with_undo(
        request,
        said % {"product": row},
        reverse("product_archive", args=[row.pk]),
        active=0 if row.is_active else 1,
    )
    return redirect(row)


@require_GET
def product_suggestions(request):
    """Options for the field that is being typed into, with the last price of the customer whose order it is."""
    # The field sends itself, under the name that the form's rows gave it.
    text = next((value for name, value in request.GET.items() if name.endswith(("item", "successor"))), "")
    found = list(suggest(text[:80]))
    customer, currency = row_key(request.GET.get("customer", "")), request.GET.get("currency", "")[:3]
    prices = {}
    if customer is not None:
        row = visible(request.user, Customer.objects).filter(pk=customer).first()
        prices = last_prices(row, currency, found) if row else {}
    options = [(product, prices.get(product.pk)) for product in found]
    return render(request, "crm/product_options.html", {"options": options, "typed": text.strip()})


@require_http_methods(["GET", "POST"])
@again_if_taken
def customer_item_edit(request, customer_pk, product_pk):
    """Why he buys it, and who said so: a row of the product page that turns into a form and back."""
    customer = get_editable(request.user, Customer.objects.all(), pk=customer_pk)
    product = get_visible(request.user, Product.objects.all(), pk=product_pk)
    item = CustomerItem.objects.filter(customer=customer, product=product).first()
    item = item or CustomerItem(customer=customer, product=product)
    posted = request.POST if request.method == "POST" else None
    form = CustomerItemForm(posted, instance=item, auto_id=f"remark-{customer.pk}-%s", label_suffix="")
    context = {"section": "products", "customer": customer, "product": product, "form": form, "item": item}
    if posted is not None and form.is_valid():
        with transaction.atomic():
            if item.pk:
                keep_baseline(CustomerItem.objects.filter(pk=item.pk))
            if item.pk or item.remark or item.said_by:
                form.save()
        if request.htmx:
            return render(request, "crm/remark.html", context)
        messages.success(request, _("Saved."))
        return redirect(product)
    if request.htmx:
        return render(request, "crm/remark_form.html", context)
    return render(request, "crm/remark_page.html", context, status=422 if posted is not None else 200)


def _form(request, row, successions):
    posted = request.POST if request.method == "POST" else None
    is_new = row.pk is None
    form = ProductForm(posted, instance=row, label_suffix="")
    lines = SuccessionFormSet(posted, instance=row, prefix="successors") if successions else None
    if posted is not None and form.is_valid() & (lines is None or lines.is_valid()):
        with transaction.atomic():
            if not is_new:
                keep_baseline(Product.objects.filter(pk=row.pk))
            form.save()
            if lines is not None:
                lines.save()
        said = _("%(product)s is entered.") if is_new else _("Saved.")
        messages.success(request, said % {"product": row})
        return redirect(row)
    categories = Product.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    context = {
        "section": "products",
        "product": None if is_new else Product.objects.get(pk=row.pk),
        "form": form,
        "lines": lines,
        "categories": categories.distinct()[:CATEGORIES],
    }
    return render(request, "crm/product_form.html", context, status=422 if posted is not None else 200)
