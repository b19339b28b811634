import sys
import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics import fits
from analytics.refresh import refresh_stale


class Command(BaseCommand):
    help = "Recomputes patterns and forecasts of the customers whose orders changed."

    def add_arguments(self, parser):
        parser.add_argument(
            "--refit", action="store_true", help="fit on the whole order book first; implies --all"
        )
        parser.add_argument("--all", action="store_true", help="every customer, changed or not")

    def handle(self, **options):
        start = time.monotonic()
        if options["refit"]:
            fits.refit(timezone.now())
        count = refresh_stale(
            everyone=options["all"], progress=self._progress if sys.stderr.isatty() else None
        )
        self.stdout.write(f"{count} customers computed in {time.monotonic() - start:.1f} s.")

    def _progress(self, done, total):
        self.stderr.write(f"\r{done} of {total}", ending="" if done < total else "\n")
