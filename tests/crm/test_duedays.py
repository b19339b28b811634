"""Due days as they are typed, in English and Korean."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.duedays import MONTHS, WEEKDAYS, parse

WEDNESDAY = date(2026, 11, 25)


def on(month, day, year=2026):
    return date(year, month, day)


ENGLISH = [
    ("send samples by Friday", "send samples", on(11, 27)),
    ("by Friday", "", on(11, 27)),
    ("By FRIDAY send samples", "send samples", on(11, 27)),
    ("until 5 Dec", "", on(12, 5)),
    ("send it in 2 weeks", "send it", on(12, 9)),
    ("tomorrow", "", on(11, 26)),
    ("call the day after tomorrow", "call", on(11, 27)),
    ("call today", "call", on(11, 25)),
    ("tonight: mail her", "mail her", on(11, 25)),
    ("2026-12-05", "", on(12, 5)),
    ("ship 2026-12-05, by air", "ship, by air", on(12, 5)),
    ("ship 2026/12/5", "ship", on(12, 5)),
    ("no later than 5th of December", "", on(12, 5)),
    ("due on Dec 5th", "", on(12, 5)),
    ("due by Fri", "", on(11, 27)),
    ("Dec. 5, 2027", "", on(12, 5, 2027)),
    ("5 Dec 2027 visit", "visit", on(12, 5, 2027)),
    ("25/12", "", on(12, 25)),
    ("12/25", "", on(12, 25)),
    ("12/12", "", on(12, 12)),
    ("offer until 5.12.", "offer", on(12, 5)),
    ("5.12. call", "call", on(12, 5)),
    ("5.12.2026", "", on(12, 5)),
    ("by Wed", "", on(12, 2)),
    ("on Mon, call", "call", on(11, 30)),
    ("next Fri", "", on(12, 4)),
    ("this Friday", "", on(11, 27)),
    ("Friday next week", "", on(12, 4)),
    ("Wednesday", "", on(12, 2)),
    ("before Friday", "", on(11, 26)),
    ("Friday, 4 December", "", on(12, 4)),
    ("by Fri 4 Dec", "", on(12, 4)),
    ("Saturday, December 5", "", on(12, 5)),
    ("next week", "", on(12, 4)),
    ("by the end of the week", "", on(11, 27)),
    ("by the end of the month", "", on(11, 30)),
    ("by the end of next month", "", on(12, 31)),
    ("end of March", "", on(3, 31, 2027)),
    ("by December", "", on(12, 31)),
    ("by year-end", "", on(12, 31)),
    ("within three days", "", on(11, 28)),
    ("in a month", "", on(12, 25)),
    ("in 5 days' time", "", on(11, 30)),
    ("Monday call, offer by Friday", "Monday call, offer", on(11, 27)),
    ("call Ingrid (tomorrow)", "call Ingrid", on(11, 26)),
    ("call, by Friday, Ingrid", "call, Ingrid", on(11, 27)),
    ("200 pcs 5 Dec 2000 more", "200 pcs 2000 more", on(12, 5)),
]
KOREAN = [
    ("금요일까지 견적 발송", "견적 발송", on(11, 27)),
    ("금요일까지", "", on(11, 27)),
    ("다음 주 화요일까지 회신", "회신", on(12, 1)),
    ("다음주 화요일까지", "", on(12, 1)),
    ("다다음 주 월요일", "", on(12, 7)),
    ("차주 화요일", "", on(12, 1)),
    ("내주 화요일", "", on(12, 1)),
    ("금주 금요일", "", on(11, 27)),
    ("이번 주 금요일에 방문", "방문", on(11, 27)),
    ("12월 5일까지 견적 발송", "견적 발송", on(12, 5)),
    ("12월5일", "", on(12, 5)),
    ("12월 5일(토)까지 발송", "발송", on(12, 5)),
    ("12월 5일 이전", "", on(12, 4)),
    ("2026년 12월 5일", "", on(12, 5)),
    ("26년 12월 5일까지", "", on(12, 5)),
    ("2026. 12. 5.까지", "", on(12, 5)),
    ("내년 1월 5일", "", on(1, 5, 2027)),
    ("12/5", "", on(12, 5)),
    ("12/5까지 회신", "회신", on(12, 5)),
    ("12.5.", "", on(12, 5)),
    ("내일", "", on(11, 26)),
    ("내일 전화", "전화", on(11, 26)),
    ("오늘까지", "", on(11, 25)),
    ("모레", "", on(11, 27)),
    ("내일모레", "", on(11, 27)),
    ("글피", "", on(11, 28)),
    ("2주 후", "", on(12, 9)),
    ("2주 후 방문", "방문", on(12, 9)),
    ("사흘 안에", "", on(11, 28)),
    ("3일 이내에 회신", "회신", on(11, 28)),
    ("일주일 뒤", "", on(12, 2)),
    ("한 달 후", "", on(12, 25)),
    ("금요일 전까지", "", on(11, 26)),
    ("다음 주까지", "", on(12, 4)),
    ("다음 달 말까지", "", on(12, 31)),
    ("다음달 5일까지 송금", "송금", on(12, 5)),
    ("이번 달 30일", "", on(11, 30)),
    ("월말까지", "", on(11, 30)),
    ("연말까지", "", on(12, 31)),
    ("12월까지", "", on(12, 31)),
    ("1월 말", "", on(1, 31, 2027)),
    ("send samples by Friday", "send samples", on(11, 27)),
]


@pytest.mark.parametrize(("typed", "rest", "day"), ENGLISH)
def test_english(typed, rest, day):
    assert parse(typed, WEDNESDAY) == (rest, day)


@pytest.mark.parametrize(("typed", "rest", "day"), KOREAN)
def test_korean(typed, rest, day):
    assert parse(typed, WEDNESDAY, "ko") == (rest, day)


@pytest.mark.parametrize(
    "typed",
    [
        "", "may", "we may", "they may call back", "in May", "march on", "mar", "we may 5 times", "may 2 pallets",
        "sun cap", "sun cap 20", "sat down with her", "mon ami", "wed", "fri", "a second of may", "December",
        "12/5", "12/5/2027", "1/2 pallet", "10/20 pcs", "3/16 inch", "13/14", "20/25 pallets",
        "5.12", "EUR 12.5.", "offer at 12.5.", "at 12.5. They agree", "€12.5.", "$ 5.12.", "12.50", "1,200 pcs",
        "v2.12.5", "version 5.12.", "rev 3.4.", "2.12.2026.1",
        "AUR-400", "AUR-12-5", "MAY-12", "SUN-5", "DEC5", "X2026-12-05", "2026-12-05T10:00", "20261205", "2026-13-05",
        "https://example.com/2026-12-05/x", "31 Nov", "32 Dec", "Monday's list", "today's call", "Tuesdays", "5-6 Dec", "a week",
        "the month", "week 49", "the 5th",
    ],
)  # fmt: skip
def test_what_is_no_day_in_english(typed):
    assert parse(typed, WEDNESDAY) == (typed, None)


@pytest.mark.parametrize(
    "typed",
    [
        "12월", "2일", "L/C 90일", "30일 결제", "100/200", "3/4 인치", "1/2 박스", "AUR-400 샘플", "단가 12.5.", "12.5", "주문 12.5.3",
        "13월 5일", "2월 30일", "수요일마다", "월요일부터", "오늘날", "금", "다음 주 초", "다음 달 31일까지 20일",
    ],
)  # fmt: skip
def test_what_is_no_day_in_korean(typed):
    assert parse(typed, date(2027, 1, 25) if "31일" in typed else WEDNESDAY, "ko") == (typed, None)


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("5 Jan", date(2026, 12, 28), date(2027, 1, 5)),
        ("28 Dec", date(2026, 12, 28), date(2026, 12, 28)),
        ("27 Dec", date(2026, 12, 28), date(2027, 12, 27)),
        ("1월 5일까지", date(2026, 12, 28), date(2027, 1, 5)),
        ("by Friday", date(2026, 12, 28), date(2027, 1, 1)),
        ("by Friday", date(2027, 1, 1), date(2027, 1, 8)),
        ("this Friday", date(2027, 1, 1), date(2027, 1, 1)),
        ("tomorrow", date(2026, 12, 31), date(2027, 1, 1)),
        ("end of next month", date(2026, 12, 31), date(2027, 1, 31)),
        ("in 3 months", date(2026, 11, 30), date(2027, 2, 28)),
        ("by January", date(2026, 12, 31), date(2027, 1, 31)),
        ("by December", date(2026, 12, 31), date(2026, 12, 31)),
        ("next year", date(2026, 12, 31), date(2027, 12, 31)),
        ("다음 달 5일", date(2026, 12, 31), date(2027, 1, 5)),
        ("29 Feb", date(2026, 3, 1), date(2028, 2, 29)),
        ("2월 29일", date(2096, 3, 1), date(2104, 2, 29)),
        ("before 1 Jan", date(2026, 12, 28), date(2026, 12, 31)),
    ],
)
def test_the_turn_of_the_year(typed, today, day):
    assert parse(typed, today, "ko")[1] == day


# Properties ----------------------------------------------------------------------

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))
ENGLISH_WORDS = ["by ", "until ", "end of ", "next ", "in ", "weeks", "month", "2026", "12", "5", "31", "99"]
KOREAN_WORDS = ["금", "요일", "까지", "다음", "주 ", "달 ", "월 ", "일", "년", "후", "말", "전", "내일"]
WORDS = st.sampled_from([*WEEKDAYS, *MONTHS, *ENGLISH_WORDS, *KOREAN_WORDS, *"./-,() "])
TEXTS = st.lists(WORDS | st.text(max_size=3), max_size=12).map("".join)


def has_all_of(text, rest):
    """Whether the letters of `rest` stand in `text` in this order."""
    letters = iter(text)
    return all(letter in letters for letter in rest if not letter.isspace())


@given(TEXTS, st.dates(), st.sampled_from(["en", "ko", "ko-kr"]))
def test_nothing_that_is_typed_fails_or_is_invented(text, today, language):
    rest, day = parse(text, today, language)
    assert has_all_of(text, rest)
    assert day is not None or rest == text


def day_first(day):
    return f"{day.day} {MONTHS[day.month - 1].title()}"


NEAR = st.tuples(DAYS, st.integers(0, 364)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
WRITINGS = {
    "iso": ("en", lambda day: day.isoformat()),
    "day month": ("en", day_first),
    "day month year": ("en", lambda day: f"{day_first(day)} {day.year}"),
    "month day, year": ("en", lambda day: f"{MONTHS[day.month - 1].title()} {day.day}, {day.year}"),
    "weekday, day month": ("en", lambda day: f"{WEEKDAYS[day.weekday()].title()}, {day_first(day)}"),
    "european": ("en", lambda day: f"by {day.day}.{day.month}.{day.year}"),
    "month/day": ("ko", lambda day: f"{day.month}/{day.day}"),
    "korean": ("ko", lambda day: f"{day.month}월 {day.day}일까지"),
    "korean with year": ("ko", lambda day: f"{day.year}년 {day.month}월 {day.day}일"),
    "korean with dots": ("ko", lambda day: f"{day.year}. {day.month}. {day.day}."),
    "korean with weekday": (
        "ko",
        lambda day: f"{day.month}월 {day.day}일({'월화수목금토일'[day.weekday()]})까지",
    ),
}


@pytest.mark.parametrize("writing", WRITINGS)
@given(NEAR, st.sampled_from(["", "send ", "견적 "]), st.sampled_from(["", " samples", " 발송"]))
def test_a_day_that_is_written_is_read(writing, days, before, after):
    today, day = days
    language, write = WRITINGS[writing]
    rest, found = parse(f"{before}{write(day)}{after}", today, language)
    assert found == day
    assert rest == re.sub(r"\s+", " ", before + after).strip()


@given(DAYS, st.integers(1, 99), st.sampled_from(["in {} days", "{}일 후", "{}일 뒤에"]))
def test_days_from_now_are_counted(today, count, writing):
    assert parse(writing.format(count), today, "ko") == ("", today + timedelta(days=count))


@given(DAYS, st.integers(0, 6))
def test_a_weekday_alone_is_the_next_one(today, weekday):
    _rest, day = parse(f"by {WEEKDAYS[weekday]}", today)
    assert day.weekday() == weekday
    assert timedelta(0) < day - today <= timedelta(days=7)
