"""What every template keeps to: nothing inline, nothing unescaped, every word translatable.

Mails are read where no stylesheet of the site is: they alone, in a folder `mail`, bring theirs in a style element.
"""

import ast
import html
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PYTHON = [
    path for app in ("accounts", "crm", "analytics", "config") for path in sorted((ROOT / app).rglob("*.py"))
]
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))

BANNED = {
    "an inline style": r"""\sstyle\s*=\s*["']""",
    "a style element": r"<style\b",
    "an inline handler": r"""<[^>]*\son[a-z]+\s*=\s*["']""",
    "an htmx handler": r"\shx-on\b",
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a script URL": r"javascript:",
    "unescaped output": r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off",
    "a file from another host": r"""(?:src|<link[^>]*href)\s*=\s*["'](?:https?:)?//""",
}
ALLOWED_IN_MAILS = {"a style element"}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
SHOWN_ATTRIBUTE = re.compile(
    r"""\s(?:aria-label|aria-description|title|placeholder|alt|label)\s*=\s*"([^"]*)\""""
)
# Tags, styles of mails, commands to type, and attributes that a block puts into a tag of another template.
NOT_TEXT = re.compile(r"""<style\b.*?</style>|<code\b.*?</code>|<[^>]*>|\b[\w-]+="[^"]*\"""", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# The same in every language.
NAMES = {"Dangol", "단골", "CSV", "XLSX", "EN", "KO", "English", "한국어", "Esc"}


@each_template
def test_a_template_has_nothing_that_the_security_policy_refuses_or_that_escapes_escaping(path):
    text = COMMENT.sub("", path.read_text())
    found = {what for what, pattern in BANNED.items() if re.search(pattern, text)}
    assert found <= (ALLOWED_IN_MAILS if path.parent.name == "mail" else set())


@each_template
def test_every_word_of_a_template_is_translatable(path):
    text = TRANSLATED.sub("", COMMENT.sub("", path.read_text()))
    text = html.unescape(TAG.sub("", text))
    shown = " ".join([*SHOWN_ATTRIBUTE.findall(text), NOT_TEXT.sub(" ", text)])
    untranslated = [word for word in WORD.findall(shown) if word not in NAMES]
    assert not untranslated, "wrap it in {% translate %} or {% blocktranslate %}"


def test_nothing_from_outside_is_marked_safe():
    """Only a string written in the code may be: format_html for the rest. Markdown is safe after nh3 cleaned it."""
    marked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PYTHON
        if path.name != "markdown.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"mark_safe", "SafeString"}
        and not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert not marked
