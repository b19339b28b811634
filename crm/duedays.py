"""A due day as it is typed, in English and Korean: "send samples by Friday", "12월 5일까지 견적 발송". Pure.

A day without a year is the next one that comes. What can be read in two ways is not read: 12/5 is a day in Korean,
where the month always comes first, and none in English.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "한": 1, "두": 2, "세": 3, "네": 4, "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "일주일": 7, "열흘": 10, "보름": 15,
}  # fmt: skip
NUMBER = rf"\d{{1,3}}|{'|'.join(word for word in NUMBERS if word.isascii())}"
FRIDAY = 4
SENTENCE_ENDS = re.compile(r"\s*(?:$|[A-Z])")
YEARS_BACK, YEARS_AHEAD = 1, 10

# What stands before and after a day and goes with it; a deadline says that this day is meant, whatever others are named.
DEADLINE = r"by|until|till?|before|no later than|due(?: by| on)?"
LEAD = (
    rf"(?:(?P<deadline>{DEADLINE})\s+(?:(?P<end>(?:the\s+)?end of\s+)|the\s+)?"
    r"|on\s+(?:the\s+)?|(?P<end_alone>(?:the\s+)?end of\s+))?"
)
TAIL = (
    r"(?:\s?(?P<tail>전까지(?:는|도)?|이전(?:에|까지)?|전에|까지(?:는|도|로)?|안(?:에|으로)|이내(?:에|로)?|내(?:에|로)"
    r"|중(?:에|으로)?|에는|에))?"
)
# A day is no part of a longer word or number, of a price or of a version.
START = r"(?<![\w.,/-])(?<![€$£₩¥])(?<![€$£₩¥] )(?<!version )(?<!rev )(?<!rev\. )(?<!버전 )"
# Nor of "Monday's list"; 수요일마다 is every Wednesday, and 월요일부터 no deadline.
STOP = r"(?![0-9A-Za-z]|[.,/-]\d|['’]\w|마다|부터)"
# What is counted or measured: 1/2 pallet, we may 5 times.
NO_MEASURE = (
    r"(?!\s?(?:times|pcs|pieces?|pallets?|box(?:es)?|cartons?|containers?|sets?|units?|inch(?:es)?|[kcm]?[gm]|mm|lit(?:er|re)s?)\b"
    r"|\s?(?:%|[\"″]|개|박스|상자|인치|팔레트|파렛트|컨테이너|세트|톤))"
)
# Friday, 5 December; 12월 5일(금): the weekday goes with the day.
WITH_WEEKDAY = rf"(?:(?:{'|'.join(f'{name}|{name[:3]}' for name in WEEKDAYS)})\.?,?\s+(?:the\s+)?)?"
IN_BRACKETS = r"(?:\s?\([월화수목금토일](?:요일)?\))?"


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    on: date
    is_deadline: bool


def parse(text, today, language="en"):
    """(the text without the words that name the day, the day); (text, None) where no day is named."""
    found = _choose(list(_found_in(text, today, language)))
    if not found:
        return text, None
    before, after = text[: found.start].rstrip(), text[found.end :].lstrip()
    if before[-1:] == "(" and after[:1] == ")":
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    if after[:1] in (",", ".", ";"):
        before = before.rstrip(",;")
    rest = f"{before} {after}" if before and after[:1] not in (",", ".", ";", "") else before + after
    return rest.strip().strip(",;:–—").rstrip("-").strip(), found.on


def _choose(days):
    """The day with a deadline's words before the others, then the first; of those that overlap, the longest."""
    whole = [
        day
        for day in days
        if not any(
            other.start <= day.start
            and day.end <= other.end
            and other.end - other.start > day.end - day.start
            for other in days
        )
    ]
    return min(whole, key=lambda day: (not day.is_deadline, day.start, -day.end), default=None)


def _found_in(text, today, language):
    for pattern, meaning in _patterns(today.year):
        for match in pattern.finditer(text):
            try:
                on = meaning(match, today, language)
                if on and _is_exclusive(match):
                    on -= timedelta(days=1)
            except (ValueError, OverflowError):
                continue
            if on:
                named = match.groupdict()
                yield _Found(*match.span(), on, bool(named.get("deadline") or named.get("tail")))


def _is_exclusive(match):
    """Before Friday, 금요일 전까지: the day before is the last one."""
    named = match.groupdict()
    lead, tail = (named.get("deadline") or "").lower(), named.get("tail") or ""
    return lead == "before" or tail.startswith(("전", "이전"))


