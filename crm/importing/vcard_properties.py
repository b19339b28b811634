"""What the properties of a card say -> cells of a table."""

import re
from dataclasses import dataclass, field

LONGEST = 20_000
HEADER = (
    "Full name", "Family name", "Given name", "Middle name", "Company", "Position", "E-mail", "Mobile", "Phone", "KakaoTalk",
    "WhatsApp", "WeChat", "LINE ID", "Telegram", "Birthday", "Lunar or solar", "Language", "Time zone", "Address", "Country",
    "Notes",
)  # fmt: skip
MESSENGERS = {
    "kakao": "KakaoTalk",
    "whatsapp": "WhatsApp",
    "wechat": "WeChat",
    "weixin": "WeChat",
    "telegram": "Telegram",
}
ESCAPED = re.compile(r"\\([nN,;:\\])")
OMITTED_YEAR = re.compile(r"1604-?")
TIME = re.compile(r"(?<=\d)T[\d:.Z+-]*$")
# Types of telephones that ring nobody.
SILENT = frozenset(["fax", "pager", "modem", "bbs"])
MOBILE = frozenset(["cell", "mobile", "iphone"])


@dataclass
class Card:
    cells: dict = field(default_factory=dict)

    def say(self, column, text, separator="; "):
        text = text.strip()[:LONGEST]
        known = self.cells.get(column)
        if known and len(known) > LONGEST:
            return
        if text and (known is None or (separator and text not in known.split(separator))):
            self.cells[column] = f"{known}{separator}{text}" if known else text

    def row(self):
        return [self.cells.get(column, "") for column in HEADER]


def _fields(text, separator=";"):
    """The parts of a structured value."""
    parts, current = [], []
    for piece in re.split(rf"(\\.|{separator})", text[:LONGEST], flags=re.DOTALL):
        if piece == separator:
            parts.append("".join(current))
            current = []
        else:
            current.append(piece)
    return [_plain(part) for part in (*parts, "".join(current))]


def _plain(text):
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def _full_name(card, text, _kinds):
    card.say("Full name", _plain(text), "")


def _name(card, text, _kinds):
    for column, part in zip(("Family name", "Given name", "Middle name"), _fields(text), strict=False):
        card.say(column, part.replace(",", " "), "")


def _company(card, text, _kinds):
    card.say("Company", _fields(text)[0], "")


def _position(card, text, _kinds):
    card.say("Position", _plain(text), "")


def _email(card, text, _kinds):
    card.say("E-mail", _plain(text))


def _phone(card, text, kinds):
    number = _plain(text).removeprefix("tel:").replace(";ext=", " ext. ")
    if not kinds & SILENT:
        card.say("Mobile" if kinds & MOBILE else "Phone", number.replace(";", " ").replace(",", " "))


def _address(card, text, _kinds):
    box, more, street, city, region, code, country, *_rest = [*_fields(text), *[""] * 7]
    town = f"{code} {city}".strip()
    parts = [part.replace("\n", ", ") for part in (box, more, street, town, region, country) if part]
    card.say("Address", ", ".join(parts).replace(";", ","))
    card.say("Country", country, "")


def _birthday(card, text, kinds):
    card.say("Birthday", OMITTED_YEAR.sub("--", TIME.sub("", _plain(text)), count=1), "")
    if kinds & {"chinese", "korean", "dangi", "lunar"}:
        card.say("Lunar or solar", "lunar", "")


def _note(card, text, _kinds):
    card.say("Notes", _plain(text), "\n")


def _language(card, text, _kinds):
    card.say("Language", _plain(text), "")


def _zone(card, text, _kinds):
    """A name; how far it is from Greenwich says nothing of the summer."""
    if "/" in text:
        card.say("Time zone", _plain(text), "")


def _chat(card, text, kinds):
    """IMPP;X-SERVICE-TYPE=WhatsApp:whatsapp:+47..."""
    scheme, _colon, rest = _plain(text).rpartition(":")
    for word, column in MESSENGERS.items():
        if word in f"{scheme} {' '.join(kinds)}".casefold():
            card.say(column, rest)
            return


def messenger(name):
    """X-KAKAOTALK, X-WHATSAPP, X-KAKAO-ID"""
    if not name.startswith("X-"):
        return None
    if name in {"X-LINE", "X-LINE-ID"}:
        return lambda card, text, kinds: card.say("LINE ID", _plain(text))
    column = next((column for word, column in MESSENGERS.items() if word in name.casefold()), None)
    return column and (lambda card, text, kinds: card.say(column, _plain(text)))


READERS = {
    "FN": _full_name, "N": _name, "ORG": _company, "TITLE": _position, "ROLE": _position, "EMAIL": _email, "TEL": _phone,
    "ADR": _address, "BDAY": _birthday, "NOTE": _note, "LANG": _language, "TZ": _zone, "IMPP": _chat,
}  # fmt: skip
