from babel import Locale
from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.forms.labels import WithoutColons
from accounts.models import User


def language_choices():
    """Each in its own words."""
    own = [(code, Locale(code).get_display_name(code).capitalize()) for code, _name in settings.LANGUAGES]
    return [("", _("as my browser asks")), *own]


class LocaleFields(WithoutColons, forms.ModelForm):
    """Choices for the language and the time zone, which a script offers to take from the browser."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = self.data.get("time_zone") if self.is_bound else self.instance.time_zone
        self.fields["time_zone"].widget = forms.Select(
            choices=zones.choices(zone or ""), attrs={"data-zone": ""}
        )
        self.fields["language"].widget = forms.Select(choices=language_choices())


class SettingsForm(LocaleFields):
    class Meta:
        model = User
        fields = ["name", "time_zone", "language", "date_format", "number_format", "week_start"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class NewPasswordForm(WithoutColons, SetPasswordForm):
    """For who has none yet, or was given a link because he forgot it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("The same again")
        self.fields["new_password2"].help_text = ""


class ChangePasswordForm(NewPasswordForm):
    """The present one is checked by the view, so that failures count for the lock."""

    WRONG = PasswordChangeForm.error_messages["password_incorrect"]

    old_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]
