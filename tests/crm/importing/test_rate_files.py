"""Files of exchange rates: months and both notations, corrections, and whose forecasts hang on them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from crm.demo import SOURCE as DEMO
from crm.importing import shown
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.kinds.registry import allowed, likely
from crm.importing.months import NAMES, month_of
from crm.models import Customer, ExchangeRate, ImportRun, Installation
from tests.crm.importing.conftest import counts
from tests.factories import make_customer, make_order, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]

RATES = "Currency;Month;Exchange rate\nUSD;2026-01;0.92\nUSD;2026-02;0.93\nKRW;2026-01;0.00068\n"
MARCH = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def euros():
    Installation.objects.update_or_create(pk=1, defaults={"base_currency": "EUR"})


@pytest.fixture
def bring_rates(bring_file, admin):
    def bring_rates(text, **wish):
        return bring_file("rates", text, **({"user": admin, "owner": None, "currency": ""} | wish))

    return bring_rates


def rates():
    return {(row.currency, f"{row.month:%Y-%m}"): row.rate for row in ExchangeRate.objects.all()}


def said(run, level="rejected"):
    return list(run.rows.filter(level=level).values_list("number", "reason"))


def converted_revision():
    return Customer.objects.get(name="Converted").orders_rev


@pytest.fixture
def converted(owner):
    """A customer in euros with an order in dollars."""
    customer = make_customer("Converted", owner=owner, currency="EUR")
    make_order(customer, date(2026, 1, 15), currency="USD")
    return customer


@pytest.mark.both
def test_rates_arrive_once_and_go_again(bring_rates, take_back, admin, converted):
    before, revision = digest(), converted_revision()
    run = bring_rates(RATES)
    assert counts(run) == (3, 0, 0, 0)
    assert rates() == {
        ("USD", "2026-01"): Decimal("0.92"),
        ("USD", "2026-02"): Decimal("0.93"),
        ("KRW", "2026-01"): Decimal("0.00068"),
    }
    assert converted_revision() == revision + 1
    assert set(ExchangeRate.objects.values_list("source", flat=True)) == {"file.csv"}
    for _again in range(2):
        assert counts(bring_rates(RATES)) == (0, 0, 3, 0)
    assert converted_revision() == revision + 1
    take_back(run, admin)
    assert digest() == before
    assert converted_revision() == revision + 2


@pytest.mark.both
def test_a_correction_is_shown_counted_and_taken_back(bring_rates, take_back, admin, converted):
    bring_rates(RATES)
    before, revision = digest(), converted_revision()
    run = bring_rates(RATES.replace("0.93", "0.94"))
    assert counts(run) == (0, 1, 2, 0)
    assert shown.changes(run) == [("exchange rates", [("USD 2026-02", [("rate", "0.93", "0.94")])])]
    assert converted_revision() == revision + 1
    take_back(run, admin)
    assert digest() == before
    assert converted_revision() == revision + 2


def test_a_rate_that_a_person_corrected_stays(bring_rates):
    bring_rates(RATES)
    ExchangeRate.objects.filter(currency="KRW").update(rate="0.0007")
    run = bring_rates(RATES.replace("0.00068", "0.00069"))
    assert said(run, "warning") == [(4, "edited_since")]
    assert rates()["KRW", "2026-01"] == Decimal("0.0007")


def test_a_rate_that_a_person_typed_stays(bring_rates):
    ExchangeRate.objects.create(currency="USD", month=date(2026, 1, 1), rate="0.91", source="bank")
    run = bring_rates(RATES)
    assert said(run, "warning") == [(2, "edited_since")]
    assert rates()["USD", "2026-01"] == Decimal("0.91")


def test_a_rate_of_the_made_up_company_gives_way_and_stays_when_that_goes(bring_rates, take_back, admin):
    ExchangeRate.objects.create(currency="USD", month=date(2026, 1, 1), rate="0.91", source=DEMO)
    before = digest()
    run = bring_rates(RATES)
    assert counts(run) == (2, 1, 0, 0)
    assert rates()["USD", "2026-01"] == Decimal("0.92")
    assert not ExchangeRate.objects.filter(source=DEMO).exists()
    assert counts(bring_rates(RATES)) == (0, 0, 3, 0)
    take_back(run, admin)
    assert digest() == before


def test_a_preview_shows_every_decimal(bring_rates):
    before = digest()
    run = bring_rates(RATES, dry_run=True)
    assert digest() == before
    assert shown.records(run)[1][2]["cells"] == [
        ("Currency", "text", "KRW"),
        ("Month", "text", "2026-01"),
        ("Rate", "text", "0.00068"),
    ]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("Currency;Month;Inverse rate\nKRW;2026-03;1 480\n", "0.00067568"),
        ("Currency;Month;역환율\nKRW;2026-03;1,480.00\n", "0.00067568"),
        ("From currency;To currency;Month;Rate\nKRW;EUR;2026-03;0.00068\n", "0.00068"),
        ("From currency;To currency;Month;Rate\nEUR;KRW;2026-03;1480\n", "0.00067568"),
        ("From currency;Units;Month;Rate\nKRW;1000;2026-03;0.68\n", "0.00068"),
        ("통화;적용월;환율\n한국 KRW(100);2026년 3월;0.068\n", "0.00068"),
    ],
)
def test_a_rate_is_read_the_way_it_is_noted(bring_rates, text, rate):
    assert counts(bring_rates(text)) == (1, 0, 0, 0)
    assert rates() == {("KRW", "2026-03"): Decimal(rate)}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("EUR;2026-03;1", "base_itself"),
        ("XXZ;2026-03;1", "bad_currency"),
        ("USD1;2026-03;1", "bad_currency"),
        (";2026-03;1", "no_currency"),
        ("USD;;1", "no_month"),
        ("USD;2026-13;1", "bad_date"),
        ("USD;spring;1", "bad_date"),
        ("USD;2026-03;", "no_rate"),
        ("USD;2026-03;0", "rate_not_positive"),
        ("USD;2026-03;-1", "rate_not_positive"),
        ("USD;2026-03;none", "bad_rate"),
        ("USD;2026-03;0.000000001", "bad_rate"),
        ("USD;2026-03;10000000000", "bad_rate"),
    ],
)
def test_a_bad_rate_is_named_and_the_others_arrive(bring_rates, row, reason):
    run = bring_rates(RATES + row + "\n")
    assert counts(run) == (3, 0, 0, 1)
    assert said(run) == [(5, reason)]


def test_a_rate_to_another_currency_is_none(bring_rates):
    run = bring_rates("From currency;To currency;Month;Rate\nUSD;KRW;2026-03;1400\n")
    assert said(run) == [(2, "other_base")]


def test_a_month_said_twice_differently_is_rejected_whole(bring_rates):
    run = bring_rates(RATES + "USD;2026-01-31;0.95\nKRW;2026-01-31;0.00068\n")
    assert said(run) == [(2, "said_twice"), (5, "said_twice")]
    assert counts(run) == (3 - 1 + 1, 0, 0, 2)
    assert ("USD", "2026-01") not in rates()


def test_a_rate_the_wrong_way_round_is_doubted_once(bring_rates):
    bring_rates(RATES)
    for _again in range(2):
        run = bring_rates("Currency;Month;Rate\nKRW;2026-02;1470\n")
        warned = said(run, "warning")
        assert warned == ([(2, "unusual_rate")] if run.created else [])
    assert not run.created


def test_who_is_no_administrator_any_more_neither_brings_rates_nor_takes_them_back(
    bring_rates, take_back, admin
):
    run = bring_rates(RATES)
    before = rates()
    admin.role = User.Role.REP
    admin.save()
    with pytest.raises(ImportRefused, match="administrators"):
        bring_rates(RATES.replace("0.92", "0.95"))
    with pytest.raises(ImportRefused, match="administrators"):
        take_back(ImportRun.objects.get(pk=run.pk), admin)
    assert rates() == before


def test_rates_are_for_administrators(owner, manager, admin):
    assert "rates" in {kind.name for kind in allowed(admin)}
    assert "rates" not in {kind.name for kind in allowed(owner) + allowed(manager)}
    assert likely(["Currency", "Month", "Rate"], admin).name == "rates"
    assert likely(["Currency", "Month", "Rate"], owner).name != "rates"


def test_the_page_of_rates_opens_for_who_may_bring_them(client, bring_rates, admin):
    client.force_login(admin)
    page = client.get(bring_rates(RATES).get_absolute_url()).content.decode()
    assert "/admin/crm/exchangerate/" in page
    assert client.get("/admin/crm/exchangerate/").status_code == 200


def test_a_rep_is_not_offered_rates(client, owner):
    client.force_login(make_user(role=User.Role.REP))
    assert 'value="rates"' not in client.get("/imports/new/").content.decode()


WRITTEN = (
    "{y}-{m:02}", "{y}-{m}", "{y}.{m}", "{y}.{m:02}.", "{y}/{m}", "{y} {m:02}", "{y}{m:02}", "{y}M{m:02}", "{y}년 {m}월",
    "{m:02}/{y}", "{m}.{y}", "{m:03}.{y}", "{name} {y}", "{short} {y}", "{short}-{yy:02}", "{short}. {y}", "{y} {short}",
    "{y}-{short}", "{upper}-{y}", " {name}, {y} ",
)  # fmt: skip


@given(
    written=st.sampled_from(WRITTEN),
    year=st.integers(2000, 2099),
    month=st.integers(min_value=1, max_value=12),
)
def test_a_month_is_read_however_it_is_written(written, year, month):
    name = NAMES[month - 1].title()
    text = written.format(y=year, yy=year % 100, m=month, name=name, short=name[:3], upper=name[:3].upper())
    assert month_of(text) == date(year, month, 1)


@given(st.text(alphabet="0123456789-./ 년월JanMrch'TZ", max_size=14) | st.text(max_size=14))
def test_whatever_stands_there_is_a_month_or_none(text):
    found = month_of(text)
    assert found is None or found.day == 1


@pytest.mark.parametrize(
    "day", ["2026-03-17", "17.03.2026", "20260317", "17 Mar 2026", "46098", "2026-03-17 00:00:00"]
)
def test_any_day_stands_for_its_month(bring_rates, day):
    bring_rates(f"Currency;Date;Rate\nUSD;{day};0.9\n")
    assert rates() == {("USD", "2026-03"): Decimal("0.9")}


def test_neither_is_a_day_of_one_a_month():
    assert month_of("2026-03-17") is None
    assert month_of("20260317") is None
    assert month_of("2026-00") is None
