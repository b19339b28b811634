from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import get_visible
from accounts.models import User
from crm.models import Customer, Person
from crm.timeline import timeline_page


@require_GET
def timeline(request, customer_pk):
    customer = get_visible(request.user, Customer.objects, pk=customer_pk)
    return _show(request, customer, "customers")


@require_GET
def person_timeline(request, pk):
    return _show(request, get_visible(request.user, Person.objects, pk=pk), "people")


@require_GET
def user_timeline(request, pk):
    """What a colleague wrote, promised and brought in, as far as it is about customers that the reader sees."""
    return _show(request, get_visible(request.user, User.objects, pk=pk), "team")


def _show(request, subject, section):
    asked = request.GET
    page = timeline_page(
        subject, request.user, asked.get("kind", "all"), asked.get("before", ""), asked.get("q", "")
    )
    context = {"subject": subject, "timeline": page, "section": section, "push": _is_on(request, page.url)}
    if request.htmx and not request.htmx.history_restore_request:
        # A cursor asks for the next entries alone; without one the whole card is wanted, as after a change of kind.
        template = "crm/timeline_entries.html" if "before" in asked else "crm/timeline_card.html"
        return render(request, template, context)
    return render(request, "crm/timeline.html", context)


def _is_on(request, url):
    """Whether the reader looks at the timeline's own page, whose address then says what he sees."""
    path = request.htmx.current_url_abs_path if request.htmx else request.path
    return (path or "").partition("?")[0] == url
