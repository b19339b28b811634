"""The birthday calendar of a year, to look at and to print."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from crm.birthday_calendar import FIRST_YEAR, LAST_YEAR, year_of


@require_GET
def birthdays_now(request):
    return redirect("birthdays", timezone.localdate().year)


@require_GET
def birthdays(request, year):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    context = {
        "section": "people",
        "year": year_of(request.user, year),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "today": timezone.localdate(),
    }
    return render(request, "birthdays/year.html", context)
