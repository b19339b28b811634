"""`make run`: prepares what a start needs, then runs the web server and the worker until one of them ends.

HOST and PORT say where (127.0.0.1:8000).
"""

import hashlib
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string

DEMO_REP = "crm.demo.REP_EMAIL"
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
ADDRESS = f"http://{'localhost' if HOST in {'0.0.0.0', '::'} else HOST}:{PORT}"
PATIENCE = 20  # seconds for a process to end by itself


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    # A script that starts this in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    refuse_taken_port()
    django.setup()
    prepare()
    connections.close_all()
    processes = {}
    try:
        processes["web server"] = start("-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi")
        processes["worker"] = start("manage.py", "qcluster")
        if wait_until_served(processes):
            say(welcome())
            connections.close_all()
        while all(process.poll() is None for process in processes.values()):
            time.sleep(0.3)
        ended = [name for name, process in processes.items() if process.poll() is not None]
        say(f"The {' and the '.join(ended)} ended; stopping.")
        code = 1
    except KeyboardInterrupt:
        code = 0
    finally:
        stop(processes.values())
    sys.exit(code)


def refuse_taken_port():
    family, kind, *_, address = socket.getaddrinfo(HOST, PORT, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            sys.exit(
                f"Cannot listen on {HOST}:{PORT} ({error.strerror}). Another port: make run PORT={PORT + 1}"
            )


def prepare():
    call_command("migrate", verbosity=0)
    collect_static_files()
    call_command("load_demo", if_empty=True)
    call_command("schedule_jobs")


def collect_static_files():
    """Once for each state of the files: compressing them takes a quarter of a minute."""
    if settings.DEBUG:
        return
    stamp = settings.VAR_DIR / "static-collected"
    state = static_state()
    if settings.STATIC_ROOT.is_dir() and stamp.exists() and stamp.read_text() == state:
        return
    say("Compressing static files, once (about 15 seconds)")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def static_state():
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted((settings.BASE_DIR / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def shows_demo():
    return apps.get_model("crm", "Installation").current().shows_demo


def welcome():
    """Where to go; until the demo rep has signed in, a link that does it once."""
    rep = apps.get_model("accounts", "User").objects.filter(email=import_string(DEMO_REP)).first()
    lines = ["", f"Dangol runs at {ADDRESS} (Ctrl-C ends it)"]
    if rep and shows_demo() and not rep.last_login:
        lines += ["Sign in to the demo company by this link; it works once, within a day:"]
        lines += [f"  {sign_in_link(rep)}"]
    else:
        lines += ["Sign in with e-mail and password, or ask for a link: make link EMAIL=..."]
    return "\n".join([*lines, ""])


def sign_in_link(user):
    output = io.StringIO()
    call_command("sign_in_link", user.email, base=ADDRESS, stdout=output)
    return output.getvalue().strip()


def start(*arguments):
    """Python in a session of its own: Ctrl-C reaches this process alone, which then ends both in order."""
    return subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True)


def wait_until_served(processes):
    """True as soon as a page is answered, however; False when a process ended instead."""
    while all(process.poll() is None for process in processes.values()):
        web = http.client.HTTPConnection(HOST, PORT, timeout=5)
        try:
            web.request("GET", "/healthz")
            web.getresponse()
            return True
        except OSError:
            time.sleep(0.1)
        finally:
            web.close()
    return False


def stop(processes):
    # A signal to the whole group comes twice, by make as well: the second must not end us before they have ended.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
