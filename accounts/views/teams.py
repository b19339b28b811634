from django.contrib import messages
from django.db.models import Count, ProtectedError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_editable
from accounts.forms.team import TeamForm
from accounts.models import Team
from accounts.views.team import for_administrators


@require_http_methods(["GET", "POST"])
@for_administrators
def teams(request):
    """All of them, each with a field to rename it, and one to add another."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        messages.success(request, _("%(team)s is added.") % {"team": form.save()})
        return redirect("accounts:teams")
    return show(request, form)


@require_POST
def team_rename(request, pk):
    form = TeamForm(request.POST, instance=get_editable(request.user, Team.objects, pk=pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:teams")
    return show(request, TeamForm(), refused=form)


@require_POST
def team_delete(request, pk):
    row = get_editable(request.user, Team.objects, pk=pk)
    try:
        row.delete()
    except ProtectedError:
        people = row.user_set.count()
        words = ngettext(
            "%(team)s still has %(n)s member. Give him another team first.",
            "%(team)s still has %(n)s members. Give them another team first.",
            people,
        )
        messages.error(request, words % {"team": row, "n": people})
    else:
        messages.success(request, _("%(team)s is deleted.") % {"team": row})
    return redirect("accounts:teams")


def show(request, form, refused=None):
    """`refused`: the form of a team that could not be renamed, shown in its row with what was typed."""
    counted = Team.objects.annotate(people=Count("user")).order_by("name")
    rows = [
        (
            row,
            refused
            if refused and refused.instance.pk == row.pk
            else TeamForm(instance=row, auto_id=f"id_{row.pk}_%s"),
        )
        for row in counted
    ]
    context = {"section": "team", "form": form, "rows": rows}
    return render(request, "accounts/teams.html", context, status=422 if form.errors or refused else 200)
