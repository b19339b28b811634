"""Ways to reach a person: cells -> contact points, and by what two writings are the same one."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from crm.contacting import BY_NUMBER, international, phone
from crm.folding import fold
from crm.models import ContactPoint

EMAIL, PHONE, MESSENGER, ADDRESS = ContactPoint.Kind
# Field of a file -> (kind, label).
FIELDS = {
    "email": (EMAIL, ""), "email_2": (EMAIL, ""), "email_3": (EMAIL, ""),
    "phone": (PHONE, ""), "phone_2": (PHONE, ""), "phone_3": (PHONE, ""), "mobile": (PHONE, _("mobile")),
    "kakaotalk": (MESSENGER, "KakaoTalk"), "whatsapp": (MESSENGER, "WhatsApp"), "wechat": (MESSENGER, "WeChat"),
    "line": (MESSENGER, "LINE"), "telegram": (MESSENGER, "Telegram"), "address": (ADDRESS, ""),
}  # fmt: skip
SEVERAL = {
    EMAIL: re.compile(r"[;,\n]|:::|\s/\s"),
    PHONE: re.compile(r"[;,\n]|:::|\s/\s"),
    MESSENGER: re.compile(r"[;\n]|:::"),
    ADDRESS: re.compile(r";|:::"),
}
IN_ANGLES = re.compile(r".*<([^<>]*)>$")
LONGEST = ContactPoint._meta.get_field("value").max_length


class Point(NamedTuple):
    kind: str
    label: str
    value: str

    @property
    def key(self):
        """Whatever the blanks in a number, and the capitals of an address."""
        if self.kind == EMAIL:
            return f"{self.kind}:{self.value.casefold()}"
        if is_number(self.kind, self.label):
            return f"{self.kind}:{self.service}:{re.sub(r'[^0-9+]', '', self.value) or fold(self.value)}"
        return f"{self.kind}:{self.service}:{' '.join(fold(self.value).split())}"

    @property
    def service(self):
        return self.label.strip().casefold() if self.kind == MESSENGER else ""


def is_number(kind, label):
    return kind == PHONE or (kind == MESSENGER and label.strip().casefold() in BY_NUMBER)


def read(row) -> list[Point]:
    """Of a row of a file. Rejects it for what is no e-mail address."""
    found = []
    for name, (kind, label) in FIELDS.items():
        text = _address(row) if name == "address" else row.text(name)
        for part in SEVERAL[kind].split(text):
            value = _email(row, name, part) if kind == EMAIL else " ".join(part.split())
            if len(value) > LONGEST:
                row.reject("too_long", name, value)
            if any(map(str.isalnum, value)):
                found.append(Point(kind.value, str(label), value))
    return found


def _email(row, name, text):
    text = text.strip()
    found = IN_ANGLES.match(text)
    value = (found[1] if found else text).strip().removeprefix("mailto:")
    if value:
        try:
            validate_email(value)
        except ValidationError:
            row.reject("bad_email", name, value)
    return value


def _address(row):
    """One line of a whole address, or of its parts where there is a street."""
    street = ", ".join(row.text("address").splitlines())
    if not street:
        return ""
    town = f"{row.text('postcode')} {row.text('city')}".strip()
    return ", ".join(part for part in (street, town, row.text("region"), *_country(row, town)) if part)


def _country(row, town):
    return [row.text("country")] if town else []


def from_abroad(point, region) -> Point:
    """A number as it is dialled from anywhere; what can't be one stays as it is written."""
    number = phone(point.value, region) if is_number(point.kind, point.label) else None
    return point._replace(value=international(number)) if number else point
