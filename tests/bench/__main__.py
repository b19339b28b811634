"""`make bench`: how fast and how exact, on an empty SQLite database and then on a throw-away PostgreSQL.

    python -m tests.bench [names]

Each bench is a module of this folder with `run()`, which prints a table; the line below lists them in the order in
which they run. They share one database, so that a later one finds what an earlier one imported.
"""

import importlib
import os
import subprocess
import sys
import tempfile

import django
from django.core.management import call_command

from tests import postgres

BENCHES = ["imports", "refresh", "pages", "replay"]
CHILD = "--on-this-database"


def main(arguments):
    if CHILD in arguments:
        return run([name for name in arguments if name != CHILD])
    unknown = set(arguments) - set(BENCHES)
    if unknown:
        sys.exit(f"No bench {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    codes = [on_database("SQLite", arguments, None)]
    try:
        with postgres.database_url() as url:
            codes.append(on_database("PostgreSQL", arguments, url))
    except postgres.Unavailable as reason:
        print(f"PostgreSQL skipped: {reason}")
    return max(codes)


def on_database(title, names, url):
    """In a process of its own: settings are read once per process."""
    print(f"\n== {title} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        if url:
            environment["DATABASE_URL"] = url
        command = [sys.executable, "-m", "tests.bench", CHILD, *names]
        return subprocess.run(command, env=environment, check=False).returncode


def run(names):
    django.setup()
    call_command("migrate", verbosity=0)
    for name in BENCHES:
        if not names or name in names:
            print(f"\n-- {name} --", flush=True)
            importlib.import_module(f"tests.bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
