import hashlib
import secrets
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name):
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like Asia/Seoul."), params={"name": name}
        )


class Team(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, role=User.Role.ADMIN, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address. The role alone says what he may do: see accounts.access."""

    class Role(models.TextChoices):
        REP = "rep", _("sales rep")
        MANAGER = "manager", _("sales manager")
        ADMIN = "admin", _("administrator")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.REP)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, verbose_name=_("team"))
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="UTC", validators=[validate_time_zone]
    )
    # Empty: the language that the browser asks for.
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self):
        return self.name or self.email

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    # The Django admin asks these; there is one role and no list of permissions.
    @property
    def is_staff(self):
        return self.role == self.Role.ADMIN

    is_superuser = is_staff

    def has_perm(self, permission, row=None):
        return self.is_active and self.is_staff

    def has_perms(self, permissions, row=None):
        return self.has_perm(None)

    def has_module_perms(self, app_label):
        return self.has_perm(None)


class SignInLink(models.Model):
    """A link that signs one user in once, within a day. Only a hash of its token is kept."""

    LIFETIME = timedelta(days=1)

    user = models.ForeignKey(User, models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self):
        return f"{self.user} {self.created_at:%Y-%m-%d %H:%M}"

    @classmethod
    def issue(cls, user, now):
        """Make a link; returns its token, which is not kept."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user=user, token_hash=cls.hash(token), created_at=now)
        return token

    @staticmethod
    def hash(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def usable(cls, token, now):
        return cls.objects.filter(
            token_hash=cls.hash(token),
            used_at=None,
            created_at__gt=now - cls.LIFETIME,
            user__is_active=True,
        )

    @classmethod
    def redeem(cls, token, now):
        """Use the link up; returns its user, or None where it is used, too old or unknown."""
        links = cls.usable(token, now)
        link = links.select_related("user").first()
        # The conditional update lets exactly one of two simultaneous clicks through.
        return link.user if link and links.update(used_at=now) == 1 else None
