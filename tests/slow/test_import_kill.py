"""An import killed with -9 anywhere: all of it is in, or nothing; and the next one completes."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
LINES = 40_000
KILLS = 10

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path):
    """An installation of its own, on the kind of database that the tests run on; `manage(...)` runs its commands."""
    environment = os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    name = f"killed_{uuid4().hex[:8]}"
    server = server_url()
    if server:
        execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = server.rsplit("/", 1)[0] + f"/{name}"
    else:
        environment.pop("DATABASE_URL", None)

    def start(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def manage(*arguments):
        process = start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    manage.start = start
    manage("migrate", "-v0")
    yield manage
    if server:
        execute(f"DROP DATABASE {name} WITH (FORCE)")


def server_url():
    return os.environ["DATABASE_URL"] if "postgresql" in settings.DATABASES["default"]["ENGINE"] else None


def execute(statement):
    server = settings.DATABASES["default"]
    where = {
        "host": server["HOST"],
        "port": server["PORT"],
        "user": server["USER"],
        "password": server["PASSWORD"],
    }
    where = {name: value for name, value in where.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as connection:
        connection.execute(statement)


@pytest.fixture
def big_file(tmp_path):
    """40 000 lines of 4 000 orders, every tenth with its exact return: whatever an import does, this file asks for."""
    path = tmp_path / "orders.csv"
    chance = random.Random(3)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Order no", "Order date", "Customer code", "Customer", "Country", "SKU", "Quantity", "Price"]
        )
        for number in range(LINES):
            order = number // 10
            day = f"2025-{1 + order % 12:02d}-{1 + order % 28:02d}"
            sku = f"S{chance.randrange(500)}"
            quantity = -12 if number % 100 == 99 else chance.randrange(1, 9) * 12
            writer.writerow(
                [
                    f"O{order}",
                    day,
                    f"K{order % 200}",
                    f"Customer {order % 200}",
                    "Norway",
                    sku,
                    quantity,
                    "2.50",
                ]
            )
    return path


COUNT = (
    "from crm.models import *; "
    "print(OrderLine.objects.count(), Order.objects.count(), Customer.objects.count(), Product.objects.count(), "
    "ImportRun.objects.filter(state='applied').count(), Customer.objects.filter(orders_rev=0).count())"
)


def state_of(site):
    return site("shell", "-v0", "-c", COUNT).split()[-6:]


def test_killed_anywhere_all_or_nothing_is_in(site, big_file):
    command = ("import_orders", str(big_file), "--currency", "EUR")
    started = time.monotonic()
    whole = site.start(*command)
    assert whole.wait(timeout=120) == 0
    seconds = time.monotonic() - started
    complete = state_of(site)
    site("shell", "-v0", "-c", FORGET)
    nothing = ["0"] * 6
    assert state_of(site) == nothing

    chance = random.Random(11)
    # Half of the kills anywhere, half in the last part, where the rows are applied.
    moments = [chance.uniform(0.1, 1) for _ in range(KILLS // 2)] + [
        chance.uniform(0.75, 1.02) for _ in range(KILLS // 2)
    ]
    for moment in moments:
        process = site.start(*command)
        time.sleep(moment * seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = state_of(site)
        assert found in (nothing, complete), f"killed after {moment:.2f} of {seconds:.1f} s"
        if found == complete:
            site("shell", "-v0", "-c", FORGET)

    site(*command)
    assert state_of(site)[:5] == complete[:5]
    assert (
        site(
            "shell", "-v0", "-c", "from crm.models import StagedLine; print(StagedLine.objects.count())"
        ).split()[-1]
        == "0"
    )


FORGET = (
    "from crm.models import *; OrderLine.objects.update(reverses=None); OrderLine.objects.all().delete(); "
    "Order.objects.all().delete(); Assignment.objects.all().delete(); Customer.objects.all().delete(); "
    "Product.objects.all().delete(); ImportRun.objects.all().delete()"
)
