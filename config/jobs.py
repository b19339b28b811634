"""What the worker runs, by dotted path: the one place where jobs are named."""

from django_q.tasks import async_task

REFRESH = "analytics.refresh.refresh_stale"


def request_refresh():
    """Ask the worker to recompute the customers whose orders changed."""
    async_task(REFRESH, group="refresh")
