"""How gunicorn serves the site: `gunicorn -c python:config.gunicorn config.wsgi`."""

import os

from django.utils.module_loading import import_string

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
# A request may wait 60 s for SQLite's write lock; then it must still be able to say so.
timeout = 90
loglevel = "warning"
control_socket_disable = True

WARM_UP = "analytics.charts.warm_up"


def post_worker_init(worker):
    """The first figure in a process costs up to a second: not the first visitor's."""
    import_string(WARM_UP)()
