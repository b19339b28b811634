from django.contrib.auth.forms import BaseUserCreationForm
from django.forms import EmailInput, TextInput

from accounts.models import User


class FirstAdministratorForm(BaseUserCreationForm):
    """Who goes on working here when the demo users are gone."""

    class Meta:
        model = User
        fields = ["name", "email"]
        widgets = {
            "name": TextInput(attrs={"autocomplete": "name"}),
            "email": EmailInput(attrs={"autocomplete": "username"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        # The page begins with what goes; nobody should be scrolled past it.
        self.fields["email"].widget.attrs.pop("autofocus", None)

    def save(self, commit=True):
        self.instance.role = User.Role.ADMIN
        return super().save(commit)
