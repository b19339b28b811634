import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LANGUAGE = "/accounts/language/"


def shown_language(client, **headers):
    page = client.get(
        "/accounts/sign-in/" if "_auth_user_id" not in client.session else "/customers/", headers=headers
    )
    return page["Content-Language"]


def test_before_sign_in_the_browser_chooses_the_language(client):
    assert shown_language(client) == "en"
    assert shown_language(client, accept_language="ko-KR,ko;q=0.9") == "ko"


def test_a_visitor_switches_the_language_for_himself(client):
    response = client.post(LANGUAGE, {"language": "ko", "next": "/accounts/sign-in/"})
    assert response.url == "/accounts/sign-in/"
    assert shown_language(client) == "ko"


def test_a_users_language_goes_with_him_to_another_browser(client_for, owner):
    client_for(owner).post(LANGUAGE, {"language": "ko"})
    assert shown_language(client_for(owner)) == "ko"


def test_a_language_that_does_not_exist_changes_nothing(client_for, owner):
    client = client_for(owner)
    client.post(LANGUAGE, {"language": "xx"})
    owner.refresh_from_db()
    assert owner.language == ""
    assert shown_language(client) == "en"


def test_switching_takes_a_post(client):
    assert client.get(LANGUAGE).status_code == 405
