"""Every format in both languages, and as chosen on the settings page."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from accounts import formats
from accounts.formats import DateFormat, NumberFormat
from accounts.models import User
from crm.templatetags import figures

NEAR, FAR, END = date(2026, 11, 12), date(2025, 3, 2), date(2026, 12, 3)
SPACE = "\u202f"  # narrow, and no line ends there

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-24 12:00Z"):
        yield


def as_read(language, filter_, *arguments, **chosen):
    with translation.override(language), formats.use(User(**chosen)):
        return filter_(*arguments)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("chosen", "near", "far", "span", "long", "month"),
    [
        (DateFormat.ISO, "11-12", "2025-03-02", "11-12 – 12-03", "2025-03-02 – 2026-12-03", "2026-03"),
        (DateFormat.DOTS, "11.12", "2025.03.02", "11.12 – 12.03", "2025.03.02 – 2026.12.03", "2026.03"),
        (DateFormat.DAY_FIRST_DOTS, "12.11.", "02.03.2025", "12.11. – 03.12.", "02.03.2025 – 03.12.2026", "03.2026"),
        (DateFormat.DAY_FIRST, "12/11", "02/03/2025", "12/11 – 03/12", "02/03/2025 – 03/12/2026", "03/2026"),
        (DateFormat.MONTH_FIRST, "11/12", "03/02/2025", "11/12 – 12/03", "03/02/2025 – 12/03/2026", "03/2026"),
    ],
)  # fmt: skip
def test_dates(language, chosen, near, far, span, long, month):
    def read(filter_, *arguments):
        return as_read(language, filter_, *arguments, date_format=chosen)

    assert read(figures.day, NEAR) == near
    assert read(figures.day, FAR) == far
    assert read(figures.day_year, FAR) == far
    assert read(figures.day_range, NEAR, END) == span
    assert read(figures.day_range, FAR, END) == long
    assert read(figures.day_range, NEAR, NEAR) == near
    assert read(figures.month, "2026-03") == month
    weekday = read(figures.weekday_day, NEAR)
    assert weekday == (f"Thu {near}" if language == "en" else f"{near} (목)")


def test_a_range_long_ago_says_its_year_in_every_format():
    days = date(2011, 12, 11), date(2011, 12, 15)
    assert (
        as_read("en", figures.day_range, *days, date_format=DateFormat.DAY_FIRST) == "11/12/2011 – 15/12/2011"
    )


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("chosen", "thousands", "point"),
    [(NumberFormat.POINT, ",", "."), (NumberFormat.COMMA, ".", ","), (NumberFormat.SPACE, SPACE, ",")],
)
def test_numbers(language, chosen, thousands, point):
    def read(filter_, *arguments):
        return as_read(language, filter_, *arguments, number_format=chosen)

    assert read(figures.money, Decimal("12345.6"), "EUR") == f"EUR 12{thousands}345{point}60"
    assert read(figures.amount, Decimal("12345.6"), "KRW") == f"12{thousands}346"
    assert read(figures.number, 1234.56, 1) == f"1{thousands}234{point}6"
    assert read(figures.number, -1234) == f"-1{thousands}234"
    assert read(figures.quantity, Decimal("12.500")) == f"12{point}5"
    assert read(figures.percent, 0.864, 1) == f"86{point}4 %"
    assert read(figures.money_short, 5_374, "NOK") == f"NOK 5{thousands}374"
    millions, tens = ("2{}13\xa0m", "164\xa0k") if language == "en" else ("213만", "16{}4만")
    assert read(figures.money_short, 2_134_000, "NOK") == "NOK " + millions.format(point)
    assert read(figures.money_short, 163_900, "NOK") == "NOK " + tens.format(point)
    assert read(figures.money_range, 3_655, 7_902, "GBP") == f"3{thousands}700 – 7{thousands}900"


def test_who_chose_nothing_reads_as_before():
    for language, day, amount in (("en", "12 Nov", "EUR 1,234.50"), ("ko", "11월 12일", "EUR 1,234.50")):
        assert as_read(language, figures.day, NEAR) == day
        assert as_read(language, figures.money, Decimal("1234.5"), "EUR") == amount


def test_formats_hold_for_their_block_alone():
    with formats.use(User(date_format=DateFormat.ISO, week_start=6)):
        with formats.use(User(date_format=DateFormat.DOTS)):
            assert figures.day(NEAR) == "11.12"
        assert figures.day(NEAR) == "11-12"
        assert formats.current().week_start == 6
    assert figures.day(NEAR) == "12 Nov"


@pytest.mark.django_db
def test_the_next_readers_page_is_written_his_way(client_for, owner, mate):
    owner.date_format, owner.number_format = DateFormat.DAY_FIRST_DOTS, NumberFormat.COMMA
    owner.save()
    first = client_for(owner).get("/accounts/settings/").content.decode()
    assert "24.11.2026" in first
    assert "EUR 12.345,60" in first
    second = client_for(mate).get("/accounts/settings/").content.decode()
    assert "24 Nov 2026" in second
    assert "EUR 12,345.60" in second
