from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.sign_in import BACKEND
from crm.changes import announce
from crm.demo.removal import demo_contents, real_administrators, remove_demo
from crm.forms.demo import FirstAdministratorForm
from crm.models import Installation


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def demo_remove(request):
    """Says what would go, and removes it. Where no real administrator is left, the visitor becomes one."""
    first_administrator = not real_administrators().exists()
    if not may_remove(request.user, first_administrator):
        return render(request, "crm/demo_remove.html", {"refused": True, "section": "customers"}, status=403)
    posted = request.POST if request.method == "POST" else None
    form = FirstAdministratorForm(posted) if first_administrator else None
    if posted is not None and (form is None or form.is_valid()):
        return remove(request, form)
    context = {
        "section": "customers",
        "form": form,
        "contents": demo_contents(),
        "shows_demo": Installation.current().shows_demo,
    }
    return render(request, "crm/demo_remove.html", context, status=422 if posted is not None else 200)


def may_remove(user, first_administrator):
    """An administrator; while there is no real one, whoever looks around as a demo user."""
    return user.role == user.Role.ADMIN or (user.is_demo and first_administrator)


def heir_of(user):
    """Who takes over what demo users own: the administrator who removes them, or the one who is there."""
    return real_administrators().order_by("pk").first() if user.is_demo else user


def remove(request, form):
    with transaction.atomic():
        # A second click waits here for the first, and then finds nothing to do.
        if not Installation.objects.select_for_update().get(pk=1).shows_demo:
            return redirect("customers")
        remove_demo(heir := form.save() if form else heir_of(request.user), timezone.now())
    # What is left of customers with orders of their own is computed anew.
    announce()
    if form:
        login(request, heir, backend=BACKEND)
    elif request.user.is_demo:
        logout(request)
        return redirect(settings.LOGIN_URL)
    messages.success(request, _("The demo company is gone."))
    return redirect("customers")
