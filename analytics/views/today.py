from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import visible
from analytics.forms import AnswerForm
from analytics.today import answers, page
from analytics.today.changes import changes
from crm.models import Customer, Dismissal, Installation


@require_GET
def today(request):
    """One glance: what is late, what comes, whose day it is, what was promised, whom to call, what is new."""
    day = timezone.localdate()
    whole = request.GET.get("all", "")
    context = _context(day, page.sections(request.user, day, whole)) | {
        "changes": changes(request.user, day),
        "has_customers": visible(request.user, Customer.objects).exists(),
        "shows_demo": Installation.current().shows_demo,
        "undo": _undo(request.GET.get("undo", ""), day),
    }
    return render(request, "analytics/today.html", context)


@require_POST
def dismiss(request):
    """An answer to one entry; the page stays where it is and offers to take it back."""
    day = timezone.localdate()
    form = AnswerForm(request.POST, today=day)
    form.is_valid()
    about = form.about()
    entry = answers.find(request.user, *about, day) if about else None
    if about and entry is None:
        answers.require_visible(request.user, *about[:2])
        return _answer(request, about, day, _("This is no longer in your list."))
    if form.errors:
        return _refuse(request, form, entry, day)
    words = answers.put_away(request.user, entry, today=day, now=timezone.now(), **form.said())
    return _answer(request, about, day, words, undo=about)


@require_POST
def dismiss_undo(request):
    """Brings an entry back into one's list."""
    day = timezone.localdate()
    form = AnswerForm(request.POST, today=day)
    form.is_valid()
    about = form.about()
    if not about:
        return _refuse(request, form, None, day)
    answers.bring_back(request.user, *about[:2])
    if "from_list" in request.POST:
        messages.success(request, _("It is back in your list."))
        return redirect("dismissed")
    return _answer(request, about, day, _("It is back in your list."))


@require_GET
def dismissed(request):
    """What one has put away and would see today otherwise."""
    day = timezone.localdate()
    rows = [
        (entry, said)
        for section in page.sections(request.user, day).values()
        for entry, said in _described(section, request.user)
    ]
    rows.sort(key=lambda row: row[1].created_at, reverse=True)
    return render(request, "analytics/dismissed.html", {"section": "today", "rows": rows})


def _context(day, sections):
    currency = Installation.current().base_currency
    return {
        "section": "today",
        "day": day,
        "tomorrow": day + timedelta(days=1),
        "today": sections,
        "put_away": sum(len(section.put_away) for section in sections.values()),
        "summary": page.summary(sections, day, currency),
        "base_currency": currency,
        "reasons": Dismissal.Reason.choices,
    }


def _described(section, user):
    entries = page.described(section.kind, [entry for entry, _ in section.put_away], user)
    return zip(entries, [said for _, said in section.put_away], strict=True)


def _answer(request, about, day, words, undo=None):
    """The section anew, the sentence above it, and a word of what was done: in place, or on the page reloaded."""
    if not request.htmx:
        messages.success(request, words)
        return _home(undo)
    kind = about[0]
    whole = kind if request.POST.get("all") else ""
    sections = page.sections(request.user, day, whole)
    context = _context(day, sections) | {"kind": kind, "of": sections[kind], "words": words}
    context |= {"undo": undo, "whole": whole}
    return render(request, "analytics/today_answer.html", context)


def _refuse(request, form, entry, day):
    """Says what is wrong; nothing that was typed is lost."""
    if request.htmx:
        response = render(request, "analytics/today_refused.html", {"form": form})
        response["HX-Reswap"] = "none"
        return response
    context = {
        "section": "today",
        "form": form,
        "entry": entry,
        "day": day,
        "reasons": Dismissal.Reason.choices,
    }
    return render(request, "analytics/dismiss.html", context, status=422)


def _home(undo):
    response = redirect("home")
    if undo:
        response["Location"] += "?undo=" + "~".join(map(str, undo))
    return response


def _undo(text, day):
    """What the page reloaded after an answer offers to take back: kind~subject~occurrence."""
    kind, _, rest = text.partition("~")
    subject, _, occurrence = rest.partition("~")
    form = AnswerForm({"kind": kind, "subject": subject, "occurrence": occurrence}, today=day)
    form.is_valid()
    return form.about()
