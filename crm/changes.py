"""Tells the rest of the house that orders changed."""

from django.conf import settings
from django.utils.module_loading import import_string


def announce():
    """Runs what settings.AFTER_IMPORT names: who computes from orders is not this app's to know."""
    for path in settings.AFTER_IMPORT:
        import_string(path)()
