from django.db.models import Prefetch
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import get_visible, visible
from crm.exporting import is_download, page_status
from crm.models import Employment, Person
from crm.people_export import export_people
from crm.people_filter import PersonFilter
from crm.profile import profile_of
from crm.querystring import without
from crm.tables.pages import USUAL, ListPaginator
from crm.tables.people import PersonTable
from crm.timeline import timeline_page


def with_jobs(user, people):
    """Adds `jobs`: where each works now, as far as the user may see it; and what birthdays are read from."""
    jobs = visible(user, Employment.objects).filter(to_on=None).select_related("customer").order_by("pk")
    return people.prefetch_related(Prefetch("employments", jobs, to_attr="jobs"), "dates")


@require_GET
def people(request):
    today = timezone.localdate()
    mine = with_jobs(request.user, visible(request.user, Person.objects))
    found = PersonFilter(request.GET, mine, user=request.user, today=today)
    table = PersonTable(found.qs, user=request.user, today=today)
    if is_download(request, found):
        RequestConfig(request, paginate=False).configure(table)
        return export_people(request, table.data.data, today)
    RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator}).configure(table)
    table.see([row.record for row in table.paginated_rows])
    context = {
        "section": "people",
        "filter": found,
        "filtered": any(value for name, value in request.GET.items() if name in found.filters),
        "customer": found.form.cleaned_data.get("customer") if found.form.is_valid() else None,
        "table": table,
        "count": table.paginator.count,
        "query": without(request.GET, "page"),
    }
    return render(request, "crm/people.html", context, status=page_status(request))


@require_GET
def person(request, pk):
    row = get_visible(request.user, Person.objects.select_related("owner"), pk=pk)
    today = timezone.localdate()
    context = {
        "section": "people",
        "person": row,
        "today": today,
        "profile": profile_of(row, request.user, today),
        "may_edit": row.editable_by(request.user),
        "may_erase": row.erasable_by(request.user),
        "timeline": timeline_page(row, request.user),
    }
    return render(request, "crm/person.html", context)
