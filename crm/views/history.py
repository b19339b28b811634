from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_editable, get_visible
from crm.changes import announce
from crm.history import KINDS, history_page
from crm.history_words import Words, label_of
from crm.restoring import NotThere, find_value, restore


@require_GET
def history(request, kind, pk):
    found, row = _row(request, get_visible, kind, pk)
    editable_by = getattr(row, "editable_by", None)
    may_restore = not editable_by or editable_by(request.user)
    context = {
        "section": found.section,
        "kind": kind,
        "row": row,
        "address": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
        "what": label_of(row._meta),
        "page": history_page(found, row, request.user, request.GET.get("before", ""), may_restore),
        "earlier": "before" in request.GET,
    }
    return render(request, "crm/history.html", context)


@require_POST
def history_restore(request, kind, pk):
    found, row = _row(request, get_editable, kind, pk)
    record, name = request.POST.get("record", ""), request.POST.get("field", "")
    if not record:
        messages.error(request, _("Choose what to restore."))
        return redirect("history", kind, pk)
    try:
        target, known, value = find_value(found, row, request.user, record, name)
    except NotThere as nothing:
        raise Http404 from nothing
    try:
        with transaction.atomic():
            computed_anew = restore(target, known, value)
    except ValidationError as error:
        words = " ".join(error.messages)
        messages.error(request, _("It could not be restored: %(why)s") % {"why": words})
        return redirect("history", kind, pk)
    if computed_anew:
        announce()
    said = Words(request.user, getattr(row, "currency", "")).say(known, value)
    messages.success(
        request, _("%(field)s is “%(value)s” again.") % {"field": label_of(known), "value": said}
    )
    return redirect("history", kind, pk)


def _row(request, door, kind, pk):
    if kind not in KINDS:
        raise Http404
    found = KINDS[kind]
    rows = found.model._default_manager.all()
    # An order names the run that brought it.
    return found, door(request.user, rows.select_related("run__user") if kind == "order" else rows, pk=pk)
