"""A banner on every page when reminders have stopped: a silence must not look like a day without any."""

from django import template
from django.utils import timezone

from crm.reminders import health

register = template.Library()


@register.inclusion_tag("reminders/banner.html", takes_context=True)
def worker_banner(context):
    user = context.get("user")
    if not user or not user.is_authenticated:
        return {}
    found = health.look(timezone.now())
    # Before the first start there is nothing to miss.
    return {"dead_since": found.last_run} if found.last_run and found.is_dead else {}
