"""What the console shows of a request."""


def without_traceback(record):
    """Of what a visitor sent wrong, as a host that is not ours, the line says all; nothing of ours has failed."""
    if record.name.startswith("django.security"):
        record.exc_info = record.exc_text = None
    return True
