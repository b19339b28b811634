"""`make test`: the whole suite on SQLite and in the browser, meanwhile on PostgreSQL, and a summary of what ran.

    python -m tests.run [--slow] [arguments for pytest]

The slow round takes one after the other, as its kills want the machine for themselves, and tries again what the quick
one tries with fewer examples, or on SQLite alone. REQUIRE_POSTGRES=1 and REQUIRE_BROWSER=1 make a failure of
what would be skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import postgres
from tests.browser import chromium

# Processes, in the quick round all of them at once: a browser waits a lot, and two cores shall not.
PROCESSES = {"quick": {"SQLite": 3, "PostgreSQL": 1}, "slow": {"SQLite": 2, "PostgreSQL": 2}}
# A browser that waited in vain on a busy machine gets a second try, and the summary names the test: RERUN is a
# weakness to be looked into. Whatever else fails, fails at once.
PATIENT = ["--reruns=1", "--only-rerun=Locator expected", "--only-rerun=Timeout [0-9]+ms exceeded", "-rR"]
ON_SQLITE = {"quick": "not slow", "slow": "(slow or hypothesis)"}
# What others ask of PostgreSQL as well comes to it in the slow round: tests/conftest.py says what that is.
ON_POSTGRES = {
    "quick": "not slow and not spared and not browser",
    "slow": "(slow or hypothesis or spared) and not browser",
}
NOTHING_COLLECTED = 5


def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    slow = "--slow" in arguments
    arguments = [argument for argument in arguments if argument != "--slow"]
    if slow:
        arguments.append("--hypothesis-profile=full")
    speed = "slow" if slow else "quick"
    browser = chromium.find()
    results = {}
    with ExitStack() as ends:
        if not slow:
            beside = ends.enter_context(tempfile.TemporaryFile("w+"))
            on_postgres = start_on_postgres(ends, speed, arguments, beside)
        title("SQLite" + (" and Chromium" if browser else ""))
        on_sqlite = start_on_sqlite(ends, speed, arguments, with_browser=browser)
        results["SQLite"] = on_sqlite()
        results["Chromium"] = results["SQLite"] if browser else skipped(chromium.MISSING, "REQUIRE_BROWSER")
        title("PostgreSQL")
        if slow:
            results["PostgreSQL"] = start_on_postgres(ends, speed, arguments)()
        else:
            results["PostgreSQL"] = on_postgres()
            beside.seek(0)
            shutil.copyfileobj(beside, sys.stdout)
    print("\n" + "\n".join(f"{name:<11} {outcome}" for name, (outcome, _) in results.items()))
    return 0 if all(ok for _, ok in results.values()) else 1


def start_on_sqlite(ends, speed, arguments, with_browser):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    marks = ON_SQLITE[speed] if with_browser else f"{ON_SQLITE[speed]} and not browser"
    return ends.enter_context(pytest(marks, PROCESSES[speed]["SQLite"], arguments, environment))


def start_on_postgres(ends, speed, arguments, output=None):
    try:
        url = ends.enter_context(postgres.database_url())
    except postgres.Unavailable as reason:
        outcome = skipped(reason, "REQUIRE_POSTGRES")
        return lambda: outcome
    environment = os.environ | {"DATABASE_URL": url}
    processes = PROCESSES[speed]["PostgreSQL"]
    return ends.enter_context(pytest(ON_POSTGRES[speed], processes, arguments, environment, output))


@contextmanager
def pytest(marks, processes, arguments, environment, output=None):
    """Started, and ended with us; yields a function that waits for its outcome."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        f"-n{processes}",
        "--dist=loadscope",  # by the scopes of tests/scheduling.py
        *PATIENT,
        "-m",
        marks,
        *arguments,
    ]
    started = time.monotonic()
    # Made and removed here: pytest may be killed before it removes anything.
    with tempfile.TemporaryDirectory(prefix="dangol-test-", ignore_cleanup_errors=True) as folder:
        environment = {"VAR_DIR": folder} | with_bytecode(environment)
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output and subprocess.STDOUT
        )
        try:
            yield lambda: outcome(process.wait(), time.monotonic() - started)
        finally:
            process.kill()
            process.wait()


def with_bytecode(environment):
    """Where nothing may be written beside the code, every process would compile all of it: it is kept elsewhere then."""
    if not environment.get("PYTHONDONTWRITEBYTECODE"):
        return environment
    kept = {"PYTHONPYCACHEPREFIX": str(Path("var", "bytecode").absolute())}
    return kept | {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def outcome(code, seconds):
    if code in {0, NOTHING_COLLECTED}:
        return f"passed in {seconds:.0f} s" if code == 0 else "no such test", True
    return f"FAILED in {seconds:.0f} s", False


def skipped(reason, required_by):
    if os.environ.get(required_by):
        return f"FAILED: {required_by} is set, and {reason}", False
    print(f"skipped: {reason}", flush=True)
    return f"skipped: {reason}", True


def title(text):
    print(f"\n== {text} ==", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
