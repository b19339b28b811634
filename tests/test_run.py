"""`make run` as its user meets it: one command, a link in the terminal, filled pages, an end without a trace."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from config import install

ROOT = Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A `make run` of its own, with a folder of its own."""

    def __init__(self, var_dir):
        self.port = free_port()
        self.output = var_dir.with_suffix(".log")
        # Debug spares the compression of static files, which is Django's and whitenoise's own business.
        environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(var_dir),
            "PORT": str(self.port),
            "DEBUG": "1",
        }
        with self.output.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def wait_for(self, pattern, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(pattern, self.output.read_text())
            if found:
                return found
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.2)
        pytest.fail(f"{pattern} did not appear in:\n{self.output.read_text()}")

    def children(self):
        listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        parents = dict(map(int, line.split()) for line in listed.splitlines()[1:])
        family = {self.process.pid}
        while grown := {child for child, parent in parents.items() if parent in family} - family:
            family |= grown
        return family - {self.process.pid}

    def end(self, *numbers):
        for number in numbers or [signal.SIGTERM]:
            self.process.send_signal(number)
            time.sleep(0.2)
        return self.process.wait(40)


@pytest.fixture
def start(tmp_path):
    sites = []

    def start():
        sites.append(Site(tmp_path / "var"))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.end()


def alive(pids):
    return [
        pid
        for pid in pids
        if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()
    ]


@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="starts on its own SQLite, once is enough")
def test_a_first_start_leads_to_filled_pages_and_ends_without_a_trace(start):
    site = start()
    link = site.wait_for(r"http://127\.0\.0\.1:\d+/accounts/sign-in/\S+")[0]
    browser = build_opener(HTTPCookieProcessor())
    page = browser.open(link).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    customers = browser.open(link, f"csrfmiddlewaretoken={token}".encode()).read().decode()
    first = re.search(r'href="(/customers/\d+/)"', customers)[1]
    dashboard = browser.open(f"http://127.0.0.1:{site.port}{first}")
    assert dashboard.status == 200

    children = site.children()
    assert len(children) >= 5, "gunicorn with its workers, and the cluster with its own"
    # What the whole group hears make passes on.
    assert site.end(signal.SIGINT, signal.SIGTERM, signal.SIGTERM) == 0
    assert not alive(children)

    again = start()
    said = again.wait_for(r"(?s)Dangol runs at.*\n.*\n")[0]
    assert "make link EMAIL=" in said, (
        "the demo rep has signed in: no more links for whoever sees the terminal"
    )
    victim = min(again.children())
    os.kill(victim, signal.SIGKILL)
    assert again.process.wait(40) == 1, "where one of the two ends, so does the other"


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert answer.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in answer.stderr
    assert f"make run PORT={port + 1}" in answer.stderr


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    monkeypatch.setattr(install.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3\.9\.2 is too old: 3\.11 or newer"):
        install.main("requirements.txt")


def test_a_python_without_venv_is_told_which_package_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        install.main("requirements.txt")


def test_packages_are_installed_again_only_when_the_requirements_changed(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(install, "works", lambda: True)
    installed = []
    monkeypatch.setattr(install.subprocess, "call", lambda command, **_: installed.append(command[-1]) or 0)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / "requirements.txt").write_text("django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    install.main("requirements.txt")
    install.main("requirements.txt")
    assert installed == ["requirements.txt"]
    install.main("requirements-dev.txt")
    install.main("requirements.txt")
    assert installed == ["requirements.txt", "requirements-dev.txt"]
    (tmp_path / "requirements.txt").write_text("django==5.2.20\n")
    install.main("requirements-dev.txt")
    assert installed == ["requirements.txt", "requirements-dev.txt", "requirements-dev.txt"]
