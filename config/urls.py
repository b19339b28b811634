from django.contrib import admin
from django.urls import include, path

from config.health import healthz, healthz_worker

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/worker", healthz_worker, name="healthz_worker"),
    path("accounts/", include("accounts.urls")),
    path("", include("crm.urls")),
    path("", include("analytics.urls")),
    path("admin/", admin.site.urls),
]
