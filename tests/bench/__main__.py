"""`make bench`: how fast and how exact, on an empty SQLite database and then on a throw-away PostgreSQL.

    python -m tests.bench [names] [--rows N] [--sizes 20,60,20x60,200,all] [--customers N]

Each bench is a module of this folder with `run()`, which prints a table; the line below lists them in the order in
which they run. They share one database, so that a later one finds what an earlier one imported. `--rows`: up to which
size files of imports grow (50 000, 200 000, 800 000, 2 000 000). `--sizes`: of which books forecasts are measured.
`--customers`: up to which size simulated books grow (300, 3 000, 30 000). The last ones empty the database.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile

import django
from django.core.management import call_command

from tests import postgres

BENCHES = [
    "imports",
    "refresh",
    "pages",
    "pages_before",
    "replay",
    "totals",
    "forecast",
    "alive",
    "months",
    "search",
    "working_day",
    "reminders",
    "refresh_scale",
]
CHILD = "--on-this-database"
ROWS, CUSTOMERS = 800_000, 3_000
SIZES = "20,60,20x60,200,all"


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests.bench")
    # Not `choices`: no name at all would have to be one of them.
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument(CHILD, action="store_true", dest="child", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"No bench {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    if asked.child:
        return run(asked)
    codes = [on_database("SQLite", arguments, None)]
    try:
        with postgres.database_url() as url:
            codes.append(on_database("PostgreSQL", arguments, url))
    except postgres.Unavailable as reason:
        print(f"PostgreSQL skipped: {reason}")
    return max(codes)


def on_database(title, arguments, url):
    """In a process of its own: settings are read once per process."""
    print(f"\n== {title} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "OMP_NUM_THREADS": "1",
        }
        if url:
            environment["DATABASE_URL"] = url
        command = [sys.executable, "-m", "tests.bench", CHILD, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def run(asked):
    django.setup()
    call_command("migrate", verbosity=0)
    sizes = {"imports": [asked.rows], "refresh_scale": [asked.customers], "forecast": [asked.sizes]}
    for name in BENCHES:
        if not asked.names or name in asked.names:
            print(f"\n-- {name} --", flush=True)
            importlib.import_module(f"tests.bench.{name}").run(*sizes.get(name, []))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
