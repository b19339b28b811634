"""A rep's call that leads: on the card, on Today, among the customers, among the expected orders; and one taken back."""

import csv
import io
import re
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import sees_q, visible_q
from accounts.models import User
from analytics.expected.rates import Rates
from analytics.expected.totals import ExpectedOrders
from analytics.ledger import calls
from analytics.ledger.leading import with_lead
from analytics.models import Call, Outlook, Settlement
from analytics.refresh import judge_stale
from analytics.today.orders import expected, overdue
from crm.models import Customer
from crm.money import round_money
from tests.factories import make_customer, make_order, make_orders, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 3, 24)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-24 09:00Z", tick=False) as clock:
        yield clock


def regular(name, owner, gap=20, last=TODAY - timedelta(days=4), **fields):
    customer = make_customer(name, owner=owner, **({"orders_known_through": TODAY} | fields))
    make_orders(customer, [(last - timedelta(days=gap * n), [("A", 10, "10")]) for n in range(12)])
    return customer


@pytest.fixture
def late(owner):
    """Every 14 days, and nothing for 60."""
    customer = regular("Late Ltd", owner, gap=14, last=TODAY - timedelta(days=60))
    regular("Due Soon", owner, gap=7)
    regular("Due Later", owner, gap=40)
    judge_stale()
    return customer


def called(customer, in_days, author=None, leads=True, **fields):
    outlook = Outlook.objects.get(customer=customer)
    fields = {"currency": customer.currency, "anchor_on": outlook.last_ordered_on, "made_on": TODAY} | fields
    return Call.objects.create(
        customer=customer,
        author=author or customer.owner,
        expected_on=TODAY + timedelta(days=in_days),
        leads=leads,
        **fields,
    )


@pytest.fixture
def ask(client_for, owner):
    def ask(path, user=owner, **query):
        response = client_for(user).get(path, query)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return ask


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# The card -----------------------------------------------------------------------------------------------------------


def test_the_headline_is_the_calls_and_the_models_stands_beside_it(late, ask, manager):
    called(late, 5)
    page = ask(f"/customers/{late.pk}/")
    assert "Next order in 5 days · your call" in page
    assert re.search(r"Dangol’s own forecast: Overdue by \d+ days", words(page))
    assert "The order is late" not in page
    assert "fc overdue" not in page
    assert "Next order in 5 days · Olivia Owner’s call" in ask(f"/customers/{late.pk}/", manager)


def test_it_leads_until_its_day_is_over(late, ask, clock):
    called(late, 5)
    clock.move_to("2026-03-29 09:00Z")
    assert "Next order expected today · your call" in ask(f"/customers/{late.pk}/")
    clock.move_to("2026-03-30 09:00Z")
    page = ask(f"/customers/{late.pk}/")
    assert "your call</h2>" not in page
    assert "its day is over" in page
    assert "Lead with my call" not in page


@pytest.mark.both
def test_one_call_leads_whoever_put_it_first_last(late, owner, manager, client_for, ask):
    his = called(late, 5)
    mine = called(late, 9, manager, leads=False)
    client_for(manager).post(f"/customers/{late.pk}/call/lead/", {"first": "1"})
    assert list(Call.objects.filter(leads=True)) == [mine]
    page = ask(f"/customers/{late.pk}/", owner)
    assert "Mia Manager’s call</h2>" in page
    assert "Next order in 9 days · " in page
    # What he has called himself stands below.
    assert "Sun 29 Mar" in page
    # Putting the model first again is asked of one's own call: the other's stays.
    client_for(owner).post(f"/customers/{late.pk}/call/lead/")
    assert list(Call.objects.filter(leads=True)) == [mine]
    with pytest.raises(IntegrityError):
        Call.objects.filter(pk=his.pk).update(leads=True)


def lead(client, customer, **sent):
    return client.post(f"/customers/{customer.pk}/call/lead/", sent, headers=HTMX).content.decode()


def test_the_rep_ends_in_one_step_that_his_managers_call_leads(late, owner, manager, client_for, ask):
    """Whether he has called himself or not; what she said stays said, and leads when she puts it first again."""
    his = called(late, 9, manager)
    page = words(ask(f"/customers/{late.pk}/"))
    assert "Mia Manager’s day and amount stand first on Today, Customers and Expected until that day" in page
    assert "Lead with Dangol’s forecast" in page
    page = lead(client_for(owner), late, end=his.pk)
    assert "Mia Manager’s call</h2>" not in page
    assert "Lead with Dangol’s forecast" not in page
    assert "Mia Manager calls" in words(page)
    assert not Call.objects.filter(leads=True).exists()
    assert "Next order in 9 days · your call" in lead(client_for(manager), late, first="1")
    called(late, 5, leads=False)
    assert "’s call</h2>" not in lead(client_for(owner), late, end=his.pk)
    assert not Call.objects.filter(leads=True).exists()


