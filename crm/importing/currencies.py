"""Currencies as people write them beside a number or in a column of their own."""

import re

from crm.models.fields import is_currency

SIGNS = {
    "€": "EUR", "£": "GBP", "₩": "KRW", "￦": "KRW", "원": "KRW", "¥": "JPY", "￥": "JPY", "US$": "USD", "HK$": "HKD",
    "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "SG$": "SGD", "S$": "SGD", "NT$": "TWD",
    "R$": "BRL", "MX$": "MXN",
}  # fmt: skip
# One sign, many currencies.
SHARED = {
    "$": frozenset(
        [
            "ARS",
            "AUD",
            "BBD",
            "BMD",
            "BND",
            "BRL",
            "BSD",
            "BZD",
            "CAD",
            "CLP",
            "COP",
            "CUP",
            "DOP",
            "FJD",
            "GYD",
            "HKD",
            "JMD",
            "KYD",
            "LRD",
            "MXN",
            "NAD",
            "NZD",
            "SBD",
            "SGD",
            "SRD",
            "TTD",
            "TWD",
            "USD",
            "UYU",
            "XCD",
        ]
    ),
    "¥": frozenset({"JPY", "CNY"}),
    "￥": frozenset({"JPY", "CNY"}),
    "£": frozenset({"GBP", "EGP", "FKP", "GIP", "LBP", "SHP", "SYP"}),
}  # fmt: skip
SIGN = re.compile(
    r"(?:US|HK|CA|AU|NZ|SG|NT|MX|[CASR])?\s?\$|[€£₩￦¥￥원]|(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])", re.IGNORECASE
)
# Units that are also currencies.
UNITS = frozenset({"KGS"})
LONGEST = 100


def code_of(text) -> str:
    """The code that a cell of a column of currencies means; what can't be told stays as it is."""
    return SIGNS.get(text.replace(" ", "").upper(), text.upper())


def sign_in(text) -> str:
    """The sign or code that stands beside a number; "" where there is none."""
    found = (sign.replace(" ", "").upper() for sign in SIGN.findall(text[:LONGEST]))
    return next((sign for sign in found if len(sign) != 3 or sign in SIGNS or _is_code(sign)), "")


def _is_code(text):
    return is_currency(text) and text not in UNITS


def contradicts(text, currency) -> bool:
    """Whether the cell of an amount names a currency that is not this one."""
    sign = sign_in(text)
    return bool(sign) and currency not in SHARED.get(sign, {code_of(sign)})


def only_currency(texts) -> str:
    """The currency of all signs beside these numbers; "" where there is none, or more than one (a dollar is many)."""
    signs = {code_of(sign) for text in texts if (sign := sign_in(text))}
    return signs.pop() if len(signs) == 1 and is_currency(min(signs)) else ""
