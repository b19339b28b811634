from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInLink, User


class Command(BaseCommand):
    help = "Prints a link that signs a user in once, within a day."

    def add_arguments(self, parser):
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument(
            "--base", default="http://localhost:8000", help="address at which the site is opened"
        )

    def handle(self, email, base, **options):
        if not email.strip():
            raise CommandError("Say whose link it is to be: make link EMAIL=you@example.com")
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if not user:
            raise CommandError(
                f"No active user has the e-mail {email}. The first account is made by manage.py createsuperuser, "
                "others on the Team page."
            )
        token = SignInLink.issue(user, timezone.now())
        self.stdout.write(base.rstrip("/") + reverse("accounts:sign_in_link", args=[token]))
