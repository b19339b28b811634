"""The site's addresses, and pages of people, notes and products where the site has none of its own yet."""

from django.http import HttpResponse
from django.urls import include, path


def page(request, pk):
    return HttpResponse(f"<title>{pk}</title>")


urlpatterns = [
    path("people/<int:pk>/", page, name="person"),
    path("notes/<int:pk>/", page, name="note"),
    path("products/<int:pk>/", page, name="product"),
    path("", include("config.urls")),
]