def test_or_puts_his_own_first_while_he_makes_it(late, owner, manager, client_for):
    called(late, 9, manager)
    client = client_for(owner)
    form = client.get(f"/customers/{late.pk}/call/", headers=HTMX).content.decode()
    assert re.search(r'name="first"(?![^>]*checked)', form)
    said = {"expected_on": str(TODAY + timedelta(days=5)), "first": "on"}
    said["anchor"] = str(Outlook.objects.get(customer=late).last_ordered_on)
    page = client.post(f"/customers/{late.pk}/call/", said, headers=HTMX).content.decode()
    assert "Next order in 5 days · your call" in page
    assert Call.objects.get(leads=True).author == owner
    # It leads on when he changes it: the form has nothing to ask.
    assert 'name="first"' not in client.get(f"/customers/{late.pk}/call/", headers=HTMX).content.decode()


def test_nobody_ends_what_he_did_not_see_lead(late, owner, manager, client_for):
    his = called(late, 9, manager)
    again = Call(
        customer=late, author=manager, anchor_on=his.anchor_on, made_on=TODAY,
        expected_on=TODAY + timedelta(days=12), currency="EUR",
    )  # fmt: skip
    calls.say(again)
    page = lead(client_for(owner), late, end=his.pk)
    assert re.search(r'class="toast warning"[^>]*>Another call leads by now. Look at it first.', page)
    assert list(Call.objects.filter(leads=True)) == [again]
    assert "Next order in 12 days" in page
    for nothing in ("", "x", str(10**30)):
        lead(client_for(owner), late, end=nothing)
    assert list(Call.objects.filter(leads=True)) == [again]


def test_a_stranger_ends_nothing(late, stranger, manager, client_for):
    his = called(late, 9, manager)
    response = client_for(stranger).post(f"/customers/{late.pk}/call/lead/", {"end": his.pk})
    assert response.status_code == 404
    assert list(Call.objects.filter(leads=True)) == [his]


def test_what_leading_does_is_said_beside_the_button(late, owner, ask):
    said = "our day and amount stand first on Today, Customers and Expected until that day; Dangol’s stay beside them."
    called(late, 5, leads=False)
    page = words(ask(f"/customers/{late.pk}/"))
    assert f"Lead with it: y{said}" in page
    assert "Lead with Dangol’s forecast" not in page
    Call.objects.update(leads=True)
    page = words(ask(f"/customers/{late.pk}/"))
    assert f"Y{said}" in page
    assert "Lead with my call" not in page
    assert "Lead with Dangol’s forecast" in page


def test_what_the_button_does_while_a_colleague_leads_is_said_of_it(late, owner, manager, ask):
    called(late, 9, manager)
    called(late, 5, leads=False)
    page = ask(f"/customers/{late.pk}/")
    for button, said in (
        ("Lead with my call", "Lead with yours: your day and amount stand there in place of Mia Manager’s."),
        ("Lead with Dangol’s forecast", "Mia Manager’s day and amount stand first on Today"),
    ):
        hint = re.search(rf'aria-describedby="([^"]*)">(?:(?!</button>).)*{button}', page)[1]
        assert re.findall(rf'id="{hint}">([^<]*)', page)[0].startswith(said)
        assert page.count(f'id="{hint}"') == 1


def test_a_call_whose_day_is_over_displaces_none(late, owner, manager, client_for, clock):
    called(late, 2, leads=False)
    his = called(late, 9, manager)
    # A page that was left open offers it still.
    clock.move_to("2026-03-27 09:00Z")
    client = client_for(owner)
    page = client.post(f"/customers/{late.pk}/call/lead/", {"first": "1"}, headers=HTMX).content.decode()
    assert re.search(r'class="toast warning"[^>]*>This call is no longer open: it can’t lead.', page)
    assert "Next order in 6 days · Mia Manager’s call" in page
    assert list(Call.objects.filter(leads=True)) == [his]
    response = client.post(f"/customers/{late.pk}/call/lead/", {"first": "1"})
    page = client.get(response.url).content.decode()
    assert '<li class="warning">This call is no longer open: it can’t lead.' in page


