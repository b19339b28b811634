from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "This e-mail and password do not go together. Mind capital letters in the password."
        ),
        "inactive": _("This account is switched off. Ask your administrator."),
    }

    def clean_username(self):
        return self.cleaned_data["username"].lower()
