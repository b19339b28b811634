"""The pages of the ledger, and a rep's own call on the card."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.formats import NumberFormat
from analytics.ledger import figures, words
from analytics.models import Call, Forecast, Outlook, Settlement
from analytics.refresh import refresh_stale
from crm.models import Customer, ExchangeRate
from tests.factories import make_customer, make_order, make_orders

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LAST = date(2026, 3, 20)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-21 09:00Z", tick=False):
        yield


def make_regular(owner, orders=12, gap=20, **fields):
    customer = make_customer(owner=owner, orders_known_through=LAST, **fields)
    make_orders(
        customer,
        [(LAST - timedelta(days=gap * n), [("A", 10, "12.50"), ("B", 2, "3")]) for n in range(orders)],
    )
    return customer


@pytest.fixture
def regular(owner):
    customer = make_regular(owner, name="Nordlys AS")
    refresh_stale()
    return customer


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def ask(client_for, owner):
    def ask(path, user=owner):
        response = client_for(user).get(path)
        assert response.status_code == 200
        return text(response)

    return ask


def say(client, customer, **said):
    """As the form does that was opened a moment ago."""
    last = Outlook.objects.filter(customer=customer).values_list("last_ordered_on", flat=True).first()
    said = {"expected_on": "2026-04-12", "anchor": str(last), **said}
    return client.post(f"/customers/{customer.pk}/call/", said, headers=HTMX)


def order_comes(customer, day, amount="12.50"):
    make_order(customer, day, [("A", 10, amount), ("B", 2, "3")])
    Customer.objects.filter(pk=customer.pk).update(orders_known_through=day)
    refresh_stale()


# A customer's ledger ------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_called_and_replayed_are_counted_apart(regular, ask):
    path = f"/customers/{regular.pk}/ledger/"
    page = ask(path)
    assert "No order has come yet that was called before its day." in page
    assert "Right in 9 of 9" in page
    order_comes(regular, LAST + timedelta(days=31))
    page = ask(path)
    assert "Right in 0 of 1" in page
    assert "Right in 9 of 9" in page
    assert "11 days later" in page


def test_a_line_leads_to_its_order_and_says_what_was_called_and_what_came(regular, ask):
    order_comes(regular, LAST + timedelta(days=22), amount="25.00")
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert f"/orders/?customer={regular.pk}&amp;since=2026-04-11&amp;until=2026-04-11" in page
    assert "2 days later" in page
    assert "called EUR 131 (−49 %)" in page
    assert "basket 100 %" in page
    assert "quantities 100 %" in page


def test_an_open_one_and_a_missed_one_are_said(regular, ask):
    path = f"/customers/{regular.pk}/ledger/"
    assert ">awaited<" in ask(path)
    Customer.objects.update(orders_known_through=LAST + timedelta(days=70))
    refresh_stale()
    page = ask(path)
    assert ">missed<" in page
    assert "Right in 0 of 1" in page


def test_after_an_undone_order_the_one_before_is_awaited_again(regular, ask):
    order_comes(regular, LAST + timedelta(days=20))
    regular.orders.latest("ordered_on").delete()
    refresh_stale()
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert page.count(">awaited<") == 1
    assert re.search(r">awaited</span><span class=\"sub\">after 20 Mar", page)


def test_confidence_is_set_against_what_came_only_where_there_is_enough(regular, owner, ask):
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert "Not enough data: it takes 20 orders that were called, and there are 9." in page
    assert "calibration-figure" not in page
    many = make_regular(owner, orders=30)
    refresh_stale()
    page = ask(f"/customers/{many.pk}/ledger/")
    assert 'id="calibration-figure"' in page
    assert "8 in 10 windows held 20 of 20 orders" in page


def make_scored(customer, count):
    """Forecasts of every tenth of confidence in turn; a third of those below one half came, two thirds of the others."""
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(count)]
    forecasts = Forecast.objects.bulk_create(
        Forecast(
            customer=customer, method="model", anchor_on=day, issued_on=day, known_through=day, fingerprint=str(n),
            expected_on=day + timedelta(days=20), confidence=n % 10 / 10 + 0.05, currency="EUR",
        )
        for n, day in enumerate(days)
    )  # fmt: skip
    for n, one in enumerate(forecasts):
        came = n // 10 % 3 < (1 if n % 10 < 5 else 2)
        one.settlement = Settlement(
            customer=customer, forecast=one, state="settled", on=one.expected_on, days_off=0, right=True,
            in_window=came, settled_on=one.expected_on,
        )  # fmt: skip
    Settlement.objects.bulk_create(one.settlement for one in forecasts)


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.16, "+16 %"), (-0.4, "−40 %"), (0.004, "exactly"), (9.4, "+940 %"), (2165.67, "2,167 times as much")],
)
def test_by_how_much_too_much_was_called(share, said):
    assert words.error(share) == said


@pytest.mark.parametrize(
    ("count", "parts", "words"),
    [
        (200, 10, "By tenths of confidence, thin ones"),
        (
            190,
            5,
            "By fifths of confidence, thin ones put together with their neighbours; tenths take 200 orders.",
        ),
    ],
)
def test_confidence_is_looked_at_in_tenths_where_there_are_enough(owner, ask, count, parts, words):
    make_scored(make_customer("Nordlys AS", owner=owner), count)
    page = ask("/ledger/")
    assert words in page
    table = re.search(r"<th[^>]*>Said</th>.*?</table>", page)[0]
    rows = re.findall(r'<tr><td class="num">([\d.]+) %</td>', table)
    assert [float(stated) for stated in rows] == pytest.approx(
        [100 * (n + 0.5) / parts for n in range(parts)], abs=0.6
    )


def test_a_long_ledger_comes_in_pages_and_a_phone_shows_the_latest_first(owner, ask):
    customer = make_customer("Nordlys AS", owner=owner, currency="EUR")
    make_scored(customer, 60)
    pages = [ask(f"/customers/{customer.pk}/ledger/?page={n}") for n in (1, 2, 3)]
    assert "Page 1 of 3" in pages[0]
    assert [page.count('data-label="Dangol called"') for page in pages] == [25, 25, 10]
    assert [page.count("data-folds") for page in pages] == [17, 17, 2]
    assert "Show 17 more" in pages[0]


@pytest.mark.both
def test_the_download_has_every_line(regular, client_for, owner):
    response = client_for(owner).get(f"/customers/{regular.pk}/ledger/?format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert len(rows) == 10
    assert (rows[0]["State"], rows[1]["State"], rows[1]["Dangol: days off"]) == (
        "awaited",
        "the order came",
        "0",
    )
    assert rows[1]["Replayed"] == "yes"


@pytest.mark.both
def test_what_came_is_in_the_currency_he_has_now_and_what_was_called_in_that_of_then(
    regular, client_for, owner, ask
):
    Customer.objects.filter(pk=regular.pk).update(currency="NOK")
    for month in range(24):
        first = date(2025 + month // 12, month % 12 + 1, 1)
        ExchangeRate.objects.create(currency="NOK", month=first, rate=Decimal("0.1"))
    refresh_stale(everyone=True)
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert "called EUR 131" in page
    assert "NOK 1,310" in page
    response = client_for(owner).get(f"/customers/{regular.pk}/ledger/?format=csv")
    row = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))[1]
    assert (row["Currency"], row["Amount that came"], row["Dangol: amount"]) == ("NOK", "1310.00", "")


def test_too_few_orders_are_said(owner, ask):
    customer = make_regular(owner, orders=2)
    refresh_stale()
    assert "A forecast needs three order days." in ask(f"/customers/{customer.pk}/ledger/")


def test_nobody_else_finds_it(regular, client_for, stranger, mate, manager, admin):
    for user, status in ((stranger, 404), (mate, 404), (manager, 200), (admin, 200)):
        client = client_for(user)
        for path in ("ledger/", "call/"):
            assert client.get(f"/customers/{regular.pk}/{path}").status_code == status
        assert say(client, regular).status_code == status
    assert set(Call.objects.values_list("author__name", flat=True)) == {"Mia Manager", "Ada Admin"}


def test_a_period_that_ends_before_it_begins_is_said(regular, client_for, owner, ask):
    say(client_for(owner), regular)
    order_comes(regular, date(2026, 4, 12))
    assert "By customer" in ask("/ledger/?since=2026-04-01&until=2026-04-30")
    page = ask("/ledger/?since=2026-04-30&until=2026-04-01")
    assert "This is before the first day." in page
    assert "This filter can't be read" in page
    assert "By customer" not in page


# The call on the card -----------------------------------------------------------------------------------------------


def test_a_call_is_typed_and_shown_beside_the_forecast(regular, client_for, owner, ask):
    form = text(client_for(owner).get(f"/customers/{regular.pk}/call/", headers=HTMX))
    assert 'value="2026-04-09"' in form, "Dangol's own day to begin with"
    product = regular.orders.first().lines.get(product__sku="A").product
    card = text(
        say(
            client_for(owner), regular, amount="1,250", reason="They told me",
            **{f"take_{product.pk}": "on", f"quantity_{product.pk}": "12"},
        )
    )  # fmt: skip
    assert "You call" in card
    assert "Sun 12 Apr" in card
    assert "EUR 1,250" in card
    assert "“They told me”" in card
    said = Call.objects.get()
    assert (said.anchor_on, said.made_on, said.amount) == (LAST, date(2026, 3, 21), 1250)
    assert said.items == [[product.pk, 12.0, None]]
    assert "Sun 12 Apr" in ask(f"/customers/{regular.pk}/")


@pytest.mark.both
def test_whoever_types_how_many_means_the_item(regular, client_for, owner):
    a, b = (regular.orders.first().lines.get(product__sku=sku).product for sku in "AB")
    client = client_for(owner)
    say(client, regular, **{f"quantity_{a.pk}": "777", f"quantity_{b.pk}": "2"})
    assert Call.objects.get().items == [[a.pk, 777.0, None]], "2 of B is what the form offered"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("48000", "48000"), ("48 000", "48000"), ("48k", "48000"), ("1.5k", "1500"), ("1,5k", "1500"), ("", None),
        ("12,5", "12.5"), ("12.5", "12.5"), ("1.234,50", "1234.5"), ("1,234.50", "1234.5"), ("1'234.50", "1234.5"),
        ("1,500", "1500"), ("0,125k", "125"), ("4.8만", "48000"), ("3천", "3000"), ("4321,25", "4321.25"),
    ],
)  # fmt: skip
def test_an_amount_is_taken_as_it_is_typed(regular, client_for, owner, typed, amount):
    assert say(client_for(owner), regular, amount=typed).status_code == 200
    assert Call.objects.get().amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"expected_on": ""}, "Say on which day."),
        ({"expected_on": "2026-03-20"}, "This day has passed."),
        ({"expected_on": "2062-04-12"}, "So far away? Check the year."),
        ({"amount": "a lot"}, "Write a number, like 12, 2.5 or 48k."),
        ({"amount": "$500"}, "Write a number, like 12, 2.5 or 48k."),
        ({"amount": "1.20.30"}, "Write a number, like 12, 2.5 or 48k."),
        ({"amount": "1,2,3"}, "Write a number, like 12, 2.5 or 48k."),
        ({"amount": "1.234,5.6"}, "Write a number, like 12, 2.5 or 48k."),
        ({"amount": "0"}, "Write a number above zero, or leave it empty."),
        ({"amount": "0.001"}, "Write a number above zero, or leave it empty."),
        ({"amount": "-12.5"}, "Write a number above zero, or leave it empty."),
        ({"amount": "999 999 999"}, "That is over a thousand times the usual."),
        ({"amount": "0.01"}, "That is less than a thousandth of the usual."),
    ],
)
def test_what_makes_no_call_is_said_at_its_field(regular, client_for, owner, said, words):
    response = say(client_for(owner), regular, **said)
    assert response.status_code == 422
    assert words in text(response)
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "Write a number above zero, or leave it empty."),
        ("-3", "Write a number above zero, or leave it empty."),
        ("1000000", "That is over a thousand times the usual."),
    ],
)
def test_so_is_how_many_nobody_orders(regular, client_for, owner, typed, words):
    product = regular.orders.first().lines.get(product__sku="A").product
    response = say(
        client_for(owner), regular, **{f"take_{product.pk}": "on", f"quantity_{product.pk}": typed}
    )
    assert response.status_code == 422
    assert words in text(response)
    assert f'value="{typed}"' in text(response)
    assert not Call.objects.exists()


def test_who_writes_a_decimal_comma_reads_back_what_he_wrote(regular, client_for, owner):
    owner.number_format = NumberFormat.COMMA
    owner.save()
    client = client_for(owner)
    product = regular.orders.first().lines.get(product__sku="A").product
    said = {f"take_{product.pk}": "on", f"quantity_{product.pk}": "12,375"}
    say(client, regular, amount="1.250", **said)
    call = Call.objects.get()
    assert (call.amount, call.items) == (1250, [[product.pk, 12.375, None]])
    form = text(client.get(f"/customers/{regular.pk}/call/", headers=HTMX))
    assert 'value="12,375"' in form


@pytest.mark.both
def test_a_change_of_mind_is_kept_and_the_same_once_more_is_none(regular, client_for, owner):
    client = client_for(owner)
    for day in ("2026-04-12", "2026-04-12", "2026-04-15"):
        say(client, regular, expected_on=day)
    assert list(Call.objects.order_by("revision").values_list("revision", "expected_on")) == [
        (0, date(2026, 4, 12)), (1, date(2026, 4, 15)),
    ]  # fmt: skip
    assert "changed once" in text(client.get(f"/customers/{regular.pk}/next-order/", headers=HTMX))


@pytest.mark.both
def test_his_call_can_lead_the_card(regular, client_for, owner):
    client = client_for(owner)
    say(client, regular)
    lead = f"/customers/{regular.pk}/call/lead/"
    card = text(client.post(lead, {"first": "1"}, headers=HTMX))
    assert card.index("Sun 12 Apr") < card.index("Dangol’s own forecast") < card.index("8 in 10 fall between")
    # It stays so when he changes his mind, and goes back when he says so.
    assert "Dangol’s own forecast" in text(say(client, regular, expected_on="2026-04-15"))
    assert "Dangol’s own forecast" not in text(client.post(lead, headers=HTMX))


@pytest.mark.both
def test_a_colleague_sees_whose_call_it_is_and_may_make_his_own(regular, client_for, owner, manager, ask):
    say(client_for(owner), regular)
    page = ask(f"/customers/{regular.pk}/", manager)
    assert "Olivia Owner calls" in page
    assert "Make your own call" in page
    say(client_for(manager), regular, expected_on="2026-04-20")
    assert "You call" in ask(f"/customers/{regular.pk}/", manager)
    assert "Sun 12 Apr" in ask(f"/customers/{regular.pk}/", owner)


def test_without_a_script_the_form_is_a_page(regular, client_for, owner):
    client = client_for(owner)
    assert "<h1>Your call of the next order</h1>" in text(client.get(f"/customers/{regular.pk}/call/"))
    said = {"expected_on": "2026-04-12", "anchor": str(LAST)}
    response = client.post(f"/customers/{regular.pk}/call/", said)
    assert (response.status_code, response.url) == (302, f"/customers/{regular.pk}/")


@pytest.mark.both
@pytest.mark.parametrize("headers", [HTMX, {}], ids=["card", "page"])
def test_a_form_left_open_calls_no_order_that_nobody_saw_awaited(regular, client_for, owner, headers):
    """What he typed stays, and is called of the next order only when he says it again."""
    client, path = client_for(owner), f"/customers/{regular.pk}/call/"

    def anchor(page):
        return re.search(r'name="anchor" value="([^"]*)"', page)[1]

    a, b = (regular.orders.first().lines.get(product__sku=sku).product.pk for sku in "AB")
    opened = anchor(text(client.get(path, headers=headers)))
    assert opened == str(LAST)
    order_comes(regular, date(2026, 3, 21))
    said = {"expected_on": "2026-04-12", "amount": "480", "reason": "They told me", "first": "on"}
    said |= {f"take_{a}": "on", f"quantity_{a}": "7", f"quantity_{b}": "77", "anchor": opened}
    response = client.post(path, said, headers=headers)
    page = text(response)
    assert response.status_code == 422
    assert "Too late to call that order: the last order is of 21 Mar by now." in page
    assert not Call.objects.exists()
    for typed in ("2026-04-12", "480", "They told me", "7"):
        assert f'value="{typed}"' in page
    assert 'value="77"' not in page, "of B is offered what is usual now"
    assert re.search(r'name="first"[^>]*checked', page)
    assert anchor(page) == "2026-03-21"
    assert client.post(path, said | {"anchor": ""}, headers=headers).status_code == 422
    assert not Call.objects.exists()
    again = said | {"anchor": anchor(page)}
    assert client.post(path, again, headers=headers).status_code == (200 if headers else 302)
    assert (Call.objects.get().anchor_on, Call.objects.get().leads) == (date(2026, 3, 21), True)


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["on the card", "on its page"])
def test_what_is_typed_stays_where_an_order_came_that_forecasts_do_not_know_yet(
    regular, client_for, owner, headers
):
    client, path = client_for(owner), f"/customers/{regular.pk}/call/"
    make_order(regular, date(2026, 3, 21), [("A", 10, "10")])
    said = {"expected_on": "2026-04-12", "amount": "480", "reason": "They told me", "anchor": str(LAST)}
    response = client.post(path, said, headers=headers)
    page = text(response)
    assert response.status_code == 422
    assert "An order has just come in: too late to call it." in page
    assert not Call.objects.exists()
    for typed in ("2026-04-12", "480", "They told me"):
        assert f'value="{typed}"' in page


def test_the_call_is_scored_beside_the_others_when_the_order_comes(regular, client_for, owner, ask):
    say(client_for(owner), regular)
    order_comes(regular, date(2026, 4, 13))
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert "Sales rep called" in page
    assert "1 day later" in page
    assert "Your call" in ask(f"/customers/{regular.pk}/"), "of the next order, which is open"


def test_a_call_that_came_too_late_is_shown_and_said_to_be(regular, owner, ask):
    said = {"customer": regular, "author": owner, "anchor_on": LAST, "currency": "EUR"}
    Call.objects.create(made_on=date(2026, 4, 13), expected_on=date(2026, 4, 13), **said)
    order_comes(regular, date(2026, 4, 13))
    page = ask(f"/customers/{regular.pk}/ledger/")
    assert "Olivia Owner · too late, not scored" in page
    assert "only what was said before the day of the order is scored" in page


def test_no_order_yet_nothing_to_call(owner, client_for, ask):
    customer = make_customer(owner=owner)
    refresh_stale()
    assert "Your call" not in ask(f"/customers/{customer.pk}/")
    assert say(client_for(owner), customer).status_code == 302


# The card's hit rate ------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_the_card_counts_the_last_fourteen_and_says_what_was_replayed(regular, ask, monkeypatch):
    page = ask(f"/customers/{regular.pk}/")
    assert "9 of 9 right" in page
    assert "They were replayed" in page
    day = LAST
    for gap in (20, 40):
        day += timedelta(days=gap)
        order_comes(regular, day)
    page = ask(f"/customers/{regular.pk}/")
    # What was called and failed is not hidden behind what was replayed.
    assert "10 of 11 right" in page
    assert "partly replayed" in page
    assert "9 of them were replayed" in page
    monkeypatch.setattr(figures, "CARD_LAST", 2)
    page = ask(f"/customers/{regular.pk}/")
    assert "1 of 2 right" in page
    assert "replayed" not in page


# The ledger of all --------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_each_sees_the_ledger_of_his_customers(regular, stranger, ask, owner, mate, manager):
    make_regular(stranger, orders=8, name="Iberia SL")
    refresh_stale()
    assert "Right in 9 of 9" in ask("/ledger/", owner)
    assert "Right in 5 of 5" in ask("/ledger/", stranger)
    assert "Nothing settled yet" in ask("/ledger/", mate)
    page = ask("/ledger/", manager)
    assert "Nordlys AS" in page
    assert "Iberia SL" not in page
    assert "Olivia Owner" in page


@pytest.mark.both
def test_the_ledger_is_filtered_by_period_and_kind(regular, ask):
    # Outcomes of the last nine orders, 20 days apart, up to 20 March.
    assert "Right in 3 of 3" in ask("/ledger/?since=2026-02-01")
    assert "Right in 6 of 6" in ask("/ledger/?until=2026-01-31")
    order_comes(regular, LAST + timedelta(days=21))
    page = ask("/ledger/?kind=called")
    assert "Right in 1 of 1" in page
    assert "Right in 9 of 9" not in page
    assert "Nothing settled here" in ask("/ledger/?since=2027-01-01")


def test_the_ledger_of_all_is_narrowed_to_one_customer(regular, owner, stranger, client_for, ask):
    other = make_regular(owner, orders=8, name="Iberia SL")
    refresh_stale()
    page = ask(f"/ledger/?customer={other.pk}&kind=replayed")
    assert "Right in 5 of 5" in page
    assert "Nordlys AS" not in page
    assert re.search(r'<a class="chip" href="\?kind=replayed"> Iberia SL', page), (
        "taken off, the rest of the filter stays"
    )
    assert f'<input type="hidden" name="customer" value="{other.pk}">' in page
    assert "There is no such customer." in ask("/ledger/?customer=abc")
    assert client_for(stranger).get(f"/ledger/?customer={other.pk}").status_code == 404


def test_a_call_stays_its_authors(regular, client_for, owner, mate, manager, ask):
    say(client_for(owner), regular)
    order_comes(regular, date(2026, 4, 13))
    Customer.objects.update(owner=mate)
    scores = {score.rep: score for score in figures.by_rep(Settlement.objects.all())}
    assert (scores[owner.pk].calls, scores[owner.pk].model.of) == (figures.Rate(1, 1), 0)
    assert (scores[mate.pk].calls.of, scores[mate.pk].model) == (0, figures.Rate(10, 10))


@pytest.mark.both
def test_model_and_rep_are_compared_on_the_same_orders(regular, client_for, owner, ask):
    say(client_for(owner), regular)
    order_comes(regular, date(2026, 4, 13))
    assert figures.beside_calls(Settlement.objects.all()).all == figures.Rate(1, 1)
    assert "Dangol, same orders" in ask("/ledger/")


@pytest.mark.both
def test_the_ledgers_download_is_one_row_a_customer(regular, client_for, owner):
    response = client_for(owner).get("/ledger/?format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [(row["Customer"], row["Dangol: right"], row["Dangol: of"]) for row in rows] == [
        ("Nordlys AS", "9", "9")
    ]


def test_many_customers_and_orders_ask_as_often_as_few(client_for, owner, manager):
    counts = {"/ledger/": [], "/customers/{}/ledger/": []}
    for orders in (6, 24):
        customer = make_regular(owner, orders=orders)
        make_regular(owner, orders=orders)
        say(client_for(owner), customer)
        refresh_stale()
        for path, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                client_for(manager).get(path.format(customer.pk))
            found.append(len(queries))
    assert all(few == many for few, many in counts.values()), counts
    assert Forecast.objects.count() > 40
