"""Two who take at the same instant what there is one of: an order's number, a customer's code, a SKU, a job."""

from functools import wraps

from django.db import IntegrityError


def again_if_taken(view):
    """Runs the view once more where the database says that something is taken which was free when the form looked.

    As if the second had come a moment later: his form finds it taken and says so at its field, in its own words. For
    views that write in one transaction alone, and nothing before it.
    """

    @wraps(view)
    def run(*args, **kwargs):
        try:
            return view(*args, **kwargs)
        except IntegrityError:
            return view(*args, **kwargs)

    return run
