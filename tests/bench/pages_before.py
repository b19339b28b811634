"""Pages beside the same pages of version 0.4, whose forecasts were the simple rules: same orders, same loop, turn by turn."""

import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.imports import FILE
from tests.bench.skipping import is_beside, runs_once

ROOT = Path(__file__).resolve().parents[2]
HOST = Path(__file__).with_name("page_host.py")
# The last state before forecasts were learned from the book.
BEFORE = "3508a00"
ROUNDS, WARM_UP = 20, 3
MOST = 1.2


def run():
    if not (runs_once() and is_beside(FILE)):
        return
    code = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=False)
    if code.returncode:
        print(f"skipped: this repository does not have {BEFORE}")
        return
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        compare(Path(folder), code.stdout)


def compare(folder, code):
    old, new = _Version(folder / "old", folder / "code"), _Version(folder / "new", ROOT)
    with tarfile.open(fileobj=io.BytesIO(code)) as archive:
        archive.extractall(old.code, filter="data")
    subprocess.run(old.command("fill", FILE), env=old.environment, cwd=old.code, check=True)
    shutil.copytree(old.folder, new.folder)
    with ExitStack() as ends:
        pages, _same = (ends.enter_context(version.served()) for version in (old, new))
        spent, queries = _measured(pages, old, new)
    print(f"{'page, CPU':<26}{'0.4':>10}{'now':>10}{'ratio':>8}{'queries':>12}   at most {MOST}")
    for name, both in spent.items():
        before, now = (statistics.median(seconds[WARM_UP:]) for seconds in both)
        print(
            f"{name:<26}{1000 * before:>7.1f} ms{1000 * now:>7.1f} ms{now / before:>8.2f}"
            f"{queries[name, 0]:>7} : {queries[name, 1]}"
        )


def _measured(pages, old, new):
    """({page: (seconds of the old, of the new)}, {(page, version): queries})."""
    spent = {name: ([], []) for name in pages}
    queries = {}
    for turn in range(ROUNDS):
        for name, url in pages.items():
            # Whoever comes second finds the machine as the first has left it.
            for version in ((0, 1), (1, 0))[turn % 2]:
                seconds, asked = (old, new)[version].opened(url)
                spent[name][version].append(seconds)
                queries[name, version] = asked
    return spent, queries


class _Version:
    """A version of the project, with a database of its own and, once it serves, a process of its own."""

    def __init__(self, folder, code):
        self.folder, self.code = folder, code
        self.environment = os.environ | {"VAR_DIR": str(folder), "PYTHONPATH": str(code)}

    def command(self, *words):
        return [sys.executable, str(HOST), *map(str, words)]

    @contextmanager
    def served(self):
        """Yields {name: URL} of its pages, once they can be opened."""
        # Where static files would be: who does not find it warns.
        (self.folder / "static").mkdir(exist_ok=True)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = self.command("serve")
        # Its end is that of what it reads.
        with subprocess.Popen(command, env=self.environment, cwd=self.code, **pipes) as self.process:
            yield json.loads(self.process.stdout.readline())

    def opened(self, url):
        self.process.stdin.write(json.dumps(url) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
