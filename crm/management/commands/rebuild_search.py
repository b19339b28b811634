from django.core.management.base import BaseCommand

from crm.searching import index


class Command(BaseCommand):
    help = "Compares the search index with what it is made of, and writes anew what differs."

    def handle(self, verbosity, **options):
        changed = index.rebuild()
        if verbosity:
            self.stdout.write(f"{changed} search documents written.")
