"""The demo company: what was planted is there, the same day makes the same company, and it goes without a trace."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F
from django.urls import reverse

from accounts.models import Team, User
from crm.demo import REP_EMAIL
from crm.demo.company import monthly_rates
from crm.demo.load import NotEmpty, load_demo
from crm.demo.orders import make_orders
from crm.demo.people import CHINESE, GREGORIAN, KOREAN, SOON, month_and_day
from crm.demo.removal import HeirNeeded, remove_demo
from crm.demo.truths import TRUTHS
from crm.models import (
    Customer,
    CustomerItem,
    Employment,
    ExchangeRate,
    ImportRun,
    Installation,
    Note,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    Promise,
    Shipment,
)
from crm.money import round_money
from tests.factories import make_customer, make_order, make_person

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SEED = 7
ODD_RHYTHM = {"OUL-KAR", "DXB-QAM", "SEA-RAI", "CHC-KAH"}  # going quiet, none, one and few orders
ADMINISTRATOR = {
    "name": "Ada Own",
    "email": "ada@own.example",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo company, loaded once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(TODAY, SEED, NOW)
        # PostgreSQL would check the same hundred thousand foreign keys again after each test.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rep(demo, db):
    return User.objects.get(email=REP_EMAIL)


@pytest.fixture
def order_days(demo, db):
    """Code -> days with an order that is learned from."""
    rows = OrderLine.objects.filter(learn=True, quantity__gt=0).values_list(
        "order__customer__code", "order__ordered_on"
    )
    days = defaultdict(list)
    for code, day in rows.distinct().order_by("order__ordered_on"):
        days[code].append(day)
    return days


def test_a_full_list_for_the_rep_and_something_of_everything(rep):
    assert Customer.objects.count() == 40
    assert Customer.objects.values("country").distinct().count() == 25
    assert Customer.objects.values("currency").distinct().count() >= 9
    assert Customer.objects.filter(owner=rep).count() == 24
    assert 30_000 < OrderLine.objects.count() < 50_000
    assert Note.objects.count() > 150
    assert Promise.objects.filter(done_at=None, due_on__lt=TODAY).exists()
    assert Promise.objects.filter(done_at=None, due_on__gte=TODAY).exists()
    assert Promise.objects.exclude(done_at=None).exists()
    assert Shipment.objects.count() > 2000
    assert set(TRUTHS) == set(Customer.objects.values_list("code", flat=True))


def test_nobody_has_a_password(rep):
    assert not any(user.has_usable_password() for user in User.objects.filter(is_demo=True))


def test_every_row_that_must_go_again_is_marked(rep):
    for model in (Customer, Product, Person, User, Team):
        assert not model.objects.filter(is_demo=False).exists()


def test_rhythms_are_as_planted(order_days):
    for code, truth in TRUTHS.items():
        if code in ODD_RHYTHM:
            continue
        gaps = np.diff([day.toordinal() for day in order_days[code]])
        assert abs(np.median(gaps) - truth.interval) <= max(1.5, 0.12 * truth.interval), code


def test_new_single_and_missing_customers(order_days):
    assert 3 <= len(order_days["CHC-KAH"]) <= 8
    assert len(order_days["SEA-RAI"]) == 1
    assert order_days["DXB-QAM"] == []


def test_overdue_ones_are_silent(order_days):
    overdue = {code: truth for code, truth in TRUTHS.items() if truth.overdue}
    assert overdue
    for code, truth in overdue.items():
        silence = (TODAY - order_days[code][-1]).days
        assert silence >= (truth.overdue - 0.2) * truth.interval, code


def test_one_goes_quiet(order_days):
    truth = TRUTHS["OUL-KAR"]
    gaps = np.diff([day.toordinal() for day in order_days["OUL-KAR"]])
    before, since = gaps[:-5], gaps[-3:]
    assert since.mean() > 1.5 * np.median(before)
    lines = OrderLine.objects.filter(order__customer__code="OUL-KAR", quantity__gt=0, learn=True)
    turning = TODAY - timedelta(days=truth.going_quiet)
    year_before = lines.filter(
        order__ordered_on__range=(turning - timedelta(days=truth.going_quiet), turning)
    )
    now = lines.filter(order__ordered_on__gt=turning)
    assert sum(line.amount for line in now) < sum(line.amount for line in year_before) / 2


def test_a_giant_order_was_taken_back_the_same_day_and_is_not_learned_from(rep):
    reversals = OrderLine.objects.exclude(reverses=None).select_related("order", "reverses__order")
    assert {line.order.customer.code for line in reversals} == {
        code for code, truth in TRUTHS.items() if truth.giant
    }
    for line in reversals:
        assert line.order.ordered_on == line.reverses.order.ordered_on
        assert line.quantity == -line.reverses.quantity
        assert line.amount == -line.reverses.amount
        assert not line.learn
        assert not line.reverses.learn
        usual = OrderLine.objects.filter(
            order__customer=line.order.customer, product=line.product, learn=True
        )
        assert line.reverses.quantity > 20 * max(one.quantity for one in usual)


def test_seasonal_items_keep_to_their_months(rep):
    for code, truth in TRUTHS.items():
        for sku, months in truth.seasonal.items():
            bought = OrderLine.objects.filter(
                order__customer__code=code, product__sku=sku, order__kind=Order.Kind.ORDER
            )
            assert bought.exists(), (code, sku)
            assert set(bought.values_list("order__ordered_on__month", flat=True)) <= set(months), (code, sku)


def test_items_come_go_and_replace_each_other(rep):
    def days(code, sku):
        rows = OrderLine.objects.filter(order__customer__code=code, product__sku=sku, quantity__gt=0)
        return sorted(rows.values_list("order__ordered_on", flat=True))

    for code, truth in TRUTHS.items():
        if truth.stopped:
            assert days(code, truth.stopped[0])[-1] < TODAY - timedelta(days=truth.stopped[1])
        if truth.started:
            assert days(code, truth.started[0])[0] >= TODAY - timedelta(days=truth.started[1])
        if truth.replaced:
            old, new, ago = truth.replaced
            assert days(code, old)[-1] < TODAY - timedelta(days=ago) <= days(code, new)[0]


def test_steady_items_are_small_regular_and_explained(rep):
    year = OrderLine.objects.filter(order__ordered_on__gt=TODAY - timedelta(days=365), quantity__gt=0)
    for code, truth in TRUTHS.items():
        lines = year.filter(order__customer__code=code, learn=True)
        total = sum(line.amount for line in lines)
        for sku in truth.steady:
            bought = [line for line in lines.filter(product__sku=sku).select_related("order")]
            assert len({line.order.ordered_on.month for line in bought}) >= 6, (code, sku)
            assert sum(line.amount for line in bought) < total * Decimal("0.05"), (code, sku)
            assert (
                CustomerItem.objects.filter(customer__code=code, product__sku=sku).exclude(remark="").exists()
            )


def test_year_end_is_pushed(rep):
    lines = OrderLine.objects.filter(order__customer__code="EDI-GLE", learn=True, quantity__gt=0)
    by_month = defaultdict(Decimal)
    for month, amount in lines.values_list("order__ordered_on__month", "amount"):
        by_month[month] += amount
    assert by_month[3] > Decimal("1.4") * sum(by_month.values()) / 12


def test_nobody_orders_on_weekends_at_christmas_in_the_vacation_or_after_yesterday(demo, db):
    days = set(Order.objects.values_list("ordered_on", flat=True))
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert max(days) == TODAY - timedelta(days=1)
    assert set(Customer.objects.values_list("orders_known_through", flat=True)) == {TODAY - timedelta(days=1)}
    vacation = Order.objects.filter(
        customer__code="GNB-ALP", kind=Order.Kind.ORDER, ordered_on__month=8, ordered_on__day__lte=24
    )
    assert not vacation.exists()


def test_amounts_have_the_digits_of_their_currency(demo, db):
    rows = OrderLine.objects.values_list("quantity", "unit_price", "amount", "order__currency")
    for quantity, price, amount, currency in rows.iterator():
        assert amount == round_money(quantity * price, currency)
    kuwaiti = OrderLine.objects.filter(order__currency="KWD").values_list("amount", flat=True)
    assert any(amount != round(amount, 2) for amount in kuwaiti)


def test_every_currency_has_a_rate_in_every_month_with_orders(demo, db):
    rates = set(ExchangeRate.objects.values_list("currency", "month"))
    orders = Order.objects.exclude(currency="EUR").values_list("currency", "ordered_on")
    assert {(currency, day.replace(day=1)) for currency, day in orders} <= rates


def test_orders_are_credited_to_the_rep_of_their_time(demo, db):
    handed = Order.objects.filter(customer__code="BGO-FJE")
    assert handed.filter(credited_to__email=REP_EMAIL).exists()
    assert handed.exclude(credited_to__email=REP_EMAIL).exists()
    assert not Order.objects.filter(credited_to=None).exists()
    assert not OrderLine.objects.filter(kind="goods", unit_cost=None).exists()


def test_every_customer_has_people_and_notes_name_only_them(demo, db):
    assert not Customer.objects.annotate(n=Count("employments")).filter(n=0).exists()
    links = Note.people.through.objects.exclude(person__employments__customer=F("note__customer"))
    assert not links.exists()
    assert not Note.objects.filter(happened_at__gt=NOW).exists()
    scripts = "".join(Person.objects.values_list("native_name", flat=True))
    for letter in ("김", "健", "张", "ع", "Ε", "Д"):
        assert letter in scripts


@pytest.mark.parametrize("today", [TODAY, date(2027, 2, 3), date(2028, 2, 29)])
def test_birthdays_of_all_calendars_come_within_two_weeks(today):
    from_today = {calendar for days, calendar in SOON.values() if days <= 14}
    assert from_today == {GREGORIAN, KOREAN, CHINESE}
    for days, calendar in SOON.values():
        month, day = month_and_day(today + timedelta(days=days), calendar)
        assert 1 <= month <= 12
        assert 1 <= day <= 31


def test_birthdays_are_stored_in_their_calendars(demo, db):
    dates = PersonDate.objects.filter(kind="birthday")
    assert set(dates.values_list("calendar", flat=True)) == {GREGORIAN, KOREAN, CHINESE}
    assert dates.filter(month=2, day=29).exists()
    assert dates.filter(year=None).exists()
    # 30 November 2026 is the 22nd of the tenth month in Korea.
    kim = Person.objects.get(native_name="김민준")
    assert (kim.dates.get().month, kim.dates.get().day) == (10, 22)


def test_the_same_seed_and_day_make_the_same_company():
    rates = monthly_rates(TODAY, SEED)
    assert make_orders(TODAY, SEED, rates) == make_orders(TODAY, SEED, rates)
    assert make_orders(TODAY, SEED + 1, rates) != make_orders(TODAY, SEED, rates)


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2027, 8, 15)])
def test_it_can_be_made_on_any_day(today):
    orders = make_orders(today, SEED, monthly_rates(today, SEED))
    assert {order.code for order in orders} == {code for code, truth in TRUTHS.items() if truth.orders != 0}
    assert all(order.day < today and order.day.weekday() < 5 for order in orders)


def test_it_is_not_mixed_with_real_data(customer):
    before = Customer.objects.count()
    with pytest.raises(NotEmpty):
        load_demo(TODAY, SEED, NOW)
    with pytest.raises(CommandError, match="already"):
        call_command("load_demo")
    call_command("load_demo", "--if-empty")
    assert Customer.objects.count() == before


def test_a_second_start_loads_nothing(demo, db):
    newest = Order.objects.latest("pk")
    call_command("load_demo", "--if-empty")
    assert Order.objects.latest("pk") == newest


# Removal -----------------------------------------------------------------------------------------------------


def test_removal_leaves_nothing_behind_and_for_good(demo, db):
    out = StringIO()
    call_command("remove_demo", stdout=out)
    assert "40 customers" in out.getvalue()
    for model in (Customer, Order, OrderLine, Product, Person, Employment, Note, ExchangeRate, User, Team):
        assert not model.objects.exists(), model
    assert not Installation.current().shows_demo
    call_command("load_demo", "--if-empty")
    assert not Customer.objects.exists()
    with pytest.raises(CommandError, match="no demo company"):
        call_command("remove_demo")


def test_what_is_real_stays(demo, admin, rep):
    own = make_customer("Ownreal AS", owner=rep)
    make_order(own, lines=[("AUR-400", 10, "25.00"), ("OWN-1", 5, "3.00")], credited_to=rep)
    person = make_person(own, owner=rep)
    note = Note.objects.create(customer=own, author=rep, happened_at=NOW, text="Real.")
    loose = Note.objects.create(author=rep, happened_at=NOW, text="To nobody in particular.")
    typed = Note.objects.create(
        customer=Customer.objects.filter(is_demo=True)[0], author=admin, happened_at=NOW, text="?"
    )
    ExchangeRate.objects.create(currency="ZAR", month=date(2026, 1, 1), rate="0.05", source="bank")

    remove_demo(admin, NOW)

    own.refresh_from_db()
    assert own.owner == admin
    assert own.orders.get().credited_to == admin
    assert set(Product.objects.values_list("sku", "is_demo")) == {("AUR-400", False), ("OWN-1", False)}
    assert Person.objects.get() == person
    assert set(Note.objects.values_list("pk", "author")) == {(note.pk, admin.pk), (loose.pk, admin.pk)}
    assert typed.pk not in Note.objects.values_list("pk", flat=True)
    assert ExchangeRate.objects.get().source == "bank"
    assert list(User.objects.all()) == [admin]


def test_a_customer_with_imported_orders_stays_without_the_made_up_ones(demo, admin):
    tromso = Customer.objects.get(code="TRO-NOR")
    run = ImportRun.objects.create(user=admin, file_name="own.csv", file_hash="0", started_at=NOW)
    imported = make_order(tromso, lines=[("AUR-400", 10, "300")], run=run)
    rev = Customer.objects.get(pk=tromso.pk).orders_rev

    remove_demo(admin, NOW)

    tromso = Customer.objects.get()
    assert (tromso.code, tromso.is_demo, tromso.owner) == ("TRO-NOR", False, admin)
    assert tromso.orders.get() == imported
    assert not tromso.notes.exists()
    assert tromso.orders_rev > rev


def test_somebody_must_take_over_what_is_real(demo, rep):
    Note.objects.create(author=rep, happened_at=NOW, text="Mine.")
    with pytest.raises(HeirNeeded):
        remove_demo(None, NOW)
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("remove_demo")
    assert Customer.objects.count() == 40


def test_a_demo_user_can_stay_and_becomes_the_administrator(demo, rep):
    call_command("remove_demo", "--keep-user", stdout=StringIO())
    kept = User.objects.get()
    assert (kept.email, kept.role, kept.is_demo, kept.team) == (REP_EMAIL, User.Role.ADMIN, False, None)


# The page ----------------------------------------------------------------------------------------------------


def test_page_asks_who_goes_on_then_removes_and_signs_him_in(demo, rep, client_for):
    client = client_for(rep)
    page = client.get(reverse("demo_remove")).content.decode()
    assert "40 customers" in page
    assert 'name="password1"' in page
    response = client.post(reverse("demo_remove"), ADMINISTRATOR, follow=True)
    assert response.redirect_chain[-1][0] == reverse("customers")
    ada = User.objects.get()
    assert (ada.email, ada.role, ada.is_demo) == ("ada@own.example", User.Role.ADMIN, False)
    assert ada.check_password("correct horse battery")
    assert response.context["user"] == ada
    assert not Customer.objects.exists()
    # A second click on the same button finds nothing to do.
    assert client.post(reverse("demo_remove"), ADMINISTRATOR).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": REP_EMAIL},
        {"name": ""},
        {"password1": "short", "password2": "short"},
        {"password1": "ada@own.example", "password2": "ada@own.example"},
        {"password2": "something else altogether"},
    ],
)
def test_page_refuses_a_bad_administrator_and_removes_nothing(demo, rep, client_for, wrong):
    response = client_for(rep).post(reverse("demo_remove"), ADMINISTRATOR | wrong)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert Customer.objects.count() == 40
    assert not User.objects.filter(is_demo=False).exists()


def test_an_administrator_removes_it_without_questions(demo, admin, client_for):
    client = client_for(admin)
    assert 'name="password1"' not in client.get(reverse("demo_remove")).content.decode()
    assert client.post(reverse("demo_remove"), follow=True).context["user"] == admin
    assert not Customer.objects.exists()


def test_strangers_and_demo_users_beside_a_real_administrator_are_refused(
    demo, rep, admin, stranger, client_for
):
    for user in (rep, stranger):
        for method in ("get", "post"):
            assert getattr(client_for(user), method)(reverse("demo_remove")).status_code == 403
    assert Customer.objects.count() == 40


def test_a_real_rep_is_refused_while_there_is_no_administrator(demo, stranger, client_for):
    assert client_for(stranger).post(reverse("demo_remove"), ADMINISTRATOR).status_code == 403


def test_anonymous_visitors_must_sign_in(demo, db, client_for):
    response = client_for(None).post(reverse("demo_remove"), ADMINISTRATOR)
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign_in"))
    assert Customer.objects.count() == 40
