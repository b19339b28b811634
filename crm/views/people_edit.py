from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_editable, get_visible
from crm.contacting import MESSENGERS
from crm.duplicates import duplicates
from crm.forms.people import PersonForms
from crm.keys import row_key
from crm.models import ContactPoint, Customer, Person
from crm.races import again_if_taken


@require_http_methods(["GET", "POST"])
def person_new(request):
    """Somebody at a customer (?customer=), or of the user's own. Warns where he seems to be entered already."""
    customer = None
    if asked := request.GET.get("customer", ""):
        customer = get_visible(request.user, Customer.objects, pk=row_key(asked) or 0)
    posted = request.POST if request.method == "POST" else None
    forms = PersonForms(request.user, Person(owner=request.user), timezone.localdate(), posted, customer)
    known = []
    if posted is not None and forms.is_valid():
        known = _known_already(request.user, forms)
        # Whom the warning has shown before, and who was said to be somebody else.
        told = set(posted.get("somebody_else", "").split(","))
        if {str(person.pk) for person in known} <= told:
            person = forms.save()
            messages.success(request, _("%(person)s is entered.") % {"person": person})
            return redirect(person)
    context = {"customer": customer, "known": known, "cancel": customer}
    return _form_page(request, forms, context)


@require_http_methods(["GET", "POST"])
@again_if_taken
def person_edit(request, pk):
    person = get_editable(request.user, Person.objects, pk=pk)
    posted = request.POST if request.method == "POST" else None
    forms = PersonForms(request.user, person, timezone.localdate(), posted)
    if posted is not None and forms.is_valid():
        try:
            forms.save()
        except Person.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("Saved."))
        return redirect(person)
    # The form has written what was typed into its instance; the heading says who it was before.
    shown = Person.objects.get(pk=pk) if posted is not None else person
    return _form_page(request, forms, {"person": shown, "cancel": shown})


def _form_page(request, forms, context):
    context |= {
        "section": "people",
        "forms": forms,
        "contact_labels": [_("work"), _("mobile"), _("home"), *MESSENGERS],
    }
    return render(request, "crm/person_form.html", context, status=422 if request.method == "POST" else 200)


def _known_already(user, forms):
    person = forms.form.instance
    points = forms.contact_points
    return duplicates(
        user,
        [person.latin_name, person.native_name],
        points.values(ContactPoint.Kind.EMAIL),
        points.values(ContactPoint.Kind.PHONE),
        forms.employments.customers(),
    )
