from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_editable, visible
from crm.baseline import keep_baseline
from crm.erasure import contents, erase
from crm.forms.people_move import MoveForm
from crm.models import Customer, Employment, Person
from crm.races import again_if_taken


@require_http_methods(["GET", "POST"])
@again_if_taken
def person_move(request, pk):
    """His notes stay with the company that they were written about; his days and ways to reach him go with him."""
    person = get_editable(request.user, Person.objects, pk=pk)
    jobs = (
        visible(request.user, Employment.objects).filter(person=person, to_on=None).select_related("customer")
    )
    present = person.employments.filter(to_on=None).values("customer")
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(
        posted,
        jobs=jobs.order_by("-pk"),
        customers=visible(request.user, Customer.objects).exclude(pk__in=present),
        today=timezone.localdate(),
        initial={"on": timezone.localdate(), "where": MoveForm.COMPANY, "job": jobs.order_by("-pk").first()},
    )
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            keep_baseline(Person.objects.filter(pk=person.pk))
            if data["job"]:
                keep_baseline(Employment.objects.filter(pk=data["job"].pk))
            person.move(data["on"], data["job"], form.to, data["role"])
        if form.to:
            words = _("%(person)s works at %(customer)s now.") % {"person": person, "customer": form.to}
        else:
            words = _("It is noted that %(person)s left.") % {"person": person}
        messages.success(request, words)
        return redirect(person)
    context = {"section": "people", "person": person, "form": form, "jobs": jobs}
    return render(request, "crm/person_move.html", context, status=422 if posted is not None else 200)


@require_POST
def person_archive(request, pk):
    person = get_editable(request.user, Person.objects, pk=pk)
    # What he was before must not be forgotten: `restore` asks the history.
    keep_baseline(Person.objects.filter(pk=person.pk))
    person.archive()
    messages.success(request, render_to_string("crm/person_archived.html", {"person": person}, request))
    return redirect(person)


@require_POST
def person_restore(request, pk):
    person = get_editable(request.user, Person.objects, pk=pk)
    keep_baseline(Person.objects.filter(pk=person.pk))
    person.restore()
    messages.success(request, _("%(person)s is back.") % {"person": person})
    return redirect(person)


@require_http_methods(["GET", "POST"])
def person_erase(request, pk):
    """For good: asked first, with everything that goes said."""
    person = get_editable(request.user, Person.objects, pk=pk)
    if not person.erasable_by(request.user):
        raise PermissionDenied
    if request.method == "POST":
        erase(person)
        messages.success(request, _("The person is erased for good."))
        return redirect(reverse("people"))
    context = {"section": "people", "person": person, "contents": contents(person)}
    return render(request, "crm/person_erase.html", context)
