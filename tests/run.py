"""`make test`: the whole suite on SQLite and in the browser, then on PostgreSQL, and a summary of what ran.

    python -m tests.run [--slow] [arguments for pytest]

REQUIRE_POSTGRES=1 and REQUIRE_BROWSER=1 make a failure of what would be skipped.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

from tests import postgres
from tests.browser import chromium

PARALLEL = ["-n2", "--dist=worksteal"]
NOTHING_COLLECTED = 5


def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    slow = "--slow" in arguments
    arguments = [argument for argument in arguments if argument != "--slow"]
    speed = "slow" if slow else "not slow"
    results = {}
    browser = chromium.find()
    run_on_sqlite(results, speed, arguments, with_browser=browser and not slow)
    if not slow:
        if browser:
            results["Chromium"] = results["SQLite"]
        else:
            results["Chromium"] = skipped(chromium.MISSING, "REQUIRE_BROWSER")
    run_on_postgres(results, speed, arguments)
    print("\n" + "\n".join(f"{name:<11} {outcome}" for name, (outcome, _) in results.items()))
    return 0 if all(ok for _, ok in results.values()) else 1


def run_on_sqlite(results, speed, arguments, with_browser):
    title("SQLite" + (" and Chromium" if with_browser else ""))
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    marks = speed if with_browser else f"{speed} and not browser"
    results["SQLite"] = pytest(marks, arguments, environment)


def run_on_postgres(results, speed, arguments):
    title("PostgreSQL")
    try:
        with postgres.database_url() as url:
            results["PostgreSQL"] = pytest(
                f"{speed} and not browser", arguments, os.environ | {"DATABASE_URL": url}
            )
    except postgres.Unavailable as reason:
        results["PostgreSQL"] = skipped(reason, "REQUIRE_POSTGRES")


def pytest(marks, arguments, environment):
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *PARALLEL, "-m", marks, *arguments]
    # Made and removed here: pytest may be killed before it removes anything.
    with tempfile.TemporaryDirectory(prefix="dangol-test-", ignore_cleanup_errors=True) as folder:
        code = subprocess.run(command, env={"VAR_DIR": folder} | environment, check=False).returncode
    seconds = f"{time.monotonic() - started:.0f} s"
    if code in {0, NOTHING_COLLECTED}:
        return f"passed in {seconds}" if code == 0 else "no such test", True
    return f"FAILED in {seconds}", False


def skipped(reason, required_by):
    if os.environ.get(required_by):
        return f"FAILED: {required_by} is set, and {reason}", False
    print(f"skipped: {reason}", flush=True)
    return f"skipped: {reason}", True


def title(text):
    print(f"\n== {text} ==", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
