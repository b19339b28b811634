"""A process that stays: it forks workers to be killed and says what they left, so that a kill costs no start of a process.

    manage.py shell -c "from tests.slow import host; host.serve()"

Answers lines of JSON, [name of a function, arguments], by lines of JSON.
"""

import json
import os
import signal
import sys
import time
import traceback

from django.db import connection, connections


def serve(commands):
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(commands[name](*arguments)), flush=True)


def forked(job, kill_after=None):
    """`job` in a process of its own, killed with -9 after so many seconds: (seconds that it had, exit code)."""
    started = time.monotonic()
    child = _fork(job)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    code = _exit_code(child)
    return time.monotonic() - started, code


def at_once(job, processes):
    """`job` in so many processes that begin it at the same moment: their exit codes."""
    gate, opener = os.pipe()

    def when_open():
        os.close(opener)
        connection.ensure_connection()
        # Nothing is ever written: it ends when nobody holds the other end any more.
        os.read(gate, 1)
        job()

    children = [_fork(when_open) for _process in range(processes)]
    # Until they are all there.
    time.sleep(0.05)
    os.close(opener)
    os.close(gate)
    return [_exit_code(child) for child in children]


def _fork(job):
    # A connection must not have two processes.
    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        job()
        code = 0
    except Exception:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(code)


def _exit_code(child):
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
