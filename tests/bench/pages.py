"""Server time of list and dashboard, beside the bare SQL that fetches the rows they show, in the same process."""

import statistics
import time

from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from accounts.models import User
from analytics.models import Insight, Outlook
from crm.models import Customer

ROUNDS = 15
PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def run():
    admin, _ = User.objects.get_or_create(
        email="bench@example.com", defaults={"name": "Bench", "role": User.Role.ADMIN}
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(admin)
    largest = Outlook.objects.order_by("-order_days").values_list("customer", flat=True).first()
    pages = {
        "customer list": ("/customers/", list_rows()),
        "dashboard": (f"/customers/{largest}/", dashboard_rows(largest)),
        "ledger of one customer": (f"/customers/{largest}/ledger/", None),
        "ledger of all": ("/ledger/", None),
        "orders of one customer": (f"/orders/?customer={largest}", None),
        "all orders": ("/orders/", None),
        "expected orders": ("/expected/", None),
        "expected items": ("/expected/items/", None),
        "next 12 months": ("/expected/year/", None),
    }
    print(f"{'page':<26}{'median':>10}{'slowest':>10}{'queries':>9}{'bare SQL':>10}{'ratio':>7}")
    with override_settings(STORAGES=PLAIN_FILES):
        for name, (url, rows) in pages.items():
            times = [timed(lambda url=url: client.get(url)) for _ in range(ROUNDS)]
            queries = count_queries(client, url)
            bare = (
                statistics.median(timed(lambda rows=rows: [list(row) for row in rows]) for _ in range(ROUNDS))
                if rows
                else None
            )
            median = statistics.median(times[2:])
            shown = f"{1000 * bare:>7.1f} ms{median / bare:>7.1f}" if bare else ""
            print(f"{name:<26}{1000 * median:>7.1f} ms{1000 * max(times[2:]):>7.1f} ms{queries:>9}{shown}")


def timed(call):
    started = time.perf_counter()
    response = call()
    if hasattr(response, "status_code"):
        assert response.status_code == 200, response.status_code
    return time.perf_counter() - started


def list_rows():
    rows = Customer.objects.select_related("outlook").defer(*(f"outlook__{name}" for name in Outlook.HEAVY))
    return [_Again(rows.order_by("outlook__overdue_days").values_list("name", "outlook__expected_on")[:50])]


def dashboard_rows(pk):
    return [
        _Again(Insight.objects.filter(customer=pk).values_list("detector", "answer")),
        _Again(Outlook.objects.filter(customer=pk).values_list("curve", "forecast")),
        _Again(
            Customer.objects.get(pk=pk).orders.order_by("-ordered_on").values_list("number", "ordered_on")[:9]
        ),
    ]


class _Again:
    """A query that is sent anew each time it is read."""

    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        return iter(self.rows.all())


def count_queries(client, url):
    connection.force_debug_cursor = True
    try:
        before = len(connection.queries_log)
        client.get(url)
        return len(connection.queries_log) - before
    finally:
        connection.force_debug_cursor = False
