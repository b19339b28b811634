from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_visible, visible
from crm.forms.notes import OTHER_KINDS, SHOWN_KINDS, NoteForm
from crm.models import Customer, Person
from crm.timeline import timeline_page


def note_form(customer, user, now, data=None):
    people = (
        visible(user, Person.objects)
        .filter(employments__customer=customer, employments__to_on=None)
        .distinct()
    )
    return NoteForm(data, customer=customer, author=user, people=people, now=now)


def box_context(customer, form):
    """What templates/crm/note_box.html needs, on the dashboard and when it comes back after saving."""
    return {
        "customer": customer,
        "note_form": form,
        "shown_kinds": [(kind.value, kind.label) for kind in SHOWN_KINDS],
        "other_kinds": [(kind.value, kind.label) for kind in OTHER_KINDS],
        "chosen_kind": form["kind"].value() or SHOWN_KINDS[0].value,
        "note_zone": form.zone.key,
    }


@require_POST
def note_create(request, customer_pk):
    customer = get_visible(request.user, Customer.objects, pk=customer_pk)
    now = timezone.now()
    form = note_form(customer, request.user, now, request.POST)
    saved = form.is_valid()
    if saved:
        form.save()
    if not request.htmx:
        if saved:
            return redirect(customer)
        return render(
            request, "crm/note.html", box_context(customer, form) | {"section": "customers"}, status=422
        )
    context = box_context(customer, note_form(customer, request.user, now) if saved else form)
    if saved:
        context |= {"saved": _("Saved."), "timeline": timeline_page(customer, request.user)}
    return render(request, "crm/note_saved.html", context)


@require_GET
def timeline(request, customer_pk):
    customer = get_visible(request.user, Customer.objects, pk=customer_pk)
    page = timeline_page(
        customer, request.user, request.GET.get("kind", "all"), request.GET.get("before", "")
    )
    context = {"customer": customer, "timeline": page, "section": "customers"}
    if request.htmx:
        # A cursor asks for the next entries alone; without one the whole card is wanted, as after a change of kind.
        template = "crm/timeline_entries.html" if "before" in request.GET else "crm/timeline_card.html"
        return render(request, template, context)
    return render(request, "crm/timeline.html", context)