@lru_cache(maxsize=4)
def _patterns(this_year):
    """Years are those near this one, so that the pieces of "5 Dec 2000 pcs" are not taken for one."""
    year = "|".join(str(year) for year in range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1))
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    weekday = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
    short = r"(?P<weekday>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\.?"
    shapes = [
        (rf"(?P<y>\d{{4}})\s?[-./년]\s?(?P<m>\d{{1,2}})\s?[-./월]\s?(?P<d>\d{{1,2}})(?:\.(?!\d)|일)?{IN_BRACKETS}", _full),
        (rf"(?P<y>\d{{2}})년\s?(?P<m>\d{{1,2}})월\s?(?P<d>\d{{1,2}})일{IN_BRACKETS}", _full),
        (rf"(?:(?P<kyear>내년|올해)\s)?(?P<m>\d{{1,2}})월\s?(?P<d>\d{{1,2}})일{IN_BRACKETS}", _month_and_day),
        (rf"(?P<which>다음|이번)\s?달\s?(?P<d>\d{{1,2}})일{IN_BRACKETS}", _day_of_month),
        (rf"(?P<a>\d{{1,2}})\.\s?(?P<b>\d{{1,2}})\.\s?(?P<y>{year})", _day_first),
        (r"(?P<a>\d{1,2})\.\s?(?P<b>\d{1,2})\.", _dotted),
        (rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>{year}))?{NO_MEASURE}", _slashed),
        (rf"{WITH_WEEKDAY}{day}(?:\s+of)?\s+{MONTH}(?:,?\s+(?P<y>{year}))?", _named_month),
        (rf"{WITH_WEEKDAY}{MONTH}\s+{day}(?:,?\s+(?P<y>{year}))?(?!:){NO_MEASURE}", _named_month),
        (rf"(?:(?P<which>this|next|coming)\s+)?{weekday}", _weekday),
        (rf"{weekday}\s+(?:of\s+)?(?P<which>next|this)\s+week", _weekday),
        (rf"(?P<which>this|next|coming)\s+{short}", _weekday),
        (r"(?P<which>다다음|다음|이번|차|내|금)\s?주\s?(?P<kweekday>[월화수목금토일])요일", _weekday),
        (r"(?P<which>)(?P<kweekday>[월화수목금토일])요일", _weekday),
        (rf"(?:in|within)\s+(?:the\s+next\s+)?(?P<n>{NUMBER})\s+(?P<unit>day|week|month)s?(?:'?\s+time)?", _after),
        (r"(?P<n>\d{1,3}|한|두|세|네)\s?(?P<unit>일|주|개월|달)(?:일|간)?\s?(?:후|뒤)(?:에|까지)?", _after),
        (r"(?P<n>\d{1,3})\s?(?P<unit>일|주|개월|달)\s?(?=안에|안으로|이내|내에|내로)", _after),
        (r"(?P<n>하루|이틀|사흘|나흘|닷새|일주일|열흘|보름)\s?(?:후|뒤|(?=안에|안으로|이내|내에|내로))(?:에|까지)?(?P<unit>)", _after),
        (r"(?P<word>(?:the\s+)?day after tomorrow|tomorrow|tonight|today)", _word),
        (r"(?P<word>내일\s?모레|오늘(?!날)|내일|모레|글피)", _word),
        (r"(?P<which>this|next)\s+(?P<span>week|month|year)", _span),
        (r"(?P<which>다다음|다음|이번)\s?(?P<span>주|달)(?:\s?말)?(?!\s?(?:[월화수목금토일]요일|초|\d))", _span),
        (r"(?P<which>the\s+)?(?P<span>month|year)(?:[ -]end)", _span),
        (r"(?P<which>the)\s+(?P<span>week|month|year)", _end_of_span),
        (r"(?P<which>)(?P<span>월말|연말|이달\s?말|말일)", _span),
        (rf"{MONTH}(?:\s+(?P<y>{year}))?", _end_of_month),
        (r"(?P<m>\d{1,2})월\s?(?P<last>말|(?=까지|안에|이내|중))", _end_of_month),
    ]  # fmt: skip
    compiled = [(_compiled(rf"{START}{LEAD}{shape}{TAIL}{STOP}"), meaning) for shape, meaning in shapes]
    # Mon, Wed, Sat and Sun are other words too: alone they mean a day only where a deadline's words say so.
    spoken = rf"(?P<deadline>{DEADLINE}|on)\s+"
    return [*compiled, (_compiled(rf"{START}{spoken}(?P<which>){short}{STOP}"), _weekday)]


