"""The quick log on every page: empty, without a query and rendered once, until it is opened."""

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from crm.views.log import DIALOG, log_context, log_form

register = template.Library()
# The empty form by language and time zone: it says nothing else about who is going to fill it in.
_empty = {}


@register.inclusion_tag("crm/log_dialog.html", takes_context=True)
def log_dialog(context):
    user = context.get("user")
    if not user or not user.is_authenticated:
        return {}
    key = get_language(), user.time_zone
    if key not in _empty:
        _empty[key] = render_to_string("crm/log_form.html", log_context(log_form(user), DIALOG))
    return {"user": user, "form": _empty[key]}
