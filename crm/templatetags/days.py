"""Questions about days that only the reader's clock can answer."""

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def is_past(civil_day):
    return bool(civil_day) and civil_day < timezone.localdate()
