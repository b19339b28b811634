"""Ways to reach a person as links that act: a number dials, an address opens a map, a messenger starts a chat."""

import re
from dataclasses import dataclass
from urllib.parse import quote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from crm.models import ContactPoint

MESSENGERS = ("WhatsApp", "KakaoTalk", "LINE", "WeChat", "Viber", "Telegram", "Signal")
BY_NUMBER = {"whatsapp", "viber", "signal", "telegram"}
ICONS = {"email": "mail", "phone": "phone", "messenger": "message-circle", "address": "map-pin"}
DIALLED = re.compile(r"\+[\d\s().\-/]{6,}")
TELEGRAM_NAME = re.compile(r"@?([A-Za-z]\w{4,31})", re.ASCII)


@dataclass(frozen=True)
class Way:
    """`href` is empty where nothing on the web opens it: then it can be copied."""

    kind: str
    label: str
    shown: str
    href: str = ""

    @property
    def kind_label(self):
        return ContactPoint.Kind(self.kind).label

    @property
    def icon(self):
        return ICONS[self.kind]

    @property
    def leaves(self):
        return self.href.startswith("https:")


def way(point, region="") -> Way:
    """`region`: the country whose national numbers are meant where a number does not say its own."""
    service = point.label.strip().casefold() if point.kind == ContactPoint.Kind.MESSENGER else ""
    # An id made of digits is no telephone number.
    is_number = point.kind == ContactPoint.Kind.PHONE or service in BY_NUMBER
    number = phone(point.value, region) if is_number else None
    shown, href = point.value, ""
    if point.kind == ContactPoint.Kind.EMAIL:
        href = f"mailto:{quote(point.value, safe='@+')}"
    elif point.kind == ContactPoint.Kind.PHONE and number:
        shown, href = international(number), f"tel:{e164(number)}"
    elif point.kind == ContactPoint.Kind.PHONE and DIALLED.fullmatch(point.value.strip()):
        # Numbering plans change faster than the tables of them: what says its country can be tried.
        href = "tel:+" + re.sub(r"\D", "", point.value)
    elif point.kind == ContactPoint.Kind.MESSENGER:
        shown = international(number) if number else point.value
        href = _chat(service, point.value.strip(), number)
    elif point.kind == ContactPoint.Kind.ADDRESS:
        href = f"https://www.openstreetmap.org/search?query={quote(' '.join(point.value.split()))}"
    return Way(point.kind, point.label, shown, href)


def phone(text, region=""):
    """The number that `text` is, or None where it cannot be one."""
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def international(number):
    """+47 91 23 45 67"""
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def e164(number):
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _chat(service, name, number):
    digits = e164(number).removeprefix("+") if number else ""
    if service == "whatsapp" and digits:
        return f"https://wa.me/{digits}"
    if service == "viber" and digits:
        return f"viber://chat?number=%2B{digits}"
    if service == "signal" and digits:
        return f"https://signal.me/#p/+{digits}"
    if service == "telegram":
        found = TELEGRAM_NAME.fullmatch(name)
        return f"https://t.me/{found[1]}" if found else f"https://t.me/+{digits}" if digits else ""
    if service == "line":
        return f"https://line.me/ti/p/~{quote(name, safe='')}"
    return ""
