"""The second factor: six digits from an app (TOTP), or one of ten backup codes, each good once."""

import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

import segno
from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts.models import User

BACKUP_CODES = 10
# Without those that are taken for another when they are copied from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
TOLERANCE = 1  # steps of 30 seconds that a telephone's clock may be off


@dataclass(frozen=True)
class Verdict:
    """On a code; `wait_until`: it was not looked at, because others were wrong just before."""

    right: bool
    was_backup: bool = False
    wait_until: datetime | None = None


def is_on(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def new_key():
    return random_hex(20)


def address(user, key):
    """What the picture says to the app."""
    return TOTPDevice(user=user, key=key).config_url


def picture(text):
    """A QR code as the address of an image: black on white, which cameras want in the dark too."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#fff")


def to_type(key):
    """The key as an app takes it from the keyboard: JBSW Y3DP ..."""
    letters = b32encode(bytes.fromhex(key)).decode()
    return " ".join(re.findall("....", letters))


def switch_on(user, key, code, now):
    """Confirm a key by a code from the app; returns the backup codes, or None where the code is wrong."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = now.timestamp()
    code = plain(code)
    if not is_digits(code) or not totp.verify(int(code), TOLERANCE):
        return None
    with transaction.atomic():
        # A second click waits here for the first.
        User.objects.select_for_update().get(pk=user.pk)
        TOTPDevice.objects.filter(user=user).delete()
        # The step of this code is used up with it.
        TOTPDevice.objects.create(user=user, name="app", key=key, confirmed=True, last_t=totp.t())
        codes = renew_backup_codes(user)
        user.end_sessions()
    return codes


@transaction.atomic
def switch_off(user):
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.end_sessions()


@transaction.atomic
def renew_backup_codes(user):
    """Ten new ones instead of whatever is left; returned once, and kept as hashes."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup codes", confirmed=True)
    codes = [get_random_string(8, LETTERS) for _ in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=hash_of(user, code)) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def backup_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


def check(user, code):
    """A code of either kind; used up when it is right."""
    code = plain(code)
    by_app = is_digits(code)
    devices = TOTPDevice.objects if by_app else StaticDevice.objects
    with transaction.atomic():
        # Locked, so that one code cannot be used twice at the same moment.
        device = devices.select_for_update().filter(user=user, confirmed=True).first()
        if not device:
            return Verdict(False)
        allowed, why = device.verify_is_allowed()
        if not allowed:
            return Verdict(False, wait_until=why["locked_until"])
        return Verdict(device.verify_token(code if by_app else hash_of(user, code)), was_backup=not by_app)


def plain(code):
    """As people type and paste it: 123 456, ABCD-EFGH."""
    return re.sub(r"[\s-]", "", code).lower()


def is_digits(code):
    return bool(re.fullmatch("[0-9]{6}", code))


def hash_of(user, code):
    return salted_hmac("accounts.backup_code", f"{user.pk}:{code}", algorithm="sha256").hexdigest()[:16]
