"""What the worker runs, by dotted path: the one place where jobs are named."""

from django_q.models import Schedule
from django_q.tasks import async_task

REFRESH = "analytics.refresh.refresh_stale"

# name, function, minutes between two runs. On-demand jobs do the work at once; these catch what a crash left.
SCHEDULES = [("refresh", REFRESH, 10)]


def request_refresh():
    """Ask the worker to recompute the customers whose orders changed."""
    async_task(REFRESH, group="refresh")


def set_schedules():
    """Make the schedules be exactly those above, however often this is called."""
    for name, function, minutes in SCHEDULES:
        Schedule.objects.update_or_create(
            name=name,
            defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
    Schedule.objects.exclude(name__in=[name for name, _, _ in SCHEDULES]).delete()
