"""The documents say what the code does."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DOCUMENTS = sorted(ROOT.glob("*.md"))
# Given by the system or by Django, not by us.
NOT_OURS = {"PATH", "HOME", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def variables_of(path):
    """Names of the environment variables that a file reads."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str(name)), *_]
            ):
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="environ")),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name
            case ast.Call(
                func=ast.Name(id="skipped"), args=[_, ast.Constant(value=str(name))]
            ):  # in tests/run.py: skips unless required
                yield name


def test_every_environment_variable_is_in_the_table_and_the_other_way_round():
    table = CONTRIBUTING.split("## Environment variables")[1]
    documented = {
        name
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    files = [
        path
        for folder in ("config", "accounts", "crm", "analytics", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert {name for path in files for name in variables_of(path)} - NOT_OURS == documented


def test_every_make_target_that_a_document_names_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"(?:^ {4}|`)make ([\w-]+)", path.read_text(), re.MULTILINE)
    }
    assert named
    assert named <= targets


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_path_and_command_that_a_document_names_exists(document):
    text = (ROOT / document).read_text()
    paths = re.findall(
        r"(?<![\w/])((?:config|accounts|crm|analytics|tests|locale|templates|static)/[\w/.]*\w/?)", text
    )
    assert not [path for path in paths if not (ROOT / path).exists() and not (ROOT / "tests" / path).exists()]
    commands = re.findall(r"manage\.py (\w+)", text)
    own = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    assert set(commands) <= own | {"createsuperuser"}
