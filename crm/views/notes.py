from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_editable, get_visible, visible
from crm.baseline import keep_baseline
from crm.customers_seen import customers_seen
from crm.forms.note_edit import NoteEditForm, PromiseRows
from crm.forms.notes import keys
from crm.models import Note, Person, Promise
from crm.note_text import note_html, person_url
from crm.trash import in_trash, restorable
from crm.views.log import shown_timeline, toast

SHOWN_TRASH = 100


@require_GET
def note(request, pk):
    """One note with all that was said, promised and learned."""
    row = get_visible(request.user, Note.objects.select_related("author", "customer"), pk=pk)
    people = list(visible(request.user, Person.objects).filter(notes=row))
    context = {
        "section": "customers",
        "note": row,
        "customer": _customer_of(row, request.user),
        "zone": _zone(row, request.user),
        "people": [(person, person_url(person.pk)) for person in people],
        "html": note_html(row, people),
        "guided": [(label, words) for label, words in _guided(row) if words],
        "promises": list(row.promises.all()),
        "today": timezone.localdate(),
        "may_edit": row.editable_by(request.user),
    }
    return render(request, "crm/note.html", context)


def _customer_of(row, user):
    """The note's customer, where he is still this user's: one's own notes stay after a customer went elsewhere."""
    return customers_seen(user, [row]).get(row.customer_id)


def _zone(row, user):
    return (row.customer and row.customer.time_zone) or user.time_zone


def _guided(row):
    fields = ("wants", "why", "can_we", "decision")
    return [(Note._meta.get_field(name).verbose_name, getattr(row, name)) for name in fields]


@require_http_methods(["GET", "POST"])
def note_edit(request, pk):
    row = get_editable(request.user, Note.objects.select_related("customer"), pk=pk)
    customer = _customer_of(row, request.user)
    now, today = timezone.now(), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = NoteEditForm(data, instance=row, customer=customer, user=request.user, now=now, today=today)
    rows = PromiseRows(
        data,
        instance=row,
        prefix="promises",
        queryset=row.promises.all(),
        form_kwargs={"today": today, "now": now},
    )
    # Both are asked, so that everything wrong is said at once.
    if data is not None and all([form.is_valid(), rows.is_valid()]):
        with transaction.atomic():
            saved = form.save()
            rows.save()
        messages.success(request, toast(request, saved, "crm/note_changed.html"))
        return redirect(saved)
    context = {
        "section": "customers",
        "note": row if data is None else Note.objects.get(pk=pk),
        "customer": customer,
        "form": form,
        "promise_rows": rows,
        "people": _people_to_tick(form),
    }
    return render(request, "crm/note_edit.html", context, status=200 if data is None else 422)


def _people_to_tick(form):
    """Who is linked, who has just been ticked, and who works at the customer's."""
    ticked = set(keys(getattr(one, "pk", one) for one in form["people"].value() or []))
    at = {"employments__customer": form.customer, "employments__to_on": None} if form.customer else {}
    people = form.fields["people"].queryset
    here = people.filter(**at, status=Person.Status.ACTIVE).distinct() if at else people.none()
    rows = {person.pk: person for person in [*people.filter(pk__in=ticked), *here]}
    return [(person, person.pk in ticked) for person in rows.values()]


@require_POST
def note_pin(request, pk):
    row = get_editable(request.user, Note.objects, pk=pk)
    wanted = _wanted(request, "pinned")
    if wanted is None:
        return HttpResponseBadRequest()
    if row.pinned != wanted:
        keep_baseline(Note.objects.filter(pk=row.pk))
        row.pinned = wanted
        row.save(update_fields=["pinned", "updated_at"])
    messages.success(request, _("Pinned.") if row.pinned else _("No longer pinned."))
    return redirect(_next(request) or row)


@require_POST
def note_trash(request, pk):
    row = get_editable(request.user, Note.objects.select_related("customer"), pk=pk)
    keep_baseline(Note.objects.filter(pk=row.pk))
    row.deleted_at = timezone.now()
    row.save(update_fields=["deleted_at", "updated_at"])
    return _told(request, row, "crm/note_trashed.html", _customer_of(row, request.user) or "notes_trash")


@require_POST
def note_restore(request, pk):
    row = get_object_or_404(restorable(request.user, timezone.now()), pk=pk)
    keep_baseline(Note.objects.filter(pk=row.pk))
    row.deleted_at = None
    row.save(update_fields=["deleted_at", "updated_at"])
    return _told(request, row, "crm/note_restored.html", row)


def _told(request, row, template, destination):
    """Says it in a toast where the page stays, else on the page to go to."""
    words = toast(request, row, template)
    if request.htmx:
        return render(request, "crm/toast_answer.html", {"toast": words} | shown_timeline(request, row))
    messages.success(request, words)
    return redirect(_next(request) or destination)


def _wanted(request, name):
    """The state that the button stands for, so that pressing it twice, or on an old page, does not turn it back."""
    return {"1": True, "0": False}.get(request.POST.get(name))


def _next(request):
    """Where the button that was pressed wants to go on, if that is a page of this site."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if is_ours else ""


@require_GET
def notes_trash(request):
    rows = list(in_trash(request.user, timezone.now())[: SHOWN_TRASH + 1])
    seen = customers_seen(request.user, rows)
    context = {
        "section": "customers",
        "notes": [(row, seen.get(row.customer_id)) for row in rows[:SHOWN_TRASH]],
        "shown": SHOWN_TRASH,
        "has_more": len(rows) > SHOWN_TRASH,
        "days": Note.TRASH_DAYS,
    }
    return render(request, "crm/notes_trash.html", context)


@require_POST
def promise_toggle(request, pk):
    """Done, or not done after all: whoever sees a promise may say so."""
    promise = get_editable(request.user, Promise.objects.select_related("note"), pk=pk)
    wanted = _wanted(request, "done")
    if wanted is None:
        return HttpResponseBadRequest()
    if wanted != bool(promise.done_at):
        keep_baseline(Promise.objects.filter(pk=promise.pk))
        promise.done_at = timezone.now() if wanted else None
        promise.save(update_fields=["done_at"])
    if request.htmx:
        return render(request, "crm/promise.html", {"promise": promise, "today": timezone.localdate()})
    return redirect(_next(request) or promise.note)
