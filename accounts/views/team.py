from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import events, team
from accounts.access import get_editable, visible
from accounts.forms.team import TeamFilter, UserForm
from accounts.models import User


def for_administrators(view):
    """Managers may know that the page exists; it does not for reps."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.role == User.Role.REP:
            raise Http404
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
def team_page(request):
    """Everybody for an administrator; his own team, to read, for a manager."""
    if request.user.role == User.Role.REP:
        raise Http404
    chosen = TeamFilter(request.GET or None)
    users = visible(request.user, User.objects)
    context = {
        "section": "team",
        "filter": chosen,
        "users": team.listed(chosen.narrow(users) if chosen.is_bound else users, timezone.now()),
    }
    return render(request, "accounts/team.html", context)


@require_http_methods(["GET", "POST"])
def team_user(request, pk):
    person = get_editable(request.user, team.listed(User.objects, timezone.now()), pk=pk)
    # The form gets a row of its own: the page's head must not show what was typed and refused.
    form = UserForm(request.POST if request.method == "POST" else None, instance=User.objects.get(pk=pk))
    if form.is_bound and saved(request.user, form):
        messages.success(request, said(form, person.customers))
        return redirect("accounts:team" if may_go_on(request, form.instance) else "home")
    context = {
        "section": "team",
        "person": person,
        "form": form,
        "events": events.entries(person),
    }
    return render(request, "accounts/team_user.html", context, status=422 if form.errors else 200)


@transaction.atomic
def saved(actor, form):
    """Checked and saved in one, so that two administrators cannot switch each other off at the same moment."""
    if form.is_valid():
        team.change(actor, form)
        return True
    return False


def may_go_on(request, user):
    """Unless an administrator has just demoted himself."""
    return user.pk != request.user.pk or user.role != User.Role.REP


def said(form, customers):
    user = form.instance
    if "is_active" not in form.changed_data or user.is_active:
        return _("Saved.")
    out = _("%(name)s is switched off and signed out everywhere.") % {"name": user}
    if not customers:
        return out
    return f"{out} " + ngettext(
        "%(n)s customer stays with %(name)s until somebody else takes it over.",
        "%(n)s customers stay with %(name)s until somebody else takes them over.",
        customers,
    ) % {"n": customers, "name": user}


@require_POST
def reset_two_factor(request, pk):
    user = get_editable(request.user, User.objects, pk=pk)
    team.reset_two_factor(request.user, user)
    messages.success(
        request, _("%(name)s signs in with the password alone until he sets up a new app.") % {"name": user}
    )
    return redirect("accounts:team_user", pk)
