from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.forms.labels import WithoutColons


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "This e-mail and password do not go together. Mind capital letters in the password."
        ),
        "inactive": _("This account is switched off. Ask your administrator."),
    }

    def clean_username(self):
        return self.cleaned_data["username"].lower()


class CodeForm(WithoutColons, forms.Form):
    """The second step of signing in."""

    WRONG = _("This code is not right, or was used already. Type the one that is shown now.")

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        help_text=_("Six digits from your app, or one of your backup codes."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class ProofForm(WithoutColons, forms.Form):
    """Before a change to how one signs in."""

    WRONG = _("This is neither your password nor a code that is good now.")

    proof = forms.CharField(
        label=_("Your password, or a code from your app"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
