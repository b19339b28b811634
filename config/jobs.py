"""What the worker runs, by dotted path: the one place where jobs are named."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule
from django_q.tasks import async_task

REFRESH = "analytics.refresh.refresh_due"
REFIT = "analytics.refresh.refit_nightly"
REPLAY = "analytics.refresh.replay_nightly"
# So many tasks share a refresh, where there are as many workers to take them; one that finds nothing left costs a query.
REFRESH_SHARES = 4
REBUILD_SEARCH = "crm.searching.index.rebuild"
IMPORTS = "crm.importing.jobs.run_due"
FORGET_IMPORTS = "crm.importing.jobs.forget_old"
REMINDERS = "crm.reminders.jobs.send_due"
DAY = 24 * 60

# name, function, minutes between two runs. On-demand jobs do the work at once; these catch what a crash left.
SCHEDULES = [
    ("refresh", REFRESH, 10),
    ("refit", "config.jobs.refit", DAY),
    ("trash", "crm.trash.purge", DAY),
    ("search", REBUILD_SEARCH, DAY),
    ("reminders", REMINDERS, settings.REMINDERS_EVERY // timedelta(minutes=1)),
    ("imports", IMPORTS, 1),
    ("forget old imports", FORGET_IMPORTS, DAY),
]
AT_NIGHT = {"refit"}


def request_refresh():
    """Ask the workers to recompute the customers whose orders changed."""
    for _share in range(REFRESH_SHARES):
        async_task(REFRESH, group="refresh")


def refit():
    """Every night: fit on the whole book, then judge everybody by it, then complete the ledger."""
    import_string(REFIT)()
    request_refresh()
    async_task(REPLAY)


def request_imports():
    """Ask the worker to read, try, apply or take back what people asked for."""
    async_task(IMPORTS, group="imports")


def set_schedules():
    """Make the schedules be exactly those above, however often this is called."""
    for name, function, minutes in SCHEDULES:
        values = {
            "func": function,
            "schedule_type": Schedule.MINUTES,
            "minutes": minutes,
            "repeats": -1,
        }
        # One that is there keeps its turn: a machine that is off at night does it in the morning.
        first = {"next_run": _next_night(timezone.now())} if name in AT_NIGHT else {}
        Schedule.objects.update_or_create(name=name, defaults=values, create_defaults=values | first)
    Schedule.objects.exclude(name__in=[name for name, _, _ in SCHEDULES]).delete()


def _next_night(now):
    night = now.replace(hour=settings.NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > now else night + timedelta(days=1)
