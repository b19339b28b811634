"""The people at the customers, with names of their countries, birthdays and ways to reach them."""

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm.calendars.birthdays import GREGORIAN
from crm.calendars.lunar import CHINESE, KOREAN, month_of
from crm.demo.names import PEOPLE
from crm.demo.truths import (
    AGES,
    BOSS_IN_DAYS,
    DECEASED,
    IN_TOUCH,
    JOINED,
    MOVED,
    NOT_GREETED,
    OUT_OF_TOUCH,
    RETIRED,
    SOON,
    SPECIAL,
    Move,
)

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

SPELT = {"æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "dj"}


@dataclass(frozen=True)
class Birthday:
    calendar: str
    month: int
    day: int
    leap_month: bool = False
    year: int | None = None
    missing: str = "before"


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
    status: str = "active"
    began_ago: int | None = None  # since when he works there, if not from the beginning
    ended_ago: int | None = None  # since when no longer
    move: Move | None = None  # and where he went
    greet: bool = True
    cadence: int | None = None
    birthday: Birthday | None = None
    contacts: list[tuple[str, str, str]] = field(default_factory=list)  # kind, label, value


def make_people(customers, today: date, seed: int) -> list[DemoPerson]:
    """Everybody, in the order of `customers`; the rep's own boss, who has a birthday too, comes last."""
    by_code = {customer.code: customer for customer in customers}
    people = [
        make_person(customer, place, by_code, today, random.Random(f"{seed}:{customer.code}:{place}"))
        for customer in customers
        for place in range(len(PEOPLE[customer.code]))
    ]
    soon = today + timedelta(days=BOSS_IN_DAYS)
    boss = DemoPerson(
        "", "Elena", "Rossi", "", "", "Head of sales, my boss. Likes good coffee.", "it", False,
        birthday=Birthday(GREGORIAN, soon.month, soon.day, year=1974),
    )  # fmt: skip
    return [*people, boss]


def make_person(customer, place, by_code, today, dice) -> DemoPerson:
    given, family, native, role, facts = PEOPLE[customer.code][place]
    language, family_first, _, _ = HABITS[customer.country]
    key = customer.code, place
    move = MOVED.get(key)
    return DemoPerson(
        customer.code, given, family, native, role, facts, language, family_first,
        status="left" if key in RETIRED else "deceased" if key in DECEASED else "active",
        began_ago=JOINED.get(key),
        ended_ago=RETIRED.get(key) or DECEASED.get(key) or (move.ago if move else None),
        move=move,
        greet=key not in {*RETIRED, *DECEASED, *NOT_GREETED},
        cadence=OUT_OF_TOUCH[key][0] if key in OUT_OF_TOUCH else IN_TOUCH.get(key),
        birthday=birthday(key, customer.country, today, dice),
        contacts=contacts(by_code[move.to] if move else customer, given, family, dice),
    )  # fmt: skip


def birthday(key, country: str, today: date, dice: random.Random) -> Birthday | None:
    """As its own calendar writes it: an old lunar birthday does not move when the solar year does."""
    year = dice.randint(1962, 1991) if dice.random() < 0.7 else None
    if key in AGES:
        year = today.year - AGES[key]
    if key in SPECIAL:
        return Birthday(*SPECIAL[key])
    if key in SOON:
        days, calendar = SOON[key]
        return on_day(today + timedelta(days=days), calendar, year)
    if dice.random() < 0.2:
        return None
    day = date(2001, 1, 1) + timedelta(days=dice.randrange(365))
    calendar = GREGORIAN
    if country == "KR" and dice.random() < 0.6:
        calendar = KOREAN
    elif country in {"CN", "TW"} and dice.random() < 0.5:
        calendar = CHINESE
    if calendar != GREGORIAN:
        return Birthday(calendar, day.month, min(day.day, 29))
    return Birthday(calendar, day.month, day.day, year=year)


def on_day(day: date, calendar: str, year: int | None) -> Birthday:
    """The birthday of somebody who has it on a civil day, born in `year` or nobody knows when."""
    if calendar == GREGORIAN:
        # Nobody is born on 29 February in any other than a leap year.
        return Birthday(calendar, day.month, day.day, year=None if (day.month, day.day) == (2, 29) else year)
    month = month_of(calendar, day)
    # Whether his year had that leap month, or a 30th in that month, is not looked up.
    number = (day - month.first).days + 1
    return Birthday(calendar, month.number, number, month.leap, None if month.leap or number == 30 else year)


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
