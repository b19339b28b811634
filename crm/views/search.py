from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from crm.searching import hits
from crm.searching.wanted import LONGEST

# So far can be leafed; who needs more narrows his search.
LAST_PAGE = 200


@require_GET
def search(request):
    """The whole page, or for htmx the list in the dialog that every page has."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "")
    context = {"section": "search", "typed": typed, "longest": LONGEST, "groups": []}
    if typed and kind in hits.KINDS and not request.htmx:
        page = _page(request.GET.get("page", ""))
        group = hits.group(request.user, kind, typed, (page - 1) * hits.PAGE, hits.PAGE)
        context |= {
            "groups": [group] if group.hits else [],
            "kind": kind,
            "page": page,
            "earlier": page - 1,
            "later": page + 1 if group.more and page < LAST_PAGE else 0,
        }
    elif typed:
        context["groups"] = hits.search(request.user, typed)
    context["shown"] = sum(len(group.hits) for group in context["groups"])
    response = render(request, "crm/search_hits.html" if request.htmx else "crm/search.html", context)
    # Else the browser's “back” might show the list of the dialog for the page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page(text):
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1
