"""Makes .venv and keeps it at what a requirements file names: `python3 -m config.install requirements.txt`.

Runs under whatever Python the machine has, so it uses the standard library alone, and old syntax.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(name):
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Python {found} is too old: 3.11 or newer is needed. With a newer one: make PYTHON=python3.13 run"
        )
    # Whoever has the larger set installed has the smaller one too.
    if any(is_current(one) for one in (name, "requirements-dev.txt")):
        return
    if not works():
        create()
    print(f"Installing {name} into .venv (about half a minute)", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", name]
    if subprocess.call(command, cwd=str(ROOT)):
        sys.exit(f"pip could not install {name}; its reason stands above.")
    stamp(name).write_text(fingerprint(name))


def create():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments: its venv module is missing.\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )
    print("Making .venv", flush=True)
    shutil.rmtree(str(VENV), ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]):
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit("Python could not make .venv; its reason stands above.")


def works():
    """Whether .venv is whole: its Python may be gone, or the last run may have been stopped half way."""
    if not PYTHON.exists():
        return False
    check = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.call(check, stderr=subprocess.DEVNULL) == 0


def is_current(name):
    return stamp(name).exists() and stamp(name).read_text() == fingerprint(name) and PYTHON.exists()


def stamp(name):
    return VENV / ("installed-" + name)


def fingerprint(name):
    """Of the file and of those it includes by -r."""
    text = (ROOT / name).read_text()
    included = [line.split()[1] for line in text.splitlines() if line.startswith("-r ")]
    return hashlib.sha256((text + "".join(map(fingerprint, included))).encode()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
