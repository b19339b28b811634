"""What an authenticator app would show."""

from django_otp.oath import TOTP
from django_otp.util import random_hex

from accounts import two_factor


def code_at(key, moment):
    totp = TOTP(bytes.fromhex(key))
    totp.time = moment.timestamp()
    return f"{totp.token():06}"


def switch_on(user, moment):
    """The second factor of `user`, on since `moment`: its key and its backup codes."""
    key = random_hex(20)
    return key, two_factor.switch_on(user, key, code_at(key, moment), moment)
