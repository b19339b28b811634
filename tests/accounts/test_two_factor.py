from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import two_factor
from accounts.views.two_factor import NEW_KEY
from tests.accounts.codes import code_at, switch_on
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SET_UP, CODES, OFF = (
    reverse(f"accounts:{name}") for name in ("two_factor", "backup_codes", "two_factor_off")
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEFORE = NOON - timedelta(minutes=10)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def test_setting_it_up_shows_a_picture_and_the_key_to_type(client_for, owner):
    client = client_for(owner)
    page = client.get(SET_UP).content.decode()
    key = client.session[NEW_KEY]
    assert 'src="data:image/svg+xml' in page
    assert two_factor.to_type(key) in page
    address = two_factor.address(owner, key)
    assert address.startswith("otpauth://totp/Dangol%3Aowner%40example.com?secret=")
    assert "&issuer=Dangol" in address
    assert client.get(SET_UP).content.decode().count(two_factor.to_type(key)) == 1, "a reload keeps the key"
    assert not two_factor.is_on(owner)


def test_a_code_switches_it_on_shows_ten_backup_codes_and_ends_other_sessions(client_for, owner):
    here, there = client_for(owner), client_for(owner)
    here.get(SET_UP)
    key = here.session[NEW_KEY]
    page = here.post(SET_UP, {"code": code_at(key, NOON)})
    codes = page.context["codes"]
    assert len(set(codes)) == 10
    assert all(code in page.content.decode() for code in codes)
    assert "no-store" in page["Cache-Control"]
    assert two_factor.is_on(owner)
    assert here.get("/accounts/settings/").status_code == 200
    assert there.get("/accounts/settings/").status_code == 302
    assert NEW_KEY not in here.session
    again = here.get(SET_UP).content.decode()
    assert key not in again
    assert not [code for code in codes if code in again]


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", ""])
def test_a_wrong_code_switches_nothing_on_and_keeps_the_key(client_for, owner, code):
    client = client_for(owner)
    client.get(SET_UP)
    key = client.session[NEW_KEY]
    assert client.post(SET_UP, {"code": code}).status_code == 422
    assert client.session[NEW_KEY] == key
    assert not two_factor.is_on(owner)


def test_backup_codes_are_not_kept_as_they_are(owner):
    _, codes = switch_on(owner, BEFORE)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 10
    assert not kept & {two_factor.plain(code) for code in codes}


def test_a_code_is_good_for_its_half_minute_and_the_ones_beside_it_once(owner, time_machine):
    key, _ = switch_on(owner, BEFORE)
    code = code_at(key, NOON - timedelta(seconds=30))
    assert two_factor.check(owner, f"{code[:3]} {code[3:]}").right
    time_machine.move_to(NOON + timedelta(seconds=2), tick=False)
    assert not two_factor.check(owner, code).right, "used already"
    time_machine.move_to(NOON + timedelta(seconds=10), tick=False)
    assert not two_factor.check(owner, code_at(key, NOON - timedelta(seconds=90))).right, "too old"


def test_the_code_that_switched_it_on_does_not_sign_in(owner):
    key, _ = switch_on(owner, NOON)
    assert not two_factor.check(owner, code_at(key, NOON)).right


def test_a_backup_code_works_once_however_it_is_typed(owner, mate):
    _, codes = switch_on(owner, BEFORE)
    switch_on(mate, BEFORE)
    assert not two_factor.check(mate, codes[0]).right, "somebody else's"
    verdict = two_factor.check(owner, f" {codes[0].upper().replace('-', ' ')} ")
    assert verdict.right
    assert verdict.was_backup
    assert two_factor.backup_codes_left(owner) == 9
    assert not two_factor.check(owner, codes[0]).right


def test_after_a_wrong_code_the_next_one_has_to_wait(owner, time_machine):
    key, _ = switch_on(owner, BEFORE)
    assert not two_factor.check(owner, "000000").right
    early = two_factor.check(owner, code_at(key, NOON))
    assert not early.right
    assert early.wait_until == NOON + timedelta(seconds=1)
    time_machine.move_to(NOON + timedelta(seconds=1), tick=False)
    assert two_factor.check(owner, code_at(key, NOON)).right


@pytest.mark.parametrize("by", ["password", "app", "backup"])
def test_new_backup_codes_replace_the_old_ones(client_for, owner, by):
    key, old = switch_on(owner, BEFORE)
    proof = {"password": PASSWORD, "app": code_at(key, NOON), "backup": old[3]}[by]
    new = client_for(owner).post(CODES, {"proof": proof}).context["codes"]
    assert two_factor.backup_codes_left(owner) == 10
    assert not two_factor.check(owner, old[0]).right
    assert not set(old) & set(new)


def test_switching_it_off_asks_who_one_is_and_ends_other_sessions(client_for, owner):
    switch_on(owner, BEFORE)
    here, there = client_for(owner), client_for(owner)
    refused = here.post(OFF, {"proof": "wrong"})
    assert refused.status_code == 422
    assert "neither your password nor a code" in refused.content.decode()
    assert two_factor.is_on(owner)
    assert here.post(OFF, {"proof": PASSWORD}).url == "/accounts/settings/"
    assert not two_factor.is_on(owner)
    assert two_factor.backup_codes_left(owner) == 0
    assert here.get("/accounts/settings/").status_code == 200
    assert there.get("/accounts/settings/").status_code == 302


@pytest.mark.parametrize("address", [CODES, OFF])
def test_changes_take_a_post_and_do_nothing_where_it_is_off(client_for, owner, address):
    client = client_for(owner)
    assert client.get(address).status_code == 405
    assert client.post(address, {"proof": PASSWORD}).url == SET_UP


def test_a_second_click_on_switch_it_on_makes_no_second_device(client_for, owner):
    client = client_for(owner)
    client.get(SET_UP)
    key = client.session[NEW_KEY]
    for _ in range(2):
        client.post(SET_UP, {"code": code_at(key, NOON)})
    assert TOTPDevice.objects.filter(user=owner).count() == 1
    assert two_factor.backup_codes_left(owner) == 10


def test_what_happened_is_on_the_settings_page(client_for, owner):
    switch_on(owner, BEFORE)
    client = client_for(owner)
    client.post(OFF, {"proof": PASSWORD})
    assert "Two-factor sign-in switched off" in client.get("/accounts/settings/").content.decode()
