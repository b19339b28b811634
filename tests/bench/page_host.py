"""A process that opens pages when asked to, by the code of whichever version it runs in: see tests.bench.pages_before.

    python page_host.py fill FILE     imports order lines into an empty database
    python page_host.py serve         computes what pages show, then answers lines of JSON by lines of JSON

It is started in the folder of an older version too, so nothing of tests is imported.
"""

import json
import sys
import time
from pathlib import Path

import django
import time_machine

# A few days after the file ends, so that Today and the lists speak of orders that are due.
NOW = "2011-12-12T09:00:00+00:00"
PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

django.setup()

# What needs the applications to be loaded.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from accounts.models import User  # noqa: E402
from analytics.models import Outlook  # noqa: E402
from analytics.refresh import refresh_stale  # noqa: E402
from crm.importing.runs import Wish, run_import  # noqa: E402
from crm.models import OrderLine  # noqa: E402


def fill(path):
    call_command("migrate", verbosity=0)
    admin = User.objects.create(email="bench@example.com", name="Bench", role=User.Role.ADMIN)
    run_import(Wish(Path(path), "GBP", admin))


def serve():
    call_command("migrate", verbosity=0)
    refresh_stale()
    client = Client(SERVER_NAME="localhost")
    with time_machine.travel(NOW), override_settings(STORAGES=PLAIN_FILES):
        client.force_login(User.objects.get(email="bench@example.com"))
        answer(pages())
        for line in sys.stdin:
            answer(opened(client, json.loads(line)))


def answer(value):
    print(json.dumps(value), flush=True)


def pages():
    """{name: URL}; the same customers and product in every version."""
    by_orders = list(Outlook.objects.order_by("-order_days", "customer").values_list("customer", flat=True))
    largest, middle = by_orders[0], by_orders[len(by_orders) // 4]
    product = OrderLine.objects.order_by("product").values_list("product", flat=True).first()
    return {
        "today": "/",
        "customer list": "/customers/",
        "dashboard, largest": f"/customers/{largest}/",
        "dashboard, in the middle": f"/customers/{middle}/",
        "all orders": "/orders/",
        "orders of one customer": f"/orders/?customer={largest}",
        "products": "/products/",
        "one product": f"/products/{product}/",
        "people": "/people/",
    }


def opened(client, url):
    """(CPU seconds of this process, queries)."""
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    client.get(url)
    queries = len(connection.queries_log)
    connection.force_debug_cursor = False
    started = time.process_time()
    response = client.get(url)
    seconds = time.process_time() - started
    assert response.status_code == 200, (url, response.status_code)
    return seconds, queries


{"fill": fill, "serve": serve}[sys.argv[1]](*sys.argv[2:])