def test_a_change_of_mind_leads_on(late, owner):
    first = called(late, 5)
    again = Call(
        customer=late, author=owner, anchor_on=first.anchor_on, made_on=TODAY,
        expected_on=TODAY + timedelta(days=8), currency="EUR",
    )  # fmt: skip
    assert calls.say(again).leads
    assert list(Call.objects.filter(leads=True)) == [again]


@pytest.mark.both
def test_after_a_handover_the_former_reps_call_leads_no_more(late, owner, mate, client_for, ask):
    his = called(late, 300)
    Customer.objects.filter(pk=late.pk).update(owner=mate)
    page = ask(f"/customers/{late.pk}/", mate)
    assert "fc overdue" in page
    assert "’s call</h2>" not in page
    assert "Olivia Owner calls" in words(page), "what she said is still there to be read"
    assert [row.name for row in overdue(mate, TODAY)] == ["Late Ltd"]
    assert "Olivia Owner’s call" not in words(ask("/customers/", mate))
    assert "Late Ltd" in words(ask("/customers/", mate, state="overdue"))
    # The successor says so himself, and the other's gives way for good.
    mine = called(late, 5, mate, leads=False)
    client_for(mate).post(f"/customers/{late.pk}/call/lead/", {"first": "1"})
    assert list(Call.objects.filter(leads=True)) == [mine] != [his]
    assert "Next order in 5 days · your call" in ask(f"/customers/{late.pk}/", mate)


def test_a_call_leads_for_as_long_as_its_author_may_see_the_customer(late, owner, mate, manager, ask):
    called(late, 5, manager)
    Customer.objects.filter(pk=late.pk).update(owner=mate)
    assert "Next order in 5 days · Mia Manager’s call" in ask(f"/customers/{late.pk}/", mate)
    assert overdue(mate, TODAY) == []
    # She goes to another team; or she is switched off.
    type(manager).objects.filter(pk=manager.pk).update(team=None)
    assert "’s call</h2>" not in ask(f"/customers/{late.pk}/", mate)
    assert [row.name for row in overdue(mate, TODAY)] == ["Late Ltd"]
    type(manager).objects.filter(pk=manager.pk).update(team=mate.team, is_active=False)
    assert "’s call</h2>" not in ask(f"/customers/{late.pk}/", mate)
    assert [row.name for row in overdue(mate, TODAY)] == ["Late Ltd"]


@pytest.mark.parametrize("spoilt", ["", "its day is over", "its order has come", "its author is gone"])
def test_until_when_a_call_leads_is_one_rule_for_card_lists_and_button(
    late, owner, mate, manager, ask, client_for, spoilt
):
    """The same answer wherever it is asked, for each reason that ends it."""
    said = called(late, 2, manager)
    today = TODAY
    if spoilt == "its day is over":
        today += timedelta(days=3)
    if spoilt == "its order has come":
        Outlook.objects.filter(customer=late).update(last_ordered_on=TODAY - timedelta(days=1))
    if spoilt == "its author is gone":
        type(manager).objects.filter(pk=manager.pk).update(team=None)
    outlook = Outlook.objects.get(customer=late)
    listed = with_lead(Outlook.objects.filter(customer=late), today).get().led_by == manager.pk
    among_customers = (
        with_lead(Customer.objects.filter(pk=late.pk), today, "outlook__", "").get().led_by == manager.pk
    )
    on_card = calls.open_calls(late, outlook, owner, today).lead == said
    may = Call.objects.with_may_lead(today).get(pk=said.pk).may_lead
    assert (listed, among_customers, on_card, may) == (not spoilt,) * 4


@pytest.mark.both
@pytest.mark.parametrize("path", ["", "customer"])
def test_the_rule_of_access_says_the_same_from_both_ends(path, team, owner, mate, manager, stranger, admin):
    """`sees_q` of rows with their user, `visible_q` of one user's rows."""
    boss = make_user("boss@example.com", role=User.Role.MANAGER)
    gone = make_user("gone@example.com", team=team, role=User.Role.MANAGER, is_active=False)
    people = [owner, mate, manager, stranger, admin, boss, gone]
    customers = [make_customer(f"Of {user}", owner=user) for user in (*people, None)]
    for user in people:
        for customer in customers:
            Call.objects.create(
                customer=customer, author=user, anchor_on=TODAY, made_on=TODAY, currency="EUR",
                expected_on=TODAY + timedelta(days=9),
            )  # fmt: skip
    if path:
        rows = Call.objects.filter(sees_q("author", path))
        seen = set(rows.values_list("author", "customer"))
    else:
        rows = Customer.objects.filter(sees_q("calls__author"))
        seen = set(rows.values_list("calls__author", "pk"))
    assert seen == {(user.pk, row.pk) for user in people for row in Customer.objects.filter(visible_q(user))}


# Lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_today_expects_him_on_the_called_day_instead_of_calling_him_late(late, owner, ask):
    assert [row.name for row in overdue(owner, TODAY)] == ["Late Ltd"]
    called(late, 5, amount=Decimal(480))
    assert overdue(owner, TODAY) == []
    rows = [(row.name, row.days_away, row.whose) for row in expected(owner, TODAY)]
    assert rows == [("Due Soon", 3, ""), ("Late Ltd", 5, "your call")]
    page = ask("/")
    assert "your call" in page
    assert "EUR 480" in page
    assert "2 orders come this week" in page


def test_a_call_for_later_takes_him_off_this_week_and_one_whose_day_is_over_does_not(late, owner, clock):
    soon = Customer.objects.get(name="Due Soon")
    called(soon, 30)
    called(late, 2)
    assert [row.name for row in expected(owner, TODAY)] == ["Late Ltd"]
    assert [row.name for row in overdue(owner, TODAY + timedelta(days=3))] == ["Late Ltd"]


def test_a_call_of_an_order_that_has_come_leads_nothing(late, owner):
    called(late, 5)
    make_order(late, TODAY - timedelta(days=1), [("A", 10, "10")])
    judge_stale()
    assert "Late Ltd" not in [row.name for row in expected(owner, TODAY)]


@pytest.mark.both
def test_customers_are_sorted_and_filtered_by_what_is_shown(late, owner, ask):
    def names(**query):
        return re.findall(r'<td[^>]*><a href="/customers/\d+/">([^<]*)<', ask("/customers/", **query))

    assert names() == ["Late Ltd", "Due Soon", "Due Later"]
    called(late, 10, amount=Decimal(480))
    assert names() == ["Due Soon", "Late Ltd", "Due Later"]
    assert names(sort="expected_on") == ["Due Soon", "Late Ltd", "Due Later"]
    assert names(sort="-amount")[0] == "Late Ltd"
    assert names(state="overdue") == []
    assert sorted(names(state="soon")) == ["Due Soon", "Late Ltd"]
    page = words(ask("/customers/"))
    assert "Fri 3 Apr your call" in page
    assert "EUR 480" in page


def downloaded(response):
    """{customer: his row}."""
    lines = csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))
    return {row["Customer"]: row for row in lines}


@pytest.mark.both
def test_the_customers_download_says_by_whose_call(late, owner, client_for):
    called(late, 10, amount=Decimal(480))
    rows = downloaded(client_for(owner).get("/customers/?format=csv"))
    led = rows["Late Ltd"]
    assert (led["Next order"], led["Days overdue"], led["Worth"]) == ("2026-04-03", "0", "480.00")
    assert {name: row["Led by the call of"] for name, row in rows.items()} == {
        "Late Ltd": "Olivia Owner", "Due Soon": "", "Due Later": "",
    }  # fmt: skip
    assert_dangols_stand_apart(led, rows["Due Soon"])


def test_an_amount_in_a_currency_he_no_longer_has_is_not_shown(late, ask):
    called(late, 10, amount=Decimal(480), currency="USD")
    page = words(ask("/customers/"))
    assert "480" not in page
    assert "EUR 100" in page


@pytest.mark.both
def test_expected_orders_show_the_call_and_what_the_model_says(late, owner, ask):
    assert "Expected until now, not in" in ask("/expected/", view="week")
    called(late, 5, amount=Decimal(480))
    page = words(ask("/expected/", view="week"))
    assert "Expected until now, not in" not in page
    row = re.search(r"Late Ltd Norway (.*?) 12 orders", page)[1]
    assert row.startswith("Sun 29 Mar in 5 days your call ")
    assert "Dangol – EUR 480" in row
    assert "Late Ltd , as called EUR 480" in page, "in the calendar"
    assert "Late Ltd , as called" not in words(ask("/expected/", view="week", on="2026-04-06"))


