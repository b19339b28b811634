from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from crm.demo import REP_EMAIL
from crm.demo.removal import HeirNeeded, real_administrators, remove_demo
from crm.models import Installation


class Command(BaseCommand):
    help = (
        "Removes the demo company for good: its customers, orders, notes, people, products, rates and users."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--keep-user",
            nargs="?",
            const=REP_EMAIL,
            metavar="EMAIL",
            help=f"let a demo user ({REP_EMAIL} if none is named) become a real one, and administrator where "
            "there is none",
        )

    def handle(self, keep_user, **options):
        if not Installation.current().shows_demo:
            raise CommandError("There is no demo company here.")
        try:
            with transaction.atomic():
                heir = self.kept(keep_user) if keep_user else real_administrators().first()
                gone = remove_demo(heir, timezone.now())
        except HeirNeeded as error:
            raise CommandError(f"{error} (manage.py createsuperuser)") from error
        self.stdout.write(
            "Removed: " + ", ".join(f"{number} {name}" for name, number in gone.items() if number)
        )
        if keep_user:
            self.stdout.write(f"{heir.email} stays; manage.py sign_in_link {heir.email} prints a way in.")
        elif not heir:
            self.stdout.write(
                "Nobody can sign in any more: manage.py createsuperuser makes an administrator."
            )

    def kept(self, email):
        user = User.objects.filter(email=email.strip().lower(), is_demo=True).first()
        if not user:
            raise CommandError(f"No demo user has the e-mail {email}.")
        user.is_demo, user.team = False, None
        if not real_administrators().exists():
            user.role = User.Role.ADMIN
        user.save(update_fields=["is_demo", "team", "role"])
        return user
