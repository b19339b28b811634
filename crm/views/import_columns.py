"""The two steps in which a person may correct what was recognised: the file, and what its columns mean."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible, visible
from crm.forms.imports import DELIMITERS, ENCODINGS, NO_CURRENCY, ColumnsForm, MappingForm, ReadingForm
from crm.importing import mappings, shown, wizard
from crm.importing.jobs import KEPT_DAYS
from crm.importing.kinds.registry import allowed, kind_of, likely
from crm.importing.vcards import SHEET
from crm.models import ImportMapping, ImportRun
from crm.views.imports import find

Wanted = ImportRun.Wanted
COMMON_CURRENCIES = (
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "IDR", "INR", "JPY", "KRW", "MXN", "MYR",
    "NOK", "NZD", "PHP", "PLN", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def import_file(request, pk):
    run = find(request, pk)
    if not run.is_open:
        return redirect(run)
    form = ReadingForm(request.POST if request.method == "POST" else None, found=run.found)
    if form.is_bound and form.is_valid():
        wizard.read_again(run, form.reading(), timezone.now())
        return redirect(run)
    found = run.found
    context = {
        "section": "imports",
        "run": run,
        "step": "file",
        "form": form,
        "encoding": dict(ENCODINGS).get(found.get("encoding"), found.get("encoding")),
        "delimiter": dict(DELIMITERS).get(found.get("delimiter")),
        "kept_days": KEPT_DAYS,
        "cards": run.found.get("sheets") == [SHEET],
    }
    return render(request, "crm/imports/file.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def import_columns(request, pk):
    run = find(request, pk)
    if not (run.is_open and run.found):
        return redirect(run)
    form = _columns_form(request, run)
    if form.is_bound and form.is_valid():
        form.apply()
        now = timezone.now()
        asked = ImportRun.objects.filter(pk=run.pk, wanted="").update(
            options=run.options, currency=run.currency, source=run.source, owner=run.owner
        )
        asked = asked and wizard.ask(run, Wanted.PREVIEW, now)
        # Who helps another with his file does not say what the other's headers mean from now on.
        if asked and request.user == run.user:
            mappings.save(run, form.cleaned_data["name"], now)
        return redirect(run)
    context = {
        "section": "imports",
        "run": run,
        "step": "columns",
        "form": form,
        "currencies": COMMON_CURRENCIES,
        "problems": _problems(run) if not form.is_bound else [],
        "thousands": shown.thousands(run),
        "saved": run.options.get("mapping"),
        "kind": form.kind,
        "kinds": allowed(run.user),
    }
    return render(request, "crm/imports/columns.html", context, status=422 if form.is_bound else 200)


def _columns_form(request, run):
    data = request.POST if request.method == "POST" else None
    return ColumnsForm(data, run=run, user=request.user, today=timezone.localdate())


def _problems(run):
    """What the guesses leave open, said before anybody chooses."""
    columns, kind = run.options.get("columns", {}), kind_of(run.kind)
    missing = kind.missing(columns)
    problems = [_("No column is chosen for: %(fields)s.") % {"fields": ", ".join(missing)}] if missing else []
    looks_like = likely(run.found["header"], run.user) if missing and run.user else kind
    if looks_like is not kind:
        problems.append(_("This looks like another kind of file: %(kind)s.") % {"kind": looks_like.label})
    return [*problems, NO_CURRENCY] if kind.lacks_currency(columns, run.currency) else problems


@require_POST
def import_kind(request, pk):
    """The file holds something else than it was taken for: what its user may bring, whoever helps him."""
    run = find(request, pk)
    offered = allowed(run.user) if run.is_open and run.found else []
    kind = next((kind for kind in offered if kind.name == request.POST.get("kind")), None)
    if not (kind and wizard.is_now(run, kind, timezone.now())):
        messages.error(request, _("This import can't be read anew now."))
    return redirect(run)


@require_POST
def import_check(request, pk):
    """What is missing or chosen twice, while the columns are being chosen."""
    run = find(request, pk)
    if not (run.is_open and run.found):
        return redirect(run)
    form = _columns_form(request, run)
    form.is_valid()
    problems = form.column_problems() + ([NO_CURRENCY] if form.lacks_currency() else [])
    return render(request, "crm/imports/column_notes.html", {"problems": problems})


@require_GET
def import_mappings(request):
    rows = visible(request.user, ImportMapping.objects)
    for row in rows:
        kind = kind_of(row.kind)
        row.holds = kind.label
        row.says = [
            (header, kind.label_of(field)) for field, header in row.columns.items() if kind.is_field(field)
        ]
        row.form = MappingForm(instance=row, auto_id=f"id_%s_{row.pk}")
    return render(request, "crm/imports/mappings.html", {"section": "imports", "mappings": rows})


@require_POST
def import_mapping(request, pk):
    """Renames a saved mapping, or forgets it."""
    row = get_visible(request.user, ImportMapping.objects, pk=pk)
    if request.POST.get("forget"):
        row.delete()
        messages.success(request, _("“%(name)s” is forgotten.") % {"name": row.name})
        return redirect("import_mappings")
    form = MappingForm(request.POST, instance=row)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A mapping needs a name."))
    return redirect("import_mappings")
