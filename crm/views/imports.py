"""A run of an import from its upload to its undo: every step is the page of the run, in whatever state it is."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible, visible
from crm.forms.import_preview import SAID, PreviewForm
from crm.forms.imports import UploadForm
from crm.importing import mended, shown, uploads, wizard
from crm.importing.errors import ImportRefused
from crm.importing.jobs import KEPT_DAYS
from crm.importing.kinds.registry import kind_of
from crm.importing.reasons import REASONS
from crm.models import ImportRun

State, Wanted = ImportRun.State, ImportRun.Wanted
PER_PAGE = 25
# A worker that is there takes a job up within its pause; after this long none seems to be.
PATIENCE = timedelta(seconds=20)
TAGS = {
    State.APPLIED: "tag-grow", State.PREVIEWED: "tag-new", State.UPLOADED: "tag-new", State.FAILED: "tag-risk",
    State.UNDONE: "tag-steady",
}  # fmt: skip


def find(request, pk):
    return get_visible(request.user, ImportRun.objects.select_related("user", "owner"), pk=pk)


@require_GET
def imports(request):
    runs = visible(request.user, ImportRun.objects.select_related("user"))
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    for run in page:
        run.tag = TAGS.get(run.state, "")
        run.holds = kind_of(run.kind).label
    return render(
        request, "crm/imports/list.html", {"section": "imports", "page": page, "kept_days": KEPT_DAYS}
    )


@require_http_methods(["GET", "POST"])
def import_new(request):
    if request.method == "GET":
        return _new_page(request, UploadForm(initial={"kind": request.GET.get("kind")}, user=request.user))
    form = UploadForm(request.POST, request.FILES, user=request.user)
    runs, refused = [], []
    if form.is_valid():
        for file in form.cleaned_data["files"]:
            try:
                runs.append(wizard.start(request.user, file, timezone.now(), form.cleaned_data["kind"]))
            except ImportRefused as error:
                refused.append(str(error))
    if not runs:
        return _new_page(request, form, refused, status=422)
    for words in refused:
        messages.error(request, words)
    if len(runs) == 1:
        return redirect(runs[0])
    said = ngettext("%(n)s file is being read.", "%(n)s files are being read. Open each to go on.", len(runs))
    messages.success(request, said % {"n": len(runs)})
    return redirect("imports")


def _new_page(request, form, refused=(), status=200):
    context = {
        "section": "imports",
        "form": form,
        "refused": refused,
        "limit_mb": uploads.MAX_BYTES // uploads.MEGABYTE,
        "limit": uploads.MAX_BYTES,
        "most": uploads.MAX_FILES,
        "endings": ", ".join(uploads.EXTENSIONS),
        "kept_days": KEPT_DAYS,
    }
    return render(request, "crm/imports/new.html", context, status=status)


@require_GET
def import_run(request, pk):
    """The step that the run is in."""
    run = find(request, pk)
    if not run.wanted and run.state == State.UPLOADED:
        return redirect("import_columns" if _knows_columns(run) else "import_file", pk)
    return render(request, _template(run), _context(run))


def _knows_columns(run):
    return bool(run.found) and any(run.options.get(name) for name in ("mapping", "ask_dates", "seen"))


def _at_work(run):
    """Also of the command line, which asks no worker."""
    return bool(run.wanted) or run.state in {State.STAGING, State.STAGED}


def _template(run):
    if _at_work(run):
        return "crm/imports/working.html"
    if run.state == State.FAILED:
        return "crm/imports/failed.html"
    return "crm/imports/outcome.html"


def _context(run):
    context = {"section": "imports", "run": run, "step": _step(run), "kept_days": KEPT_DAYS}
    if _at_work(run):
        return context | _progress(run)
    return context | {
        "kinds": shown.kinds(run),
        "changes": shown.changes(run),
        "first_rows": shown.rows(run),
        "first_records": shown.records(run),
        "kind": kind_of(run.kind),
        "rejected_reasons": shown.reasons(run, shown.REJECTED),
        "rejected_rows": shown.said_rows(run, shown.REJECTED),
        "warning_rows": shown.said_rows(run, shown.WARNING),
        "thousands": shown.thousands(run),
        "has_news": bool(run.created or run.updated or shown.removed(run) or shown.updated(run)),
        "all_rejected": bool(run.read) and run.rejected == run.read,
        "vanished": shown.vanished(run),
        "removed": shown.removed(run),
        "form": PreviewForm(run=run, today=timezone.localdate()),
        "conflicts": shown.conflicts(run),
        "namesakes": shown.namesakes(run),
        "asks_through": shown.asks_through(run, timezone.localdate()),
        "stays": shown.stays(run),
        "kept_until": (run.applied_at or run.started_at) + timedelta(days=KEPT_DAYS),
    }


def _step(run):
    if run.wanted == Wanted.READ or (run.state == State.FAILED and not run.found):
        return "file"
    if run.wanted in {Wanted.APPLY, Wanted.UNDO} or run.state in {State.APPLIED, State.UNDONE}:
        return "result"
    return "preview"


def _progress(run):
    waiting = bool(run.wanted) and not run.attempts
    return {
        "waiting": waiting,
        "nobody_works": waiting and run.asked_at and timezone.now() - run.asked_at > PATIENCE,
        "again": run.attempts > 1,
        "reading": run.state == State.STAGING and run.read and run.done < run.read,
        "percent": 100 * run.done // run.read if run.read else 0,
    }


@require_GET
def import_progress(request, pk):
    """The working page's own part, asked for each second; when the work is done, the page is asked for anew."""
    run = find(request, pk)
    if _at_work(run):
        return render(request, "crm/imports/progress.html", {"run": run} | _progress(run))
    return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect(run)


