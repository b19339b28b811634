"""Names, birthdays and headers of lists of people, as the world writes them."""

from calendar import isleap, monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.calendars.birthdays import GREGORIAN
from crm.calendars.lunar import CHINESE, KOREAN
from crm.importing.kinds.people import People
from crm.importing.kinds.registry import likely
from crm.importing.people.birthdays import Birthday, read, sample
from crm.importing.people.languages import family_first, language_code, zone_name
from crm.importing.people.names import AFTER_NAMES, PARTICLES, TITLES, Said, may_be_one, parse
from crm.importing.suggest import suggest
from crm.importing.values import Unreadable


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1985-11-28", Birthday(11, 28, 1985)),
        ("1985-11-28 00:00:00", Birthday(11, 28, 1985)),
        ("1985.11.28", Birthday(11, 28, 1985)),
        ("1985. 11. 28.", Birthday(11, 28, 1985)),
        ("1985년 11월 28일", Birthday(11, 28, 1985)),
        ("1985年11月28日", Birthday(11, 28, 1985)),
        ("28.11.1985", Birthday(11, 28, 1985)),
        ("28/11/85", Birthday(11, 28, 1985)),
        ("28 Nov 1985", Birthday(11, 28, 1985)),
        ("28-Nov-85", Birthday(11, 28, 1985)),
        ("November 28, 1985", Birthday(11, 28, 1985)),
        ("19851128", Birthday(11, 28, 1985)),
        ("31379", Birthday(11, 28, 1985)),
        ("28 Nov", Birthday(11, 28)),
        ("28th November", Birthday(11, 28)),
        ("Nov 28", Birthday(11, 28)),
        ("--11-28", Birthday(11, 28)),
        ("--1128", Birthday(11, 28)),
        ("11월 28일", Birthday(11, 28)),
        ("11-28", Birthday(11, 28)),
        ("28.11.", Birthday(11, 28)),
        ("1604-11-28", Birthday(11, 28)),
        ("29 Feb", Birthday(2, 29)),
        ("음력 10/9", Birthday(10, 9, None, KOREAN)),
        ("10.9(음)", Birthday(10, 9, None, KOREAN)),
        ("음 1958.10.9", Birthday(10, 9, 1958, KOREAN)),
        ("lunar 10/9, 1958", Birthday(10, 9, 1958, KOREAN)),
        ("음력 2월 30일", Birthday(2, 30, None, KOREAN)),
        ("음력 윤4월 5일", Birthday(4, 5, None, KOREAN, True)),
        ("lunar leap 4/5", Birthday(4, 5, None, KOREAN, True)),
        ("农历 1990年8月15日", Birthday(8, 15, 1990, CHINESE)),
        ("양력 11월 28일", Birthday(11, 28)),
        ("0000-00-00", None),
        ("0/0/00", None),
        ("", None),
    ],
)
def test_birthdays_as_people_write_them(text, born):
    assert read(text) == born


@pytest.mark.parametrize(
    "text", ["31 Feb", "2025-02-29", "13-13", "soon", "1850-01-01", "28 Foo", "음력 1/31", "99"]
)
def test_what_is_no_birthday_is_not_guessed(text):
    with pytest.raises(Unreadable):
        read(text)


def test_another_column_may_say_whose_calendar_it_is():
    assert read("10-09", "음력").calendar == KOREAN
    assert read("10-09", "lunar", chinese=True).calendar == CHINESE
    assert read("10-09", "양력").calendar == GREGORIAN
    assert read("10-09", "solar").calendar == GREGORIAN


def test_of_a_slash_the_column_decides():
    assert read("03/04", day_first=False) == Birthday(3, 4)
    assert read("03/04", day_first=True) == Birthday(4, 3)
    assert sample("03/04") == "03/04/2000"
    assert sample("음력 10/9") == ""


DAYS = st.dates(date(1916, 1, 1), date(2026, 1, 1))
FORMATS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%Y%m%d",
    "%d/%m/%Y",
    "%Y년 %m월 %d일",
)


@given(day=DAYS, how=st.sampled_from(FORMATS))
def test_every_day_is_read_as_it_was_written(day, how):
    assert read(day.strftime(how)) == Birthday(day.month, day.day, day.year)


@given(
    day=DAYS,
    how=st.sampled_from(["--%m-%d", "%d %b", "%b %d", "%m월 %d일", "%m-%d", "음력 %m/%d", "1604-%m-%d"]),
)
def test_every_day_without_a_year(day, how):
    if how.startswith("음력") and day.day == 31:
        return
    born = read(day.strftime(how))
    assert (born.month, born.day, born.year) == (day.month, day.day, None)


@given(text=st.text(max_size=30))
def test_any_text_is_a_day_of_the_year_or_none(text):
    try:
        born = read(text)
    except Unreadable:
        return
    if born and born.calendar == GREGORIAN:
        assert born.day <= monthrange(2000, born.month)[1]
        assert not (born.year and (born.month, born.day) == (2, 29)) or isleap(born.year)