@pytest.mark.both
def test_sums_are_the_models_and_say_what_the_calls_make_of_it(late, owner, ask):
    def total():
        return ExpectedOrders(Outlook.objects.all(), Rates()).expected(TODAY, TODAY + timedelta(days=5))

    before = total()
    assert "These sums are" not in ask("/expected/", view="week")
    called(late, 5, amount=Decimal(480))
    assert total() == before
    page = words(ask("/expected/", view="week"))
    assert "the call that leads for 1 customer counts in none of them" in page
    assert re.search(
        r"Called for this period: 1 order · EUR 480 . For the same customers Dangol's forecast stands in the sums: EUR \d+",
        page,
    )
    assert "Called for this period: 0 orders." in words(ask("/expected/", view="week", on="2026-04-06"))


def test_what_the_model_makes_of_a_call_without_an_amount_is_not_called(late, ask):
    called(late, 5, amount=Decimal(480))
    called(Customer.objects.get(name="Due Soon"), 4)
    page = words(ask("/expected/", view="week"))
    assert (
        "Called for this period: 2 orders · EUR 480 · 1 without an amount to add. For the same customers"
        in page
    )


@pytest.mark.both
def test_the_download_says_by_whose_call(late, owner, client_for):
    called(late, 5, amount=Decimal(480))
    rows = downloaded(client_for(owner).get("/expected/?view=week&format=csv"))
    led, own = rows["Late Ltd"], rows["Due Soon"]
    assert (led["Next order"], led["Worth"], led["Led by the call of"]) == (
        "2026-03-29",
        "480.00",
        "Olivia Owner",
    )
    assert_dangols_stand_apart(led, own)
    # How sure Dangol is of its own day says nothing of the called one.
    assert led["Within 7 days of the likeliest day"] == ""
    assert 0 < float(own["Within 7 days of the likeliest day"]) < 1


def assert_dangols_stand_apart(led, own):
    """The model's day and amount with what they fall between, in columns named as Dangol's; no column of both."""
    outlook = Outlook.objects.get(customer__name="Late Ltd")
    days = [outlook.expected_on, outlook.low_on, outlook.high_on]
    assert [led[f"Dangol’s day{part}"] for part in ("", ", from", ", to")] == [str(day) for day in days]
    amounts = [outlook.amount, outlook.amount_low, outlook.amount_high]
    shown = [Decimal(led[f"Dangol’s amount{part}"]) for part in ("", ", from", ", to")]
    assert shown == [round_money(amount, "EUR") for amount in amounts]
    assert led["Dangol’s day"] != led["Next order"]
    assert (own["Dangol’s day"], own["Dangol’s amount"]) == (own["Next order"], own["Worth"])
    assert own["Led by the call of"] == ""
    assert not {"From", "To", "Worth, from", "Worth, to"} & set(led)


@pytest.mark.both
def test_customers_whom_a_call_leads_ask_no_more_often(late, owner, client_for):
    def asked():
        counts = []
        for path in ("/", "/customers/", "/expected/"):
            with CaptureQueriesContext(connection) as queries:
                client_for(owner).get(path)
            counts.append(len(queries))
        return counts

    asked()
    called(late, 5)
    few = asked()
    for customer in Customer.objects.exclude(pk=late.pk):
        called(customer, 6)
    assert asked() == few


# Withdrawn ----------------------------------------------------------------------------------------------------------


def withdraw(client, customer):
    return client.post(f"/customers/{customer.pk}/call/withdraw/", headers=HTMX).content.decode()


@pytest.mark.both
def test_a_call_is_withdrawn_with_its_revisions_and_never_scored(late, owner, client_for):
    called(late, 5, leads=False)
    called(late, 50, revision=1)
    page = withdraw(client_for(owner), late)
    assert re.search(r'class="toast"[^>]*>Your call is withdrawn.', page)
    assert "Do you know better?" in page
    assert "Overdue by" in page
    assert not Call.objects.exists()
    make_order(late, TODAY + timedelta(days=5), [("A", 10, "10")])
    judge_stale()
    assert not Settlement.objects.exclude(call=None).exists()


def test_a_colleagues_call_stays(late, owner, manager, client_for):
    his = called(late, 5)
    called(late, 9, manager, leads=False)
    withdraw(client_for(manager), late)
    assert list(Call.objects.all()) == [his]
    assert "There is no call of yours to withdraw." in withdraw(client_for(manager), late)
    assert "It can’t be withdrawn" not in client_for(manager).get(f"/customers/{late.pk}/").content.decode()
    assert list(Call.objects.all()) == [his]


