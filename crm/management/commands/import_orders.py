import json
import sys
import time
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from crm.changes import announce
from crm.importing.choices import Choices
from crm.importing.errors import ImportRefused
from crm.importing.reasons import REASONS
from crm.importing.runs import Wish, run_import


class Command(BaseCommand):
    help = "Imports order lines from a CSV (also .gz) or a spreadsheet. The same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--currency", default="", help="of the amounts, where no column says it, like GBP"
        )
        parser.add_argument("--owner", help="e-mail of the sales rep who gets the new customers")
        parser.add_argument("--source", default="", help="name of the ERP, where several number their orders")
        parser.add_argument(
            "--complete-through", type=_day, help="orders are complete up to this day, YYYY-MM-DD"
        )
        parser.add_argument(
            "--date-order", choices=["dmy", "mdy", "ymd"], help="how 03/04/2026 or 26/03/04 is meant"
        )
        parser.add_argument(
            "--remove-vanished",
            action="store_true",
            help="the file is complete: lines of its orders that it no longer has are removed",
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON in the last line")

    def handle(self, file, **options):
        start = time.monotonic()
        wish = Wish(
            path=file,
            currency=options["currency"].upper(),
            owner=self._owner(options["owner"]),
            source=options["source"],
            complete_through=options["complete_through"],
            date_order=options["date_order"],
            dry_run=options["dry_run"],
            choices=Choices(remove=options["remove_vanished"]),
        )
        try:
            run, made = run_import(wish, self._progress(), self._waiting)
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        if made["changed"]:
            announce()
        self._summary(run, made, time.monotonic() - start, as_json=options["json"])

    def _owner(self, email):
        if not email:
            return None
        owner = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if not owner:
            raise CommandError(_("No active user has the e-mail %(email)s.") % {"email": email})
        return owner

    def _progress(self):
        if not sys.stderr.isatty():
            return None

        def show(done, total):
            bar = "█" * (30 * done // total)
            self.stderr.write(f"\r{bar:<30} {done:,} / {total:,}", ending="" if done < total else "\n")

        return show

    def _waiting(self):
        self.stderr.write(_("Another import is running; waiting for its end."))

    def _summary(self, run, made, seconds, as_json):
        counts = {
            name: getattr(run, name) for name in ("read", "created", "updated", "unchanged", "rejected")
        }
        write = self.stdout.write
        if run.state == run.State.PREVIEWED:
            write(_("Tried only: nothing was changed."))
        write(
            _(
                "%(read)s order lines read = %(created)s created + %(updated)s updated + %(unchanged)s unchanged"
                " + %(rejected)s rejected."
            )
            % {name: f"{value:,}" for name, value in counts.items()}
        )
        for reason, number in _reasons(run):
            write(f"  {number:,} · {REASONS[reason]}")
        write(
            _(
                "New: %(customers)s customers, %(products)s products, %(orders)s orders. Orders known up to %(day)s."
            )
            % {"day": run.complete_through, **made}
        )
        vanished = run.summary["vanished"]["going"]
        if made["removed"]:
            write(_("%(n)s lines that the file no longer has were removed.") % {"n": f"{vanished:,}"})
        elif vanished:
            write(
                _("%(n)s lines of its orders are no longer in the file; --remove-vanished removes them.")
                % {"n": f"{vanished:,}"}
            )
        if as_json:
            summary = {
                "run": run.pk,
                "state": run.state,
                **counts,
                "complete_through": run.complete_through and run.complete_through.isoformat(),
                "customers": made["customers_in_file"],
            }
            summary |= {f"{name}_created": made[name] for name in ("customers", "products", "orders")}
            write(json.dumps(summary | {"seconds": round(seconds, 1)}))


def _reasons(run):
    counts = {}
    for reason in run.rows.values_list("reason", flat=True).iterator():
        counts[reason] = counts.get(reason, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])


def _day(text):
    return date.fromisoformat(text)
