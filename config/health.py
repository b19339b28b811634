from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def healthz(request):
    """Whether the web process answers and reaches its database; says nothing of the worker."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"web": "ok", "database": "unreachable"}, status=503)
    return JsonResponse({"web": "ok", "database": "ok"})


@login_not_required
@never_cache
def healthz_worker(request):
    """Whether the worker looks after reminders: 503 where it has not for two intervals."""
    try:
        found = import_string(settings.WORKER_HEALTH)(timezone.now())
    except DatabaseError:
        return JsonResponse({"worker": "unknown", "database": "unreachable"}, status=503)
    age = None if found.age is None else round(found.age.total_seconds())
    return JsonResponse(
        {"worker": "silent" if found.is_dead else "ok", "seconds_since_last_run": age},
        status=503 if found.is_dead else 200,
    )
