"""Rules of the architecture, read out of the code. CONTRIBUTING.md says why."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "crm", "analytics", "config")
# Who may import whom; config names the others by dotted path.
MAY_IMPORT = {
    "accounts": {"accounts"},
    "crm": {"accounts", "crm"},
    "analytics": {"accounts", "crm", "analytics"},
    "config": {"config"},
}
ENGINE = Path("analytics/engine")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "services.py", "signals.py", "common.py", "misc.py"}
CLOCKS = {"now", "today", "localdate", "localtime", "utcnow"}
CLOCK_OWNERS = {"timezone", "date", "datetime"}
# Beside views, what they render with, and commands: jobs, which the worker calls with nothing to tell them the time.
JOBS = {
    Path("analytics/refresh.py"),
    Path("crm/importing/runs.py"),
    Path("crm/importing/jobs.py"),
    Path("crm/importing/wanted.py"),
    Path("crm/trash.py"),
    Path("crm/reminders/jobs.py"),
    Path("crm/reminders/delivery.py"),
    Path("crm/reminders/mail.py"),
    Path("crm/reminders/greeting_mails.py"),
}
FILES = [
    path.relative_to(ROOT)
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def imported(node, path):
    """The modules that an import statement names, absolute."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if not node.level:
            return [node.module]
        package = path.parts[: len(path.parts) - node.level]
        return [".".join([*package, *filter(None, [node.module])])]
    return []


def imports(path, within=ast.AST):
    """(line, module) of every import of a file, wherever it stands; `within`: only those inside such nodes."""
    return {
        (node.lineno, module)
        for outer in ast.walk(tree(path))
        if isinstance(outer, within)
        for node in ast.walk(outer)
        for module in imported(node, path)
    }


def wrong_imports(paths, is_wrong, within=ast.Module):
    return [
        f"{path}:{line} imports {module}"
        for path in paths
        for line, module in sorted(imports(path, within))
        if is_wrong(path, module)
    ]


def test_imports_go_in_one_direction():
    def upward(path, module):
        return module.split(".")[0] in {*APPS, "tests"} - MAY_IMPORT[path.parts[0]]

    assert not wrong_imports(FILES, upward)


def test_the_engine_knows_numpy_and_itself_alone():
    def foreign(path, module):
        own = f"{module}.".startswith("analytics.engine.")
        return not own and module.split(".")[0] not in {*sys.stdlib_module_names, "numpy"}

    assert not wrong_imports([path for path in FILES if path.is_relative_to(ENGINE)], foreign)


def test_no_first_party_import_hides_in_a_function():
    def first_party(path, module):
        return module.split(".")[0] in APPS

    assert not wrong_imports(FILES, first_party, within=(ast.FunctionDef, ast.AsyncFunctionDef))


def test_nothing_is_wired_by_signals():
    def signals(path, module):
        return "signals" in module.split(".") or module.startswith("django.dispatch")

    assert not wrong_imports(FILES, signals)


def asks_the_clock(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in CLOCK_OWNERS
    )


def test_only_views_commands_and_jobs_ask_the_clock():
    timeless = [
        path
        for path in FILES
        if path.parts[0] != "config"
        and path not in JOBS
        and not {"views", "commands", "templatetags"} & {*path.parts, path.stem}
    ]
    asking = [
        f"{path}:{node.lineno}" for path in timeless for node in ast.walk(tree(path)) if asks_the_clock(node)
    ]
    assert not asking, "take `today` or `now` as an argument"


def test_files_are_named_after_what_is_in_them():
    assert not [str(path) for path in FILES if path.name in FORBIDDEN_NAMES]


def test_every_folder_of_tests_is_a_package():
    """Else two files of the same name in different folders would be taken for one."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nothing_private_is_tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    tracked = [Path(line) for line in listed.stdout.splitlines()]
    assert not [
        str(path)
        for path in tracked
        if path.parts[0] == "var"
        or path.name in {".env", "secret_key"}
        or path.suffix in {".sqlite3", ".pem", ".key"}
    ]
