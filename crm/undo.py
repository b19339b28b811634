"""A message that something was done, with a button that takes it back."""

from django.contrib import messages
from django.template.loader import render_to_string


def say_with_undo(request, said, url, **fields):
    """`fields` are what the button posts to `url`."""
    context = {"said": said, "url": url, "fields": fields.items()}
    messages.success(request, render_to_string("crm/undo.html", context, request))
