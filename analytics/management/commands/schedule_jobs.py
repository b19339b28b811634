from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Sets the schedules of the worker; safe to run at each start."

    def handle(self, **options):
        import_string(settings.SET_SCHEDULES)()