@require_POST
def import_apply(request, pk):
    run = find(request, pk)
    if run.state == State.PREVIEWED and not run.wanted and SAID in request.POST:
        form = PreviewForm(request.POST, run=run, today=timezone.localdate())
        if not form.is_valid():
            return render(request, _template(run), _context(run) | {"form": form}, status=422)
        ImportRun.objects.filter(pk=run.pk, wanted="").update(options=form.options())
    asked = run.state == State.PREVIEWED and wizard.ask(run, Wanted.APPLY, timezone.now())
    # A second click changes nothing, and is no mistake either.
    if not asked and find(request, pk).wanted != Wanted.APPLY:
        messages.error(request, _("This import is not ready to be applied."))
    return redirect(run)


@require_POST
def import_preview(request, pk):
    """Tries it again: facts may have moved since, the worker failed, or the user answers what the preview asked."""
    run = find(request, pk)
    if run.state == State.PREVIEWED and run.is_open and SAID in request.POST:
        form = PreviewForm(request.POST, run=run, today=timezone.localdate())
        if not form.is_valid():
            return render(request, _template(run), _context(run) | {"form": form}, status=422)
        ImportRun.objects.filter(pk=run.pk, wanted="").update(options=form.options())
    if not (run.is_open and run.options.get("columns") and wizard.ask(run, Wanted.PREVIEW, timezone.now())):
        messages.error(request, _("This import can't be tried now."))
    return redirect(run)


@require_POST
def import_cancel(request, pk):
    run = find(request, pk)
    if wizard.cancel(run):
        messages.success(request, _("Cancelled. Nothing has changed."))
    return redirect(run)


@require_POST
def import_discard(request, pk):
    """Forgets a file that was not imported."""
    run = find(request, pk)
    if not wizard.discard(run):
        messages.error(request, _("What was imported is taken back, not discarded."))
        return redirect(run)
    messages.success(request, _("“%(file)s” is gone.") % {"file": run.file_name})
    return redirect("imports")


@require_GET
def import_rejected(request, pk):
    """The rejected rows with their reasons, to be mended and brought again."""
    run = find(request, pk)
    if not (run.stored and run.rejected and run.options.get("columns")):
        messages.error(request, _("No row of this file was rejected, or the file is not kept."))
        return redirect(run)
    kept = uploads.rejected_path(run.stored)
    if not kept.exists():
        try:
            mended.write(run, wizard.wish_of(run).reading, request.user.language or "en")
        except ImportRefused as error:
            messages.error(request, str(error))
            return redirect(run)
    name = _("rejected rows of %(file)s") % {"file": run.file_name.rsplit(".", 1)[0]}
    return FileResponse(
        kept.open("rb"), as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )


@require_http_methods(["GET", "POST"])
def import_undo(request, pk):
    """Says what would be taken back, and asks the worker to do it."""
    run = find(request, pk)
    if run.state != State.APPLIED or not run.applied_at or run.wanted:
        messages.error(request, _("There is nothing to take back here."))
        return redirect(run)
    if request.method == "POST":
        run.options |= {"undo_rest": request.POST.get("rest") == "1", "undo_by": request.user.pk}
        ImportRun.objects.filter(pk=run.pk, wanted="").update(options=run.options, message="")
        wizard.ask(run, Wanted.UNDO, timezone.now())
        return redirect(run)
    return render(request, "crm/imports/undo.html", _context(run) | {"reasons": REASONS})
