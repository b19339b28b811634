"""Installations of their own, to be killed."""

import csv
import json
import os
import random
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
LINES = 40_000


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
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)

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


@pytest.fixture
def start_host(site):
    """start_host(module of tests.slow): ask(name, ...) that it answers from a process of the installation that stays."""

    @contextmanager
    def started(module):
        process = site.start("shell", "-v0", "-c", f"from tests.slow import {module}; {module}.serve()")

        def ask(*call):
            process.stdin.write(json.dumps(call) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, process.stderr.read()
            return json.loads(answer)

        yield ask
        process.stdin.close()
        process.wait(30)

    return started


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
