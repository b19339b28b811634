import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.formats import DateFormat, NumberFormat, WeekStart


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

    @classmethod
    def access_q(cls, user):
        return models.Q() if user.is_staff else models.Q(pk__in=[])


class UserQuerySet(models.QuerySet):
    def administrators(self):
        """Those who can come in and look after the users: not who is switched off or was invited and never came."""
        return self.joined().filter(role=User.Role.ADMIN, is_active=True)

    def joined(self):
        has_password = ~models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return self.filter(has_password | models.Q(last_login__isnull=False))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
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
    date_format = models.CharField(_("dates"), max_length=10, blank=True, choices=DateFormat)
    number_format = models.CharField(_("numbers"), max_length=10, blank=True, choices=NumberFormat)
    week_start = models.PositiveSmallIntegerField(
        _("the week begins on"), choices=WeekStart, default=WeekStart.MONDAY
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Part of what a session is checked against: counting it up ends them all.
    sessions_epoch = models.PositiveIntegerField(default=0, editable=False)
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

    @property
    def has_joined(self):
        """Whether he ever came in: else he was invited, or has a link to come."""
        return self.last_login is not None or self.has_usable_password()

    def end_sessions(self):
        """Signs him out everywhere at once; links that would let somebody in no longer work either."""
        type(self).objects.filter(pk=self.pk).update(sessions_epoch=models.F("sessions_epoch") + 1)
        self.refresh_from_db(fields=["sessions_epoch"])
        self.signinlink_set.filter(used_at=None).delete()

    def _get_session_auth_hash(self, secret=None):
        # Both of Django's, the present one and those of retired secret keys, come through here.
        return salted_hmac(
            "accounts.User.sessions",
            f"{self.password}:{self.sessions_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @classmethod
    def access_q(cls, user):
        """Whose work `user` may look at: his own, a manager's team's, an administrator everybody's."""
        if not user.is_authenticated or not user.is_active:
            return models.Q(pk__in=[])
        if user.role == cls.Role.ADMIN:
            return models.Q()
        own = models.Q(pk=user.pk)
        if user.role == cls.Role.MANAGER and user.team_id:
            return own | models.Q(team=user.team_id)
        return own

    def editable_by(self, user):
        return user.is_staff

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
    """A link that lets one user in once. Only a hash of its token is kept."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("signs in")
        INVITATION = "invitation", _("invites")
        PASSWORD = "password", _("sets a new password")

    LIFETIME = {
        Purpose.SIGN_IN: timedelta(days=1),
        Purpose.INVITATION: timedelta(days=7),
        Purpose.PASSWORD: timedelta(days=1),
    }

    user = models.ForeignKey(User, models.CASCADE)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.SIGN_IN)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self):
        return f"{self.user} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def expires_at(self):
        return self.created_at + self.LIFETIME[self.purpose]

    @classmethod
    def issue(cls, user, now, purpose=Purpose.SIGN_IN):
        """Make a link; returns its token, which is not kept. A new invitation or password link replaces the last."""
        token = tokens.new()
        if purpose != cls.Purpose.SIGN_IN:
            cls.objects.filter(user=user, purpose=purpose, used_at=None).delete()
        cls.objects.create(user=user, purpose=purpose, token_hash=tokens.hashed(token), created_at=now)
        return token

    @classmethod
    def open(cls, now, purpose=Purpose.SIGN_IN):
        """Those of a purpose that would still let somebody in."""
        return cls.objects.filter(
            purpose=purpose,
            used_at=None,
            created_at__gt=now - cls.LIFETIME[purpose],
            user__is_active=True,
        )

    @classmethod
    def usable(cls, token, now, purpose=Purpose.SIGN_IN):
        return cls.open(now, purpose).filter(token_hash=tokens.hashed(token))

    @classmethod
    def redeem(cls, token, now, purpose=Purpose.SIGN_IN):
        """Use the link up; returns its user, or None where it is used, too old or unknown."""
        links = cls.usable(token, now, purpose)
        link = links.select_related("user").first()
        # The conditional update lets exactly one of two simultaneous clicks through.
        return link.user if link and links.update(used_at=now) == 1 else None
