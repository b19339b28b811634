import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analytics.engine.forecast.hazard import PRIORS
from analytics.engine.replay import replay
from analytics.replay_files import Unreadable, read_lines, read_origins


class Command(BaseCommand):
    help = "Replays an order history: one prediction per origin, made with what was known on that day."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("lines", help="order lines, CSV or CSV.gz: customer, date, sku, qty, unit_price")
        parser.add_argument("--origins", required=True, help="CSV: customer, origin[, items_wanted]")
        parser.add_argument("--out", required=True, help="predictions, one JSON object a line")
        # Online Retail is the book that replays are judged on: a prior that has seen it would know the answers.
        parser.add_argument(
            "--prior",
            choices=sorted(PRIORS),
            default="without_online_retail",
            help="what the hazard model is centred on: all (as in the product), or without Online Retail (the default)",
        )

    def handle(self, lines, origins, out, prior, **options):
        try:
            book = read_lines(lines)
            wanted, strangers = read_origins(origins, book)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if strangers:
            self.stderr.write(
                f"{strangers} origins are of customers who are not in {lines}; they are left out."
            )
        if not Path(out).absolute().parent.is_dir():
            raise CommandError(f"There is no folder {Path(out).absolute().parent}.")
        with Path(out).open("w", encoding="utf-8") as file:
            for line in replay(book, wanted, progress=self._progress(len(wanted)), prior=prior):
                file.write(json.dumps(line) + "\n")
        self.stdout.write(f"{len(wanted)} predictions in {out}")

    def _progress(self, total):
        if not sys.stderr.isatty():
            return None

        def show(done):
            if done % 200 == 0 or done == total:
                self.stderr.write(f"\r{done} of {total}", ending="" if done < total else "\n")

        return show
