from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Users and teams")


class AdminSiteConfig(admin.AdminConfig):
    """Django's admin, which one enters by the site's own sign-in."""

    default_site = "accounts.admin_site.AdminSite"
    default = False