def _compiled(pattern):
    return re.compile(pattern, re.IGNORECASE)


def _full(match, today, language):
    year = int(match["y"])
    return date(year if year > 99 else 2000 + year, int(match["m"]), int(match["d"]))


def _month_and_day(match, today, language):
    month, day = int(match["m"]), int(match["d"])
    if match["kyear"]:
        return date(today.year + (match["kyear"] == "내년"), month, day)
    return _next(month, day, today)


def _day_of_month(match, today, language):
    month = _months_on(today.replace(day=1), 1 if match["which"] == "다음" else 0)
    return month.replace(day=int(match["d"]))


def _day_first(match, today, language):
    return date(int(match["y"]), int(match["b"]), int(match["a"]))


def _dotted(match, today, language):
    """5.12. is the fifth of December to a European, and the twelfth of May to a Korean; at a sentence's end, a price."""
    named = match.groupdict()
    is_spoken = named["deadline"] or named["end_alone"] or named["tail"] or match[0].lower().startswith("on")
    if match.start() and not is_spoken and SENTENCE_ENDS.match(match.string, match.end()):
        return None
    first, second = int(match["a"]), int(match["b"])
    month, day = (first, second) if language.startswith("ko") else (second, first)
    return _next(month, day, today) if month <= 12 else _next(day, month, today)


def _slashed(match, today, language):
    first, second, year = int(match["a"]), int(match["b"]), match["y"]
    if language.startswith("ko") and not year:
        month, day = first, second
    elif first > 12 or first == second:
        month, day = second, first
    elif second > 12:
        month, day = first, second
    else:
        return None
    return date(int(year), month, day) if year else _next(month, day, today)


def _named_month(match, today, language):
    month, day = MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"])
    return date(int(match["y"]), month, day) if match["y"] else _next(month, day, today)


def _weekday(match, today, language):
    named = match.groupdict()
    if named.get("kweekday"):
        weekday = "월화수목금토일".index(named["kweekday"])
    else:
        weekday = [name[:3] for name in WEEKDAYS].index(named["weekday"][:3].lower())
    monday = today - timedelta(days=today.weekday())
    which = (named.get("which") or "").lower()
    weeks = {"next": 1, "다음": 1, "차": 1, "내": 1, "다다음": 2}.get(which)
    if weeks:
        return monday + timedelta(days=7 * weeks + weekday)
    if which in ("this", "이번", "금") and weekday >= today.weekday():
        return monday + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _after(match, today, language):
    count = NUMBERS.get(match["n"].lower()) or int(match["n"])
    unit = (match["unit"] or "day").lower()
    if unit in ("month", "개월", "달"):
        return _months_on(today, count)
    return today + timedelta(days=count * (7 if unit in ("week", "주") else 1))


def _word(match, today, language):
    word = match["word"].lower()
    if "after" in word or "모레" in word:
        return today + timedelta(days=2)
    return today + timedelta(days={"tomorrow": 1, "내일": 1, "글피": 3}.get(word, 0))


def _span(match, today, language):
    """A week's last working day; the last day of a month or year."""
    which, span = (match["which"] or "").lower(), match["span"].lower()
    ahead = {"next": 1, "다음": 1, "다다음": 2}.get(which, 0)
    if span in ("week", "주"):
        friday = today + timedelta(days=FRIDAY - today.weekday() + 7 * ahead)
        return friday if friday >= today else None
    if span in ("year", "연말"):
        return date(today.year + ahead, 12, 31)
    return _last_of(_months_on(today.replace(day=1), ahead))


def _end_of_span(match, today, language):
    """The end of the month: the month alone is no day."""
    return _span(match, today, language) if match["end"] or match["end_alone"] else None


def _end_of_month(match, today, language):
    """By December, end of March, 12월 말: to its last day. A month's name alone is no day: it may be a verb."""
    named = match.groupdict()
    if not (named.get("deadline") or named.get("end_alone") or named.get("last") is not None):
        return None
    month = int(named["m"]) if named.get("m") else MONTHS.index(named["month"][:3].lower()) + 1
    if named.get("y"):
        return _last_of(date(int(named["y"]), month, 1))
    return _last_of(date(today.year + (month < today.month), month, 1))


def _next(month, day, today):
    """The first such day that is not over; 29 February may be years away."""
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    for year in range(today.year, today.year + 9):
        if day <= calendar.monthrange(year, month)[1] and (on := date(year, month, day)) >= today:
            return on
    return None


def _months_on(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _last_of(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
