from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from accounts.forms.labels import WithoutColons
from accounts.forms.settings import LocaleFields
from accounts.models import Team, User
from accounts.team import other_administrators


class OneAddress(WithoutColons, forms.ModelForm):
    """An e-mail address belongs to one user, whatever its case; who has it already is named."""

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        taken = User.objects.filter(email=email).exclude(pk=self.instance.pk).first()
        if taken:
            raise forms.ValidationError(
                _("%(name)s has this e-mail address already."), params={"name": taken}
            )
        return email


class KeepsAnAdministrator(forms.ModelForm):
    """Refuses to demote or switch off the last administrator: nobody could undo it. Valid inside a transaction."""

    def clean(self):
        data = super().clean()
        was = User.objects.administrators().filter(pk=self.instance.pk).exists()
        stays = data.get("role") == User.Role.ADMIN and data.get("is_active")
        if was and not stays and not other_administrators(self.instance):
            raise forms.ValidationError(
                _(
                    "%(name)s is the only administrator who can sign in. Make somebody else an administrator first; "
                    "else nobody could change users any more."
                ),
                params={"name": self.instance},
            )
        return data


class InviteForm(OneAddress):
    class Meta:
        model = User
        fields = ["email", "name", "role", "team"]
        help_texts = {
            "name": _("He can correct it himself."),
            "team": _("A manager without a team sees his own customers alone."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].empty_label = _("no team")


class UserForm(KeepsAnAdministrator, OneAddress):
    class Meta:
        model = User
        fields = ["name", "email", "role", "team", "is_active"]
        labels = {"is_active": _("May sign in")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].empty_label = _("no team")


class JoinForm(SetPasswordMixin, LocaleFields):
    """What somebody invited says of himself."""

    password1, password2 = SetPasswordMixin.create_password_fields(_("Password"), _("The same again"))

    class Meta:
        model = User
        fields = ["name", "time_zone", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password2"].help_text = ""

    def clean(self):
        self.validate_passwords()
        return super().clean()

    def _post_clean(self):
        super()._post_clean()
        # Only now does the user have the name that a password must not repeat.
        self.validate_password_for_user(self.instance)

    def save(self, commit=True):
        return self.set_password_and_save(super().save(commit=False), commit=commit)


class TeamForm(WithoutColons, forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name"]


class TeamFilter(WithoutColons, forms.Form):
    """Narrows the list of users."""

    STATES = [
        ("active", _("may sign in")),
        ("invited", _("invited")),
        ("off", _("switched off")),
    ]

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, e-mail")}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *User.Role.choices])
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), required=False, empty_label=_("All"))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *STATES])

    def narrow(self, users):
        """What does not make sense narrows nothing."""
        self.full_clean()
        chosen = self.cleaned_data
        if q := chosen.get("q", "").strip():
            users = users.filter(name__icontains=q) | users.filter(email__icontains=q)
        if chosen.get("role"):
            users = users.filter(role=chosen["role"])
        if chosen.get("team"):
            users = users.filter(team=chosen["team"])
        if state := chosen.get("state"):
            users = users.filter(is_active=state != "off")
        if chosen.get("state") == "invited":
            users = users.exclude(pk__in=User.objects.joined().values("pk"))
        return users