def test_who_was_wrong_cannot_take_it_back(late, owner, client_for, clock):
    called(late, 5, leads=False)
    clock.move_to("2026-03-30 09:00Z")
    # What he says now comes too late to count, and so does taking it back.
    called(late, 20, revision=1, made_on=date(2026, 3, 30))
    page = withdraw(client_for(owner), late)
    assert re.search(r'class="toast warning"[^>]*>It can’t be withdrawn: its day is over.', page)
    card = client_for(owner).get(f"/customers/{late.pk}/").content.decode()
    assert "Withdraw it" not in card
    assert "It can’t be withdrawn: its day is over. It is scored when the order comes." in card
    assert Call.objects.count() == 2


def test_of_an_order_that_came_late_it_is_not_said_to_come(late, owner, client_for, clock):
    called(late, 5)
    clock.move_to("2026-04-03 09:00Z")
    make_order(late, date(2026, 4, 2), [("A", 10, "10")])
    assert "It can’t be withdrawn: the order has come." in withdraw(client_for(owner), late)


def test_once_the_order_is_in_it_stays_also_before_it_is_settled(late, owner, client_for):
    called(late, 5)
    assert "Withdraw it" in client_for(owner).get(f"/customers/{late.pk}/").content.decode()
    make_order(late, TODAY, [("A", 10, "10")])
    assert "It can’t be withdrawn: the order has come." in withdraw(client_for(owner), late)
    assert Call.objects.count() == 1


@pytest.mark.both
def test_what_was_ever_scored_stays_though_its_order_is_gone_again(late, owner, client_for):
    called(late, 5, made_on=TODAY - timedelta(days=1))
    order = make_order(late, TODAY, [("A", 10, "10")])
    judge_stale()
    order.delete()
    Customer.objects.filter(pk=late.pk).count_change()
    judge_stale()
    assert Settlement.objects.exclude(voided_at=None).filter(call__author=owner).exists()
    card = client_for(owner).get(f"/customers/{late.pk}/").content.decode()
    assert "Withdraw it" not in card
    assert "It can’t be withdrawn: it was scored once, and what was scored is kept." in card
    assert "It can’t be withdrawn: it was scored once" in withdraw(client_for(owner), late)
    assert Call.objects.count() == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_the_order_is_being_imported_is_told_that_it_is_in(late, owner, client_for):
    called(late, 5)
    answers, client = [], client_for(owner)

    def take_back():
        answers.append(withdraw(client, late))
        connection.close()

    withdrawing = threading.Thread(target=take_back)
    with transaction.atomic():
        make_order(late, TODAY, [("A", 10, "10")])
        withdrawing.start()
        withdrawing.join(0.5)  # long enough where nothing holds him up
    withdrawing.join()
    assert "It can’t be withdrawn: the order has come." in answers[0]
    assert Call.objects.count() == 1


@pytest.mark.both
def test_what_was_withdrawn_meanwhile_takes_the_lead_from_nobody(late, owner, manager):
    called(late, 5)
    mine = called(late, 9, manager, leads=False)
    Call.objects.filter(pk=mine.pk).delete()
    calls.lead(mine, True)
    assert Call.objects.get(leads=True).author == owner


@pytest.mark.both
@pytest.mark.parametrize("does", ["say", "lead", "withdraw"])
def test_the_customer_is_locked_before_a_call_is_looked_at(late, owner, does):
    if not connection.features.has_select_for_update:
        pytest.skip("this database locks as a whole")
    call = called(late, 5)
    again = Call(
        customer=late, author=owner, anchor_on=call.anchor_on, made_on=TODAY,
        expected_on=TODAY + timedelta(days=8), currency="EUR",
    )  # fmt: skip
    outlook = late.outlook
    asked = {
        "say": lambda: calls.say(again),
        "lead": lambda: calls.lead(call, True),
        "withdraw": lambda: calls.withdraw(late, outlook, owner, TODAY),
    }
    with CaptureQueriesContext(connection) as queries:
        asked[does]()
    first = next(query["sql"] for query in queries if "SAVEPOINT" not in query["sql"])
    assert '"crm_customer"' in first
    assert "FOR UPDATE" in first


def test_without_a_script_the_customers_page_says_so(late, owner, client_for):
    called(late, 5)
    client = client_for(owner)
    response = client.post(f"/customers/{late.pk}/call/withdraw/")
    assert (response.status_code, response.url) == (302, f"/customers/{late.pk}/")
    assert "Your call is withdrawn." in client.get(response.url).content.decode()
    page = client.get(client.post(f"/customers/{late.pk}/call/withdraw/").url).content.decode()
    assert '<li class="warning">There is no call of yours to withdraw.' in page
    assert client.get(f"/customers/{late.pk}/call/withdraw/").status_code == 405