@pytest.mark.parametrize(
    ("said", "first", "name"),
    [
        (Said("Anna Berg"), False, ("Anna", "Berg", "")),
        (Said("Berg, Anna Maria"), False, ("Anna Maria", "Berg", "")),
        (Said("Lars van der Berg"), False, ("Lars", "van der Berg", "")),
        (Said("Dr. Anna Berg"), False, ("Anna", "Berg", "")),
        (Said("John Smith, Jr."), False, ("John", "Smith", "")),
        (Said("Madonna"), False, ("Madonna", "", "")),
        (Said("Kim Min-jun"), True, ("Min-jun", "Kim", "")),
        (Said("KIM Minjun"), False, ("Minjun", "Kim", "")),
        (Said("Minjun KIM"), True, ("Minjun", "Kim", "")),
        (Said("Nagy Éva"), True, ("Éva", "Nagy", "")),
        (Said("김민준"), True, ("", "", "김민준")),
        (Said("Minjun Kim (김민준)"), False, ("Minjun", "Kim", "김민준")),
        (Said("김민준 (Kim Minjun)"), True, ("Minjun", "Kim", "김민준")),
        (Said("민준", family="김"), True, ("", "", "김민준")),
        (Said("Minjun", family="Kim"), True, ("Minjun", "Kim", "")),
        (Said(given="민준", family="김"), True, ("", "", "김민준")),
        (Said("김민준", "Minjun", "Kim"), True, ("Minjun", "Kim", "김민준")),
        (Said("王小明", native="王小明"), True, ("", "", "王小明")),
        (Said("Иван Петров"), False, ("Иван", "Петров", "")),
    ],
)
def test_names_as_files_write_them(said, first, name):
    assert parse(said, first).parts == name


# Dr and Junior are no names, and "van" is a part of one.
NO_NAMES = AFTER_NAMES | PARTICLES | TITLES
NAME = (
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8)
    .filter(lambda name: name not in NO_NAMES)
    .map(str.title)
)


@given(one=NAME, other=NAME, first=st.booleans())
def test_a_name_is_the_same_in_any_order(one, other, first):
    keys = parse(Said(f"{one} {other}"), first).keys
    assert (
        keys == parse(Said(f"{other}, {one}"), first).keys == parse(Said(given=other, family=one), first).keys
    )


@given(full=st.text(max_size=40), first=st.booleans())
def test_any_text_makes_a_name_or_none(full, first):
    name = parse(Said(full), first)
    assert may_be_one(name.keys, name.keys) or not name.keys
    assert not name.keys or str(name)


def test_who_married_may_be_one_and_a_stranger_not():
    anna = parse(Said("Anna Berg"), False).keys
    assert may_be_one(anna, parse(Said("Anna Dahl"), False).keys)
    assert may_be_one(anna, parse(Said("김민준"), False).keys)
    assert not may_be_one(anna, parse(Said("Bo Dahl"), False).keys)


def test_languages_zones_and_the_order_of_names():
    words = ("Norwegian", "ko_KR", "en-US", "한국어", "Korean / 한국어", "EN", "Deutsch", "Gibberish")
    assert [language_code(word) for word in words] == ["no", "ko", "en", "ko", "ko", "en", "de", ""]
    assert [zone_name(word) for word in ("europe_slash_oslo", "Asia/Seoul", "Mars")] == [
        "Europe/Oslo",
        "Asia/Seoul",
        "",
    ]
    assert [family_first("", country) for country in ("KR", "HU", "CN", "NO", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not family_first("en", "KR")


OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,Business State,"
    "Business Postal Code,Business Country/Region,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,Birthday,"
    "E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Display Name,Language,Notes,Web Page"
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,Organization Title,"
    "Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Country"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,WhatsApp Phone Number,Company Name,Job Title,"
    "Preferred language,Time Zone,Date of birth,Contact owner,Lead Status"
)
ERPNEXT = "ID,First Name,Last Name,Email Address,Phone,Mobile No,Company Name,Designation,Salutation,Gender"
ODOO = "Name,Email,Phone,Mobile,Related Company,Job Position,Country,Language,Timezone,Tags"
SAP = "CardCode,CardName,FirstName,LastName,Position,Tel1,Tel2,Cellolar,E_MailL,BirthDate,Notes1"
ECOUNT = "거래처코드,거래처명,담당자명,직급/직책,전화번호,휴대폰,이메일,생일,음력/양력,메모"
OWN = (
    "Family name,Given name,Name in own script,Status,Customer code,Customer,Position,E-mail,Phone,Last contact,Kind,"
    "Keep in touch every (days),Days over,Birthday,Next birthday,Turns"
)
OWN_KOREAN = "성,이름,본래 표기 이름,상태,거래처 코드,거래처,직책,이메일,전화,생일"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (OUTLOOK, "given_name family_name middle_name customer_name role address city region postcode country phone phone_2 "
         "phone_3? mobile birthday email email_2 language facts"),
        (GOOGLE, "given_name family_name middle_name customer_name role birthday facts email email_2 phone phone_2 address country"),
        (HUBSPOT, "given_name family_name email phone mobile whatsapp customer_name role language time_zone birthday"),
        (ERPNEXT, "given_name family_name email phone mobile customer_name role"),
        (ODOO, "full_name email phone mobile customer_name role country language time_zone"),
        (SAP, "customer_code customer_name given_name family_name role phone phone_2 mobile email birthday"),
        (ECOUNT, "customer_code customer_name full_name role phone mobile email birthday birthday_calendar facts"),
        (OWN, "family_name given_name native_name customer_code customer_name role email phone birthday"),
        (OWN_KOREAN, "family_name full_name native_name customer_code customer_name role email phone birthday"),
    ],
    ids=["outlook", "google", "hubspot", "erpnext", "odoo", "sap", "ecount", "own", "own-korean"],
)  # fmt: skip
@pytest.mark.django_db
def test_the_exports_of_address_books_and_erps_are_recognised(owner, header, fields):
    header = header.split(",")
    assert likely(header, owner).name == "people"
    guesses = {guess.field for guess in suggest(People(), header, [[]] * len(header), {})} - {""}
    wanted = {name for name in fields.split() if not name.endswith("?")}
    assert wanted <= guesses
    assert guesses - wanted <= {"phone_3", "full_name", "facts"}
