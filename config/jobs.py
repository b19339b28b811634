"""What the worker runs, by dotted path: the one place where jobs are named."""

from datetime import timedelta

from django.conf import settings
from django_q.models import Schedule
from django_q.tasks import async_task

REFRESH = "analytics.refresh.refresh_stale"
REBUILD_SEARCH = "crm.searching.index.rebuild"
IMPORTS = "crm.importing.jobs.run_due"
FORGET_IMPORTS = "crm.importing.jobs.forget_old"
REMINDERS = "crm.reminders.jobs.send_due"
DAY = 24 * 60

# name, function, minutes between two runs. On-demand jobs do the work at once; these catch what a crash left.
SCHEDULES = [
    ("refresh", REFRESH, 10),
    ("trash", "crm.trash.purge", DAY),
    ("search", REBUILD_SEARCH, DAY),
    ("reminders", REMINDERS, settings.REMINDERS_EVERY // timedelta(minutes=1)),
    ("imports", IMPORTS, 1),
    ("forget old imports", FORGET_IMPORTS, DAY),
]


def request_refresh():
    """Ask the worker to recompute the customers whose orders changed."""
    async_task(REFRESH, group="refresh")


def request_imports():
    """Ask the worker to read, try, apply or take back what people asked for."""
    async_task(IMPORTS, group="imports")


def set_schedules():
    """Make the schedules be exactly those above, however often this is called."""
    for name, function, minutes in SCHEDULES:
        Schedule.objects.update_or_create(
            name=name,
            defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
    Schedule.objects.exclude(name__in=[name for name, _, _ in SCHEDULES]).delete()
