from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.demo import REP_EMAIL
from crm.demo.customers import ZONE
from crm.demo.load import NotEmpty, load_demo
from crm.models import Installation


class Command(BaseCommand):
    help = "Loads a made-up manufacturer with forty customers and five years of orders, to look around in."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where there is data already, or where the demo company has ever been",
        )
        parser.add_argument("--seed", type=int, default=7, help="another number makes another company")

    def handle(self, if_empty, seed, verbosity, **options):
        now = timezone.now()
        installation = Installation.current()
        if if_empty and (installation.demo_loaded_at or installation.demo_removed_at):
            return
        today = now.astimezone(ZoneInfo(ZONE)).date()
        try:
            counts = load_demo(today, seed, now)
        except NotEmpty as error:
            if if_empty:
                return
            raise CommandError(error) from error
        if verbosity:
            self.stdout.write(
                "Demo company loaded: " + ", ".join(f"{n} {name}" for name, n in counts.items())
            )
            self.stdout.write(f"Orders are known up to {today - timedelta(days=1)}. Sign in as {REP_EMAIL}.")
        # Judgement about the demo company, by the names of its commands: crm knows nothing of analytics.
        call_command("load_demo_calls", seed=seed, verbosity=verbosity)
        call_command("refresh", verbosity=verbosity)
