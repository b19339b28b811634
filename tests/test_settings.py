"""Settings as the environment makes them, and the database as they make it."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ConnectionHandler
from django.utils.module_loading import import_string
from django_q.models import Schedule

from config import gunicorn, jobs, run
from config.secret_key import read_or_create
from config.settings import SQLITE_OPTIONS

ROOT = Path(__file__).resolve().parent.parent
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="about SQLite, and DATABASE_URL names another database"
)


def settings_under(var_dir, *names, **environment):
    """What these settings are in a process started with that environment."""
    code = (
        "import json, sys; from config import settings;"
        "print(json.dumps([getattr(settings, name) for name in sys.argv[1:]], default=str))"
    )
    clean = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}
    }
    answer = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd=ROOT,
        env=clean | {"VAR_DIR": str(var_dir)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def manage(var_dir, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_no_environment_at_all_the_site_is_safe_and_uses_sqlite(tmp_path):
    debug, key, databases = settings_under(tmp_path / "var", "DEBUG", "SECRET_KEY", "DATABASES")
    assert debug is False
    assert len(key) == 50
    assert databases["default"]["NAME"] == str(tmp_path / "var" / "db.sqlite3")


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(read_or_create, [path] * 8))
    assert len(keys) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_create(path) in keys
    assert list(tmp_path.iterdir()) == [path]


def test_settings_come_from_the_environment(tmp_path):
    values = settings_under(
        tmp_path,
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SESSION_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "EMAIL_HOST",
        "DATABASES",
        SECRET_KEY="given",
        ALLOWED_HOSTS="crm.example.com,crm.local",
        HTTPS="1",
        EMAIL_URL="smtp://mail.example.com:25",
        DATABASE_URL="postgres://dangol:pw@db.example.com:5433/crm",
    )
    assert values[:5] == ["given", ["crm.example.com", "crm.local"], True, 31_536_000, "mail.example.com"]
    database = values[5]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.com", 5433, "crm")
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.slow
def test_djangos_own_check_of_a_deployment_finds_nothing(tmp_path):
    checked = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", HTTPS="1")
    assert checked.returncode == 0, checked.stderr


def test_a_host_that_is_not_ours_is_one_line_on_the_console(tmp_path):
    code = "from django.test import Client; Client().get('/healthz', headers={'host': 'evil.example.com'})"
    said = manage(tmp_path, "shell", "--no-imports", "-c", code)
    assert "You may need to add 'evil.example.com' to ALLOWED_HOSTS." in said.stderr
    assert "Traceback" not in said.stderr


@on_sqlite
@pytest.mark.django_db
def test_sqlite_loses_nothing_at_a_power_cut_and_waits_for_a_writer(tmp_path):
    """As an installation opens it: the tests themselves spare the disk."""
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "db.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
    opened = ConnectionHandler({"default": database})["default"]
    with opened.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    opened.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 60_000, "foreign_keys": 1}


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_sqlite_transaction_takes_the_write_lock_at_its_start():
    connection.ensure_connection()
    with transaction.atomic():
        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_every_dotted_path_in_the_configuration_leads_somewhere():
    paths = [
        *settings.TIMELINE_SOURCES,
        *settings.AFTER_IMPORT,
        settings.SET_SCHEDULES,
        *[function for _, function, _ in jobs.SCHEDULES],
        gunicorn.WARM_UP,
        run.DEMO_REP,
    ]
    assert all(import_string(path) for path in paths)


@pytest.mark.django_db
def test_schedules_are_set_once_however_often_the_site_starts():
    for _ in range(2):
        call_command("schedule_jobs")
    assert set(Schedule.objects.values_list("name", "func")) == {
        (name, function) for name, function, _ in jobs.SCHEDULES
    }
    assert Schedule.objects.count() == len(jobs.SCHEDULES)
