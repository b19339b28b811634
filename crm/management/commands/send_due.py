from django.core.management.base import BaseCommand

from crm.reminders.jobs import send_due


class Command(BaseCommand):
    help = (
        "Sends the digests that are due. For cron, instead of the worker or beside it: nothing is sent twice."
    )

    def handle(self, **options):
        send_due()
