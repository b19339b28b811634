from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_editable
from crm.baseline import keep_baseline
from crm.changes import announce
from crm.forms.customers import ClosureFormSet, CustomerForm
from crm.importing.countries import time_zone, zones
from crm.models import Customer
from crm.races import again_if_taken
from crm.similar import similar_customers
from crm.undo import say_with_undo


@require_http_methods(["GET", "POST"])
@again_if_taken
def customer_new(request):
    return _form(request, Customer())


@require_http_methods(["GET", "POST"])
@again_if_taken
def customer_edit(request, pk):
    return _form(request, get_editable(request.user, Customer.objects.all(), pk=pk))


@require_GET
def customer_zones(request):
    """The time zone field again, for the country that was just chosen."""
    country = request.GET.get("country", "")
    form = CustomerForm(
        user=request.user, today=timezone.localdate(), initial={"time_zone": time_zone(country)}
    )
    return render(request, "crm/customer_zone.html", {"form": form, "zones": zones(country) or zones()})


@require_POST
def customer_archive(request, pk):
    """Out of the lists, and back to what he was before."""
    row = get_editable(request.user, Customer.objects.all(), pk=pk)
    keep_baseline(Customer.objects.filter(pk=row.pk))
    archive = request.POST.get("archive") == "1"
    row.status = Customer.Status.ARCHIVED if archive else row.status_before_archive()
    row.save(update_fields=["status"])
    said = _("%(customer)s is archived.") if archive else _("%(customer)s is back.")
    say_with_undo(
        request,
        said % {"customer": row},
        reverse("customer_archive", args=[row.pk]),
        archive=0 if archive else 1,
    )
    return redirect("customers" if archive else row)


def _form(request, row):
    posted = request.POST if request.method == "POST" else None
    is_new = row.pk is None
    form = CustomerForm(posted, instance=row, user=request.user, today=timezone.localdate())
    closures = ClosureFormSet(posted, instance=row, prefix="closures", form_kwargs={"label_suffix": ""})
    similar = []
    if posted is not None and form.is_valid() & closures.is_valid():
        if "name" in form.changed_data and "anyway" not in posted:
            similar = similar_customers(request.user, row.name, row.country, but=row.pk)
        if not similar:
            return _save(request, form, closures, is_new)
    context = {
        "section": "customers",
        # What stands in the database: the form has put what was typed into the row.
        "customer": None if is_new else Customer.objects.get(pk=row.pk),
        "form": form,
        "closures": closures,
        "similar": similar,
        "zones": zones(form["country"].value() or "") or zones(),
    }
    return render(request, "crm/customer_form.html", context, status=422 if posted is not None else 200)


def _save(request, form, closures, is_new):
    with transaction.atomic():
        computed_anew = form.save()
        closures.save()
        if closures.has_changed() and not is_new:
            # Nobody is called for a day on which nobody is there.
            Customer.objects.filter(pk=form.instance.pk).count_change()
            computed_anew = True
    if computed_anew:
        announce()
    if is_new:
        say = _("%(customer)s is entered.")
    elif computed_anew:
        say = _("Saved. Patterns and forecasts of %(customer)s are being computed anew.")
    else:
        say = _("Saved.")
    messages.success(request, say % {"customer": form.instance})
    return redirect(form.instance)
