"""Where a person works now, as far as the reader may know."""

from django.db.models import Prefetch

from accounts.access import visible
from crm.models import Employment


def with_employers(user, path="employments"):
    """A prefetch for rows that reach people's employments by `path`."""
    jobs = visible(user, Employment.objects).filter(to_on=None).select_related("customer").order_by("pk")
    return Prefetch(path, jobs, to_attr="jobs_now")


def employer_of(person):
    return person.jobs_now[0].customer if person.jobs_now else None
