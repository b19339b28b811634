from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics.demo import demo_calls
from analytics.models import Call
from crm.demo.customers import ZONE


class Command(BaseCommand):
    help = (
        "Writes down what the demo company's reps have called of their customers' orders; load_demo runs it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, seed, **options):
        today = timezone.now().astimezone(ZoneInfo(ZONE)).date()
        Call.objects.bulk_create(demo_calls(today, seed), ignore_conflicts=True)
