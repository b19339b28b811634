"""Who sees what: one rule, and two doors through which every row is fetched.

A rep sees the customers he owns, a manager also those of his team, an administrator all. Every model that hangs on a
customer says by `access_q` how it gets there; nothing else in the project filters by owner.
"""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.shortcuts import get_object_or_404


def visible_q(user, path=""):
    """The rows whose customer, found along `path` ("" for the customer itself), `user` may see."""
    owner = f"{path}__owner" if path else "owner"
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    if user.role == user.Role.ADMIN:
        return Q()
    own = Q(**{owner: user})
    if user.role == user.Role.MANAGER and user.team_id:
        return own | Q(**{f"{owner}__team": user.team_id})
    return own


def sees_q(user, path=""):
    """The same rule read from the other end: the rows of whose customer, found along `path`, the user found along `user` may
    see it. For rows of many users at once."""
    owner, role = (f"{path}__owner" if path else "owner"), get_user_model().Role
    sees = Q(**{f"{user}__role": role.ADMIN}) | Q(**{user: F(owner)})
    sees |= Q(**{f"{user}__role": role.MANAGER, f"{user}__team": F(f"{owner}__team")})
    return Q(**{f"{user}__is_active": True}) & sees


def his_q(user):
    """Rows that are their user's alone: not his manager's, nor an administrator's."""
    return Q(user=user) if user.is_authenticated and user.is_active else Q(pk__in=[])


def visible(user, rows):
    """`rows` (a QuerySet or manager) without those that `user` may not see."""
    rows = rows.all()
    return rows.filter(rows.model.access_q(user))


def get_visible(user, rows, **key):
    """One row, or 404: who may not see it must not learn that it exists."""
    return get_object_or_404(visible(user, rows), **key)


def get_editable(user, rows, **key):
    """One row to change: 404 where it is not visible, 403 where it is visible but somebody else's to change."""
    row = get_visible(user, rows, **key)
    editable_by = getattr(row, "editable_by", None)
    if editable_by and not editable_by(user):
        raise PermissionDenied
    return row
