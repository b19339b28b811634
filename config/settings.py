"""All settings, from environment variables. CONTRIBUTING.md has the table of them."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.logs import without_traceback
from config.secret_key import read_or_create

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Before anybody loads numpy: several workers share a machine's cores, and scikit-learn hangs in forked children otherwise.
os.environ.setdefault("OMP_NUM_THREADS", "1")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Security ----------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = (
    True  # htmx reads the token from the form or the hx-headers attribute, never the cookie
)
# An order of three hundred lines is one form: more fields than Django's thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Applications ------------------------------------------------------------
INSTALLED_APPS = [
    "accounts.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "django_q",
    "simple_history",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "accounts",
    "crm",
    "analytics",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.UserLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Who changed a row is written beside the change.
    "simple_history.middleware.HistoryRequestMiddleware",
    # Innermost, so that the page about a lock, which it puts in an answer's place, has its headers from all others.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    },
]
DJANGO_TABLES2_TEMPLATE = "table.html"

# Registries: what several apps contribute to, by dotted path ---------------
TIMELINE_SOURCES = [
    "crm.timeline.notes.notes",
    "crm.timeline.promises.promises",
    "crm.timeline.orders.orders",
    "crm.timeline.shipments.shipments",
    "crm.timeline.imports.imports",
    "crm.timeline.assignments.assignments",
    "crm.timeline.greetings.greetings",
]
IMPORT_KINDS = [
    "crm.importing.kinds.order_lines.OrderLines",
    "crm.importing.kinds.customers.Customers",
    "crm.importing.kinds.products.Products",
    "crm.importing.kinds.people.People",
    "crm.importing.kinds.shipments.Shipments",
    "crm.importing.kinds.rates.Rates",
    "crm.importing.kinds.sell_out.SellOuts",
    "crm.importing.kinds.stock.StockLevels",
    "crm.importing.kinds.targets.Targets",
]
REMINDER_KINDS = [
    "analytics.reminders.orders.Overdue",
    "analytics.reminders.orders.Expected",
    "crm.reminders.birthdays.Birthdays",
    "crm.reminders.birthdays.OtherDays",
    "crm.reminders.promises.Promises",
    "crm.reminders.contact.OutOfTouch",
    "crm.reminders.closures.Closures",
    "crm.reminders.closures.PublicHolidays",
    "crm.reminders.fiscal_year.FiscalYearEnds",
]
FEED_SOURCES = [
    "crm.feeds.yearly.yearly_days",
    "crm.feeds.promises.promises",
    "analytics.feeds.orders.expected_orders",
    "crm.feeds.closures.closures",
    "crm.feeds.closures.public_holidays",
]
# What people have entered outside of crm, for whoever takes his data along.
TAKEOUT_MODELS = ["analytics.Call"]
AFTER_IMPORT = ["config.jobs.request_refresh"]
RUN_IMPORTS = ["config.jobs.request_imports"]
WORKER_HEALTH = "crm.reminders.health.look"
REMINDERS_EVERY = timedelta(minutes=5)
SET_SCHEDULES = "config.jobs.set_schedules"

# Database ----------------------------------------------------------------
# IMMEDIATE takes the write lock at BEGIN, so that a transaction never fails half way for want of it;
# FULL because NORMAL may lose the last commits at a power cut, among them the claim of a mail already sent.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536",
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs --------------------------------------------------------------------
Q_CLUSTER = {
    "name": "dangol",
    "orm": "default",
    # One may be replaying the past for many minutes after a first import; mails and imports do not wait for it.
    "workers": env.int("WORKERS", default=2),
    "timeout": 1200,
    # A job is offered again only when it can no longer be running: longer than `timeout` and any write lock.
    "retry": 1500,
    "max_attempts": 3,
    "catch_up": False,
    "poll": 2,
    "save_limit": 250,
    "label": "Jobs",
}

# Of UTC: when nobody is at work forecasts are fitted anew and everybody is judged by them.
NIGHT_HOUR = env.int("NIGHT_HOUR", default=18)

# Sign-in -----------------------------------------------------------------
# The first only refuses who failed too often; accounts.sign_in.BACKEND is the one that knows users.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Five failures for one name from one address lock that pair for a while; knocking meanwhile does not prolong it.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "accounts.locks.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.locks.locked_answer"
AXES_DISABLE_ACCESS_LOG = True
# What a failed form had in it is kept with the failure, without these.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "proof", "csrfmiddlewaretoken"]
AXES_SENSITIVE_PARAMETERS += ["old_password", "new_password1", "new_password2"]
OTP_TOTP_ISSUER = "Dangol"

# Language and time ---------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Static files --------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.vendor.WheelFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
# No page asks for a larger body: several files of an import at once.
UPLOAD_MAX_BYTES = 300 * (1 << 20)
FILE_UPLOAD_HANDLERS = [
    "crm.importing.uploads.BodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail ----------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
# What links in mails begin with.
HERE = env.str("HOST", default="127.0.0.1"), env.str("PORT", default="8000")
SITE_URL = env.str("SITE_URL", default="http://{}:{}".format(*HERE)).rstrip("/")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Dangol <dangol@localhost>")

# Log -----------------------------------------------------------------------
# Django alone would mail a failed request to ADMINS and print it only under DEBUG.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"short": {"()": "django.utils.log.CallbackFilter", "callback": without_traceback}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A page that is not there, or not his, is no fault.
        "django.request": {"level": "ERROR"},
        # It tells each of its steps; that somebody failed or was locked out is a warning.
        "axes": {"level": "WARNING"},
    },
}
