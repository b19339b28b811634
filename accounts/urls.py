from django.urls import path

from accounts.views import invitations, language, settings, sign_in, team, teams, two_factor

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in_page, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/<str:token>/", sign_in.sign_in_link, name="sign_in_link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", language.language, name="language"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("new-password/<str:token>/", invitations.new_password, name="new_password"),
    path("settings/", settings.own_settings, name="settings"),
    path("settings/password/", settings.password, name="password"),
    path("settings/sign-out-everywhere/", settings.sign_out_everywhere, name="sign_out_everywhere"),
    path("settings/two-factor/", two_factor.two_factor_page, name="two_factor"),
    path("settings/two-factor/codes/", two_factor.backup_codes, name="backup_codes"),
    path("settings/two-factor/off/", two_factor.two_factor_off, name="two_factor_off"),
    path("team/", team.team_page, name="team"),
    path("team/invite/", invitations.invite, name="invite"),
    path("team/<int:pk>/", team.team_user, name="team_user"),
    path("team/<int:pk>/invite-again/", invitations.invite_again, name="invite_again"),
    path("team/<int:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path("team/<int:pk>/password-link/", invitations.password_link, name="password_link"),
    path("team/<int:pk>/reset-two-factor/", team.reset_two_factor, name="reset_two_factor"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<int:pk>/", teams.team_rename, name="team_rename"),
    path("teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
]
