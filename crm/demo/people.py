"""The people at the customers, with names of their countries, birthdays and ways to reach them."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import Solar

from crm.demo.names import PEOPLE

# Country -> language, family name first, messenger, telephone prefix.
HABITS = {
    "AE": ("ar", False, "WhatsApp", "971"), "AT": ("de", False, "", "43"), "AU": ("en", False, "", "61"),
    "CA": ("en", False, "", "1"), "CH": ("de", False, "", "41"), "CL": ("es", False, "WhatsApp", "56"),
    "CN": ("zh", True, "WeChat", "86"), "CZ": ("cs", False, "", "420"), "DE": ("de", False, "", "49"),
    "ES": ("es", False, "WhatsApp", "34"), "FI": ("fi", False, "", "358"), "FR": ("fr", False, "", "33"),
    "GB": ("en", False, "", "44"), "GR": ("el", False, "Viber", "30"), "IT": ("it", False, "WhatsApp", "39"),
    "JP": ("ja", True, "LINE", "81"), "KR": ("ko", True, "KakaoTalk", "82"), "KW": ("ar", False, "WhatsApp", "965"),
    "NO": ("no", False, "", "47"), "NZ": ("en", False, "", "64"), "PL": ("pl", False, "", "48"),
    "RS": ("sr", False, "Viber", "381"), "SE": ("sv", False, "", "46"), "TW": ("zh", True, "LINE", "886"),
    "US": ("en", False, "", "1"),
}  # fmt: skip

GREGORIAN, KOREAN, CHINESE = "gregorian", "korean_lunar", "chinese_lunar"

# Whose birthday comes in so many days, and the calendar it is kept in.
SOON = {
    ("TRO-NOR", 0): (4, GREGORIAN), ("SEL-HAN", 0): (6, KOREAN), ("SHA-QIN", 0): (9, CHINESE),
    ("EDI-GLE", 0): (0, GREGORIAN), ("PUS-BAD", 0): (12, KOREAN), ("TYO-YAM", 1): (11, GREGORIAN),
    ("MUC-BER", 1): (2, GREGORIAN), ("DEN-TAL", 0): (13, GREGORIAN), ("TPE-YUL", 0): (20, CHINESE),
    ("INN-GIP", 0): (5, GREGORIAN), ("BOS-GRA", 0): (7, GREGORIAN),
}  # fmt: skip
# Days that not every year has: 29 February, and a 30th of a lunar month.
SPECIAL = {
    ("STO-GRA", 0): (GREGORIAN, 2, 29),
    ("SEL-HAN", 2): (KOREAN, 8, 30),
    ("CTU-XUE", 0): (CHINESE, 6, 30),
}

SPELT = {"æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "dj"}


@dataclass
class DemoPerson:
    code: str  # of the customer; "" for a colleague
    given: str
    family: str
    native: str
    role: str
    facts: str
    language: str
    family_first: bool
    status: str
    cadence: int | None
    birthday: tuple[str, int, int, int | None] | None  # calendar, month, day, year
    contacts: list[tuple[str, str, str]]  # kind, label, value


def make_people(customers, today: date, seed: int) -> list[DemoPerson]:
    """Everybody, in the order of `customers`; the rep's own boss, who has a birthday too, comes last."""
    people = []
    for customer in customers:
        for place, (given, family, native, role, facts) in enumerate(PEOPLE[customer.code]):
            dice = random.Random(f"{seed}:{customer.code}:{place}")
            language, family_first, _, _ = HABITS[customer.country]
            people.append(
                DemoPerson(
                    customer.code, given, family, native, role.removeprefix("-"), facts, language, family_first,
                    status="left" if role.startswith("-") else "active",
                    cadence=(30, 90, 180)[min(place, 2)],
                    birthday=birthday((customer.code, place), customer.country, today, dice),
                    contacts=contacts(customer, given, family, dice),
                )
            )  # fmt: skip
    soon = today + timedelta(days=8)
    boss = DemoPerson(
        "", "Elena", "Rossi", "", "", "Head of sales, my boss. Likes good coffee.", "it", False, "active", None,
        (GREGORIAN, soon.month, min(soon.day, 28), 1974), [],
    )  # fmt: skip
    return [*people, boss]


def birthday(key, country: str, today: date, dice: random.Random):
    """As its own calendar writes it: an old lunar birthday does not move when the solar year does."""
    year = dice.randint(1961, 1997) if dice.random() < 0.7 else None
    if key in SPECIAL:
        return *SPECIAL[key], 1984 if SPECIAL[key][0] == GREGORIAN else None
    if key in SOON:
        days, calendar = SOON[key]
        return calendar, *month_and_day(today + timedelta(days=days), calendar), year
    if dice.random() < 0.2:
        return None
    day = date(2001, 1, 1) + timedelta(days=dice.randrange(365))
    calendar = GREGORIAN
    if country == "KR" and dice.random() < 0.6:
        calendar = KOREAN
    elif country in {"CN", "TW"} and dice.random() < 0.5:
        calendar = CHINESE
    if calendar != GREGORIAN:
        return calendar, day.month, min(day.day, 29), None
    return calendar, day.month, day.day, year


def month_and_day(day: date, calendar: str) -> tuple[int, int]:
    """A civil day in a calendar. One in a leap month is named by the ordinary month of the same number."""
    if calendar == KOREAN:
        lunar = KoreanLunarCalendar()
        lunar.setSolarDate(day.year, day.month, day.day)
        return lunar.lunarMonth, lunar.lunarDay
    if calendar == CHINESE:
        lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
        return abs(lunar.getMonth()), lunar.getDay()
    return day.month, day.day


def contacts(customer, given: str, family: str, dice: random.Random) -> list[tuple[str, str, str]]:
    _, _, messenger, prefix = HABITS[customer.country]
    box = f"{plain(given)}.{plain(family)}"
    number = f"+{prefix} 555 01{dice.randrange(100):02d} {dice.randrange(100):02d}"
    found = [
        ("email", "work", f"{box}@{plain(customer.name.split()[0])}.example"),
        ("phone", "mobile", number),
    ]
    return [*found, ("messenger", messenger, box)] if messenger else found


def plain(text: str) -> str:
    """Only letters a to z: accents go, letters that are no accented ones are spelt."""
    spelt = "".join(SPELT.get(letter, letter) for letter in text.lower())
    return "".join(letter for letter in unicodedata.normalize("NFD", spelt) if "a" <= letter <= "z")
