"""Asking somebody to prove who he is: a code at sign-in, a password or a code before a change to his account."""

import math
import re

from django.utils.translation import ngettext

from accounts import events, locks, two_factor
from accounts.two_factor import Verdict


def is_accepted(request, form, field, verify, user, now):
    """Whether `verify` accepts what was typed in a valid form's `field`; says in the form what is wrong with it.

    Failures count for the lock, like those of the sign-in form.
    """
    if locks.is_locked(request, user.email):
        return False
    verdict = verify(user, form.cleaned_data[field])
    if verdict.right:
        locks.forget_failures(request, user.email)
        if verdict.was_backup:
            events.record(user, user, events.Event.CODE_USED)
    elif verdict.wait_until:
        form.add_error(field, wait_words(verdict.wait_until, now))
    else:
        locks.count_failure(request, user.email)
        form.add_error(field, form.WRONG)
    return verdict.right


def by_password(user, password):
    return Verdict(user.check_password(password))


def by_either(user, proof):
    """No password is six digits long and nothing else; one may look like a backup code."""
    if two_factor.is_digits(two_factor.plain(proof)):
        return two_factor.check(user, proof)
    if user.check_password(proof):
        return Verdict(True)
    looks_like_a_code = re.fullmatch(f"[{two_factor.LETTERS}]{{8}}", two_factor.plain(proof))
    return two_factor.check(user, proof) if looks_like_a_code else Verdict(False)


def wait_words(until, now):
    seconds = max(1, math.ceil((until - now).total_seconds()))
    return ngettext(
        "The last code was wrong. Wait %(n)s second, then try again.",
        "The last code was wrong. Wait %(n)s seconds, then try again.",
        seconds,
    ) % {"n": seconds}
