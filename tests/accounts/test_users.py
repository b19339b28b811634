import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.middleware import UserLocaleMiddleware
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_one_address_is_one_user_whatever_its_case():
    make_user("Ann@Example.com")
    assert User.objects.get_by_natural_key(" ANN@example.com").email == "ann@example.com"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ANN@EXAMPLE.COM", name="Other")])


def test_a_time_zone_is_one_that_exists():
    make_user(time_zone="Asia/Seoul").full_clean()
    with pytest.raises(ValidationError, match="Asia/Seoul"):
        make_user(time_zone="Seoul").full_clean()


def test_only_administrators_enter_the_admin_site(client_for, owner, manager, admin):
    assert client_for(admin).get("/admin/").status_code == 200
    for user in (owner, manager):
        assert client_for(user).get("/admin/").status_code == 302


def test_the_page_shows_times_of_the_users_zone(rf):
    seen = []

    def view(request):
        seen.append(timezone.get_current_timezone_name())

    request = rf.get("/")
    request.user = make_user(time_zone="Asia/Seoul")
    UserLocaleMiddleware(view)(request)
    assert seen == ["Asia/Seoul"]
