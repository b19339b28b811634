from django.contrib.auth.forms import BaseUserCreationForm

from accounts.models import User


class FirstAdministratorForm(BaseUserCreationForm):
    """Who goes on working here when the demo users are gone."""

    class Meta:
        model = User
        fields = ["name", "email"]

    def save(self, commit=True):
        self.instance.role = User.Role.ADMIN
        return super().save(commit)
