from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.reminders import health


class Command(BaseCommand):
    help = "Fails where reminders have not been looked after for two intervals: for a watchdog."

    def handle(self, **options):
        found = health.look(timezone.now())
        if found.is_dead:
            raise CommandError(
                f"The worker last ran {found.age} ago." if found.age else "The worker has never run."
            )
        self.stdout.write(f"The worker ran {found.age} ago.")
