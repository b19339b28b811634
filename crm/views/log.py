"""The quick log: a note in ten seconds, from every page. One form, in a dialog, in a customer's box, or a page of its own."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import get_visible, visible
from crm import promises
from crm.forms.notes import LogForm, keys
from crm.keys import row_key
from crm.models import Customer, Note, Person, Promise
from crm.suggestions import people_at, suggest_customers, suggest_people
from crm.timeline import timeline_page

DIALOG, BOX, PAGE = "dialog", "box", "page"
MOST_LINES = 20


def log_form(user, data=None, place=DIALOG, **guess):
    """The form, empty or sent; `guess` is whom it may be about: customer and people."""
    return LogForm(
        data,
        user=user,
        now=timezone.now(),
        today=timezone.localdate(),
        auto_id=f"{place}_%s",
        **guess,
    )


def log_context(form, place, customer=None):
    """What templates/crm/log_form.html needs. In a customer's box the customer is given and not asked for."""
    here = list(people_at(form.user, form.customer)) if form.customer else []
    chosen = set(_chosen(form))
    others = visible(form.user, Person.objects).filter(pk__in=chosen - {person.pk for person in here})
    people = here + (list(others) if chosen else [])
    return {
        "form": form,
        "place": place,
        "draft": f"box-{customer.pk}" if place == BOX and customer else place,
        "fixed_customer": customer if place == BOX else None,
        "people": [(person, person.pk in chosen) for person in people],
    }


def _chosen(form):
    """The ticked people's numbers, as sent or as guessed."""
    return keys(getattr(value, "pk", value) for value in form["people"].value() or [])


def box_context(customer, user):
    """The empty box of a customer's page."""
    return {"box": log_context(log_form(user, place=BOX, customer=customer), BOX, customer)}


@require_http_methods(["GET", "POST"])
def log(request):
    return _save(request) if request.method == "POST" else _ask(request)


def _ask(request):
    """An empty form about whom the address names; within a page only the part that depends on him."""
    customer = _named(request, Customer.objects, "customer")
    person = _named(request, Person.objects, "person")
    ticked = keys(request.GET.getlist("people"))
    people = list(visible(request.user, Person.objects).filter(pk__in=ticked))
    if person:
        people = [*people, person]
        places = [] if customer else _places(request.user, person)
        customer = places[0] if len(places) == 1 else customer
    place = _place(request.GET, customer) if request.htmx else PAGE
    kind = request.GET.get("kind", "")
    guess = {"initial": {"kind": kind}} if kind in Note.Kind.values else {}
    form = log_form(request.user, place=place, customer=customer, people=people, **guess)
    context = log_context(form, place, customer)
    if request.htmx:
        return render(request, "crm/log_about.html", context | {"is_part": True})
    return render(request, "crm/log.html", context | {"customer": customer})


def _place(asked, customer):
    """Where the form stands that asks for a part of it anew."""
    place = asked.get("place", DIALOG)
    return place if place == PAGE or (place == BOX and customer) else DIALOG


def _named(request, rows, name):
    pk = request.GET.get(name, "")
    return get_visible(request.user, rows, pk=row_key(pk) or 0) if pk.isdecimal() else None


def _places(user, person):
    return list(
        visible(user, Customer.objects)
        .filter(employments__person=person, employments__to_on=None)
        .distinct()[:2]
    )


def _save(request):
    place = request.POST.get("place")
    place = place if request.htmx and place in (DIALOG, BOX) else PAGE
    form = log_form(request.user, request.POST, place)
    saved = form.is_valid()
    note = form.save() if saved else None
    if not request.htmx:
        if not saved:
            return render(request, "crm/log.html", log_context(form, place), status=422)
        messages.success(request, toast(request, note, "crm/note_saved.html", draft=place))
        return redirect(note.customer or note)
    customer = form.customer if place == BOX else None
    if saved:
        draft = log_context(form, place, customer)["draft"]
        form = log_form(request.user, place=place, customer=customer)
    context = log_context(form, place, customer)
    if saved:
        context |= {"toast": toast(request, note, "crm/note_saved.html", draft=draft)}
        context |= shown_timeline(request, note)
    return render(request, "crm/log_answer.html", context, status=200 if saved else 422)


def toast(request, note, template, **context):
    """What is said of a note after something was done with it, with a button that takes it back."""
    return render_to_string(template, {"note": note, **context}, request)


def shown_timeline(request, note):
    """The timeline with the note, where the page that asks shows that customer's."""
    shows = request.POST.get("timeline", "")
    if not note.customer or shows != str(note.customer_id):
        return {}
    customer = visible(request.user, Customer.objects).filter(pk=note.customer_id).first()
    return {"customer": customer, "timeline": timeline_page(customer, request.user)} if customer else {}


@require_GET
def log_customers(request):
    found = suggest_customers(request.user, request.GET.get("q", ""))
    return render(request, "crm/suggestions.html", {"found": found})


@require_GET
def log_people(request):
    customer = _named(request, Customer.objects, "customer")
    found = suggest_people(request.user, request.GET.get("q", ""), customer)
    return render(request, "crm/suggestions.html", {"found": found})


@require_GET
def log_due(request):
    """How the promises being typed are understood: who, what, by when."""
    today, language = timezone.localdate(), get_language() or "en"
    by = Promise.By.THEM if request.GET.get("promise_by") == Promise.By.THEM else Promise.By.US
    lines = "\n".join(request.GET.getlist("line")[:MOST_LINES])
    words, picked = request.GET.get("promise", ""), _day(request.GET.get("due_on", ""))
    found = promises.in_note(lines, words, picked, today, language, by)
    return render(request, "crm/log_due.html", {"promises": found})


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
