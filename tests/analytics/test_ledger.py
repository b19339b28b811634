"""What was called is kept as it was called, and scored by hand-made orders whose result is known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from analytics import claims, fits
from analytics.ledger import backfilling, calls, figures, issuing, lines, minds, settling
from analytics.models import Call, Forecast, Outlook, Settlement
from analytics.models.append_only import Unchangeable
from analytics.orderbook_db import load_book
from analytics.refresh import refresh_stale, replay_nightly
from config import jobs
from crm.models import Customer, Order
from tests.factories import make_customer, make_order, make_orders, make_user

pytestmark = pytest.mark.django_db
MODEL, NAIVE = Forecast.Method.MODEL, Forecast.Method.NAIVE
LAST = date(2026, 3, 20)
LINES = [("A", 10, "12.50"), ("B", 2, "3")]


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-21 09:00Z", tick=False):
        yield


@pytest.fixture
def regular(owner):
    """Every 20 days, always the same, worth 131: six order days."""
    customer = make_customer("Nordlys AS", owner=owner, orders_known_through=LAST)
    make_orders(customer, [(LAST - timedelta(days=20 * n), LINES) for n in range(6)])
    refresh_stale()
    return customer


def know_through(customer, day):
    Customer.objects.filter(pk=customer.pk).update(orders_known_through=day)
    refresh_stale()


def order(customer, days, lines=LINES):
    """The next order, so many days after the last one."""
    made = make_order(customer, LAST + timedelta(days=days), lines)
    know_through(customer, LAST + timedelta(days=days))
    return made


def call(customer, days=20, made=LAST + timedelta(days=1), revision=0, **fields):
    fields = {"author": customer.owner, "anchor_on": LAST, "currency": customer.currency} | fields
    return Call.objects.create(
        customer=customer, expected_on=LAST + timedelta(days=days), made_on=made, revision=revision, **fields
    )


def standing(method=MODEL, **fields):
    return Settlement.objects.filter(voided_at=None, forecast__method=method, **fields)


def test_the_first_forecast_after_an_order_is_kept_with_the_naive_rules(regular):
    model, naive = (Forecast.objects.get(method=method, replayed=False) for method in (MODEL, NAIVE))
    for said in (model, naive):
        assert (said.anchor_on, said.issued_on, said.known_through) == (LAST, date(2026, 3, 21), LAST)
        assert (said.expected_on, said.amount, said.currency) == (LAST + timedelta(days=20), 131, "EUR")
        assert {product for product, *_ in said.called_items} == set(
            regular.orders.first().lines.values_list("product", flat=True)
        )
        assert said.revision == 0
    assert model.low_on <= model.expected_on <= model.high_on
    assert 0 < model.confidence < 1


def test_the_past_is_replayed_and_never_counted_as_called(regular):
    """Three orders are needed before one can be called: of six order days two were, and the last is open."""
    replayed = Forecast.objects.filter(method=MODEL, replayed=True)
    anchors = [LAST - timedelta(days=20 * n) for n in (3, 2, 1)]
    assert list(replayed.order_by("anchor_on").values_list("anchor_on", flat=True)) == anchors
    assert all(said.issued_on == said.known_through == said.anchor_on for said in replayed)
    assert [row.days_off for row in standing(forecast__replayed=True)] == [0, 0, 0]
    assert not standing(forecast__replayed=False).exists()


@pytest.mark.parametrize(
    ("days", "off", "right"), [(20, 0, True), (27, 7, True), (13, -7, True), (28, 8, False), (12, -8, False)]
)
def test_right_means_within_seven_days_for_model_rep_and_naive_rule(regular, days, off, right):
    said = call(regular)
    order(regular, days)
    rows = Settlement.objects.filter(voided_at=None, on=LAST + timedelta(days=days))
    assert {row.forecast and row.forecast.method for row in rows} == {MODEL, NAIVE, None}
    assert rows.get(call__isnull=False).call == said
    assert {(row.state, row.days_off, row.right) for row in rows} == {("settled", off, right)}


def test_amount_basket_and_quantities_by_hand(regular):
    """Called A 10 and B 2, worth 131; 9 of A and 4 of C came, worth 200."""
    products = {line.product.sku: line.product_id for line in regular.orders.first().lines.all()}
    call(regular, amount=Decimal(250), items=[[products["A"], 5, None]])
    order(regular, 21, [("A", 9, "20"), ("C", 4, "5")])
    model, rep = standing().latest("on"), Settlement.objects.get(call__isnull=False)
    assert (model.amount, model.basket) == (200, 2)
    assert model.amount_error == pytest.approx(131 / 200 - 1)
    assert not model.amount_right
    # One hit of two called and two bought; 10 is within a quarter of 9.
    assert (model.basket_f1, model.basket_right, model.quantities_right) == (0.5, True, 1)
    assert (rep.amount_error, rep.amount_right) == (0.25, True)
    assert rep.basket_f1 == pytest.approx(2 / 3)
    assert rep.quantities_right == 0
    assert rep.inside is None


def test_nothing_said_about_amount_and_items_is_not_scored(regular):
    call(regular)
    order(regular, 20)
    row = Settlement.objects.get(call__isnull=False)
    assert (row.right, row.amount_error, row.basket_f1, row.quantities_right) == (True, None, None, None)


def test_the_ledger_is_never_edited(regular):
    said = Forecast.objects.filter(replayed=False).first()
    said.expected_on += timedelta(days=1)
    with pytest.raises(Unchangeable):
        said.save()
    with pytest.raises(Unchangeable):
        Forecast.objects.update(expected_on=LAST)
    with pytest.raises(Unchangeable):
        Settlement.objects.update(right=True)
    with pytest.raises(Unchangeable):
        Forecast.objects.bulk_update([said], ["expected_on"])


def test_the_database_keeps_one_official_forecast_and_one_settlement_each(regular):
    said = Forecast.objects.filter(replayed=True).first()
    twin = Forecast.objects.get(pk=said.pk)
    twin.pk, twin._state.adding = None, True
    row = said.settlements.get()
    row.pk, row._state.adding = None, True
    both = Settlement(
        customer=regular,
        forecast=said,
        call=call(regular),
        state="missed",
        on=LAST,
        right=False,
        settled_on=LAST,
    )
    for wrong in (twin, row, both):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


def test_running_again_and_at_once_writes_nothing_twice(regular, monkeypatch):
    counts = (Forecast.objects.count(), Settlement.objects.count())
    refresh_stale(everyone=True)
    assert (Forecast.objects.count(), Settlement.objects.count()) == counts
    # What another worker has written meanwhile is not seen, and still is written once.
    monkeypatch.setattr(issuing, "_last_issued", lambda customers: {})
    monkeypatch.setattr(backfilling, "_known", lambda customers: set())
    monkeypatch.setattr(settling, "_standing", lambda days: {})
    refresh_stale(everyone=True)
    assert (Forecast.objects.count(), Settlement.objects.count()) == counts


def test_a_run_that_was_killed_is_completed_by_the_next(regular):
    lost = Settlement.objects.values_list("pk", flat=True)[:2]
    Settlement.objects.filter(pk__in=list(lost)).delete()
    Forecast.objects.filter(replayed=True).order_by("pk").first().delete()
    refresh_stale(everyone=True)
    assert Forecast.objects.filter(replayed=True).count() == 6
    assert Settlement.objects.filter(voided_at=None).count() == 6


@pytest.mark.parametrize(("step", "left"), [("_write", 4), ("_settle", 8)])
def test_a_run_that_was_killed_between_two_steps_is_completed_by_the_next(owner, monkeypatch, step, left):
    for _ in range(2):
        customer = make_customer(owner=owner, orders_known_through=LAST)
        make_orders(customer, [(LAST - timedelta(days=20 * n), LINES) for n in range(5)])
    done, finished = getattr(backfilling, step), []

    def killed_at_the_second(*arguments):
        finished.append(arguments)
        if len(finished) == 2:
            raise KeyboardInterrupt
        done(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(backfilling, "CHUNK", 1)
        patched.setattr(backfilling, "ANCHORS", 2)
        patched.setattr(backfilling, step, killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            refresh_stale()
    assert Forecast.objects.filter(replayed=True).count() == left
    refresh_stale()
    assert Forecast.objects.filter(replayed=True).count() == 8
    assert Settlement.objects.count() == 8


def test_a_change_of_mind_is_a_revision_and_the_first_stays_official(regular):
    first = Forecast.objects.get(method=MODEL, replayed=False)
    # An order that was forgotten makes his rhythm another one; nothing was ordered since.
    make_orders(regular, [(LAST - timedelta(days=10 + 20 * n), LINES) for n in range(5)])
    refresh_stale()
    revisions = Forecast.objects.filter(method=MODEL, anchor_on=LAST).order_by("revision")
    assert [said.revision for said in revisions] == [0, 1]
    assert revisions[0].expected_on == first.expected_on
    assert revisions[1].expected_on < first.expected_on


def test_silence_alone_is_no_change_of_mind(regular):
    for days in (5, 25, 38):
        know_through(regular, LAST + timedelta(days=days))
    assert Forecast.objects.filter(anchor_on=LAST, method=MODEL).count() == 1


def test_a_windows_end_marks_missed_and_the_order_settles_it_after_all(regular):
    call(regular)
    high = Forecast.objects.get(method=MODEL, replayed=False).high_on
    hopeless = max(high, LAST + timedelta(days=27))
    know_through(regular, hopeless)
    assert not standing(state="missed").exists()
    know_through(regular, hopeless + timedelta(days=1))
    row = standing(state="missed").get()
    assert (row.right, row.days_off, row.inside, row.on) == (False, None, False, hopeless)
    assert Settlement.objects.get(call__isnull=False).state == "missed"
    # Twice the longest gap are 40 days.
    order(regular, 36)
    assert not standing(state="missed").exists()
    assert standing().latest("on").days_off == 16
    assert Settlement.objects.filter(state="missed", voided_at__isnull=False).count() == 3


def test_after_twice_the_longest_gap_it_never_came(regular):
    order(regular, 41)
    row = standing().latest("on")
    assert (row.state, row.days_off, row.right) == ("missed", None, False)


@pytest.mark.parametrize(
    "undo",
    [
        lambda order: order.delete(),
        lambda order: Order.objects.filter(pk=order.pk).delete(),
        lambda order: (setattr(order, "status", Order.Status.CANCELLED), order.save()),
    ],
    ids=["deleted", "deleted in bulk", "cancelled"],
)
def test_an_order_that_is_gone_voids_what_it_settled_and_opens_it_again(regular, undo):
    call(regular)
    made = order(regular, 20)
    assert Settlement.objects.filter(on=made.ordered_on, voided_at=None).count() == 3
    undo(made)
    refresh_stale()
    assert not Settlement.objects.filter(on=made.ordered_on, voided_at=None).exists()
    assert Settlement.objects.filter(on=made.ordered_on).count() == 3, "voided, not deleted"
    make_order(regular, LAST + timedelta(days=22), LINES)
    refresh_stale()
    again = Settlement.objects.filter(on=LAST + timedelta(days=22), voided_at=None)
    assert {row.days_off for row in again} == {2}
    assert again.count() == 3


def leave_out(order, learn=False):
    order.learn = learn
    order.save()
    refresh_stale()


def test_an_order_that_is_left_out_of_learning_ends_the_silence_and_settles_what_was_called(regular):
    said = call(regular)
    made = order(regular, 20, [("A", 500, "12.50")])
    know_through(regular, LAST + timedelta(days=45))
    learned = regular.outlook
    leave_out(made)
    outlook = Outlook.objects.get(customer=regular)
    assert (learned.order_days, outlook.order_days) == (7, 6)
    assert outlook.last_ordered_on == made.ordered_on
    assert outlook.overdue_days == learned.overdue_days
    assert outlook.ahead["amount"] == 131 < learned.ahead["amount"]
    assert {row.days_off for row in said.settlements.filter(voided_at=None)} == {0}
    assert Settlement.objects.filter(on=made.ordered_on, voided_at=None).count() == 3


def test_leaving_an_order_out_and_learning_from_it_again_leaves_the_ledger_as_it_was(owner):
    customer = make_customer(owner=owner, orders_known_through=LAST)
    make_orders(customer, [(LAST - timedelta(days=9 * n), LINES) for n in range(backfilling.LAST_ORDERS + 5)])
    refresh_stale()

    def ledger():
        official = Forecast.objects.filter(revision=0).order_by("pk").values_list("pk", flat=True)
        standing = Settlement.objects.filter(voided_at=None).order_by("pk").values_list("pk", flat=True)
        return list(official), list(standing), Forecast.objects.filter(replayed=True).count()

    before = ledger()
    for made in customer.orders.order_by("-ordered_on")[:2]:
        leave_out(made)
        assert ledger() == before
        leave_out(made, learn=True)
        assert ledger() == before
    assert backfilling.pending() == {}


def test_an_order_left_out_and_taken_back_is_no_change_of_mind(regular):
    made = order(regular, 24, [("A", 500, "12.50")])

    def revised():
        said = Forecast.objects.filter(method=MODEL, anchor_on=made.ordered_on)
        return said.count() - 1, lines.lines(Customer.objects.get(pk=regular.pk))[0].model.revisions

    assert revised() == (0, 0)
    leave_out(made)
    assert revised() == (1, 1)
    leave_out(made, learn=True)
    assert revised() == (2, 0), "kept, and not counted"
    leave_out(made)
    assert revised() == (3, 1)


def test_an_anchor_with_too_few_gaps_before_it_is_not_looked_for_again_and_again(owner, monkeypatch):
    """Of six orders the second is left out: the third one has no gap before it, and could not be called from."""
    customer = make_customer(owner=owner, orders_known_through=LAST)
    made = [make_order(customer, LAST - timedelta(days=20 * n), LINES) for n in range(6)]
    Order.objects.filter(pk=made[4].pk).update(learn=False)
    refresh_stale()
    replayed = Forecast.objects.filter(method=MODEL, replayed=True).order_by("anchor_on")
    assert list(replayed.values_list("anchor_on", flat=True)) == [LAST - timedelta(days=20)]
    assert backfilling.pending() == {}
    monkeypatch.setattr(backfilling, "load_book", None)
    order(customer, 20)
    assert Forecast.objects.filter(method=MODEL, replayed=False).count() == 2


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("A", 0), ("A B", 1), ("A B A", 2), ("A B A B A B A B", 7),
        ("AB", 1), ("ABA", 0), ("ABC", 1), ("ABABABAB", 1), ("A BA", 0), ("A BC", 1), ("AB A", 2), ("A BAC AC", 1),
    ],
)  # fmt: skip
def test_what_is_said_and_taken_back_on_one_day_is_no_change_of_mind_of_model_or_rep(regular, said, count):
    """A word a day, a letter a revision."""
    spoken = [(LAST + timedelta(days=n), what) for n, word in enumerate(said.split(), 1) for what in word]
    assert minds.changes(spoken) == count
    Forecast.objects.filter(anchor_on=LAST).delete()
    call(regular, author=make_user())
    for revision, (day, what) in enumerate(spoken):
        expected_on = LAST + timedelta(days=30 + ord(what))
        fields = {"customer": regular, "anchor_on": LAST, "currency": "EUR", "expected_on": expected_on}
        fields["revision"] = revision
        Forecast.objects.create(method=MODEL, issued_on=day, known_through=LAST, fingerprint=what, **fields)
        Call.objects.create(author=regular.owner, made_on=day, reason=f"{revision}", **fields)
    line = lines.lines(Customer.objects.get(pk=regular.pk))[0]
    assert line.model.revisions == count
    assert (line.rep.said.author, line.rep.revisions) == (regular.owner, count), "not what a colleague said"
    shown = calls.open_calls(regular, Outlook.objects.get(), regular.owner, LAST + timedelta(days=1)).shown
    assert shown.changes == count


def test_an_order_that_was_taken_back_is_none(regular):
    """The giant order that is cancelled the same day neither teaches nor ends the silence."""
    giant = order(regular, 9, [("A", 5000, "12.50")])
    back = make_order(regular, giant.ordered_on, [("A", -5000, "12.50")])
    back.lines.update(reverses=giant.lines.get(), learn=False)
    giant.lines.update(learn=False)
    refresh_stale(everyone=True)
    assert Outlook.objects.get(customer=regular).last_ordered_on == LAST
    assert not Settlement.objects.filter(on=giant.ordered_on, voided_at=None).exists()


def test_an_order_that_moves_or_grows_settles_anew(regular):
    made = order(regular, 20)
    made.ordered_on = LAST + timedelta(days=18)
    made.save()
    refresh_stale()
    assert standing().latest("on").days_off == -2
    line = made.lines.first()
    line.amount += 100
    line.save()
    refresh_stale()
    assert standing().latest("on").amount == 231


def test_a_forecast_whose_own_order_is_gone_settles_nothing(regular):
    """It stood on an order day that was none: moved by two days, the order is not the next one after itself."""
    last = regular.orders.latest("ordered_on")
    last.ordered_on = LAST + timedelta(days=2)
    last.save()
    refresh_stale()
    assert not Settlement.objects.filter(forecast__anchor_on=LAST, voided_at=None).exists()
    assert standing().latest("on").days_off == 2, "of the one before"


def test_an_amount_in_another_currency_is_not_compared(regular):
    order(regular, 20)
    Customer.objects.update(currency="NOK")
    refresh_stale(everyone=True)
    assert standing().latest("on").amount_error is None


def test_of_a_reps_calls_the_last_in_time_counts(regular):
    early = call(regular, 20)
    told = call(regular, 26, made=LAST + timedelta(days=5), revision=1, reason="they told me")
    late = call(regular, 31, made=LAST + timedelta(days=27), revision=2)
    after = call(regular, 32, made=LAST + timedelta(days=32), revision=3)
    order(regular, 32)
    assert Settlement.objects.get(call__isnull=False).call == told
    assert Call.objects.count() == len({early, told, late, after})


def known_late(owner, days):
    """The order of LAST is known only so many days later: that day Dangol calls the next one, and so does the rep."""
    customer = make_customer("Nordlys AS", owner=owner, orders_known_through=LAST - timedelta(days=20))
    for n in range(1, 6):
        make_order(customer, LAST - timedelta(days=20 * n), LINES)
    refresh_stale()
    with time_machine.travel(f"{LAST + timedelta(days=days)} 09:00Z", tick=False):
        make_order(customer, LAST, LINES)
        know_through(customer, LAST)
        call(customer, days + 1, made=LAST + timedelta(days=days))
        order(customer, 20)
        replay_nightly()
    return customer


def scored():
    """{who: (replayed, days off)} of the order after LAST."""
    rows = Settlement.objects.filter(voided_at=None, on=LAST + timedelta(days=20))
    return {
        row.forecast.method if row.forecast else "rep": (
            bool(row.forecast and row.forecast.replayed),
            row.days_off,
        )
        for row in figures.counted(rows).select_related("forecast")
    }


def test_what_is_said_the_day_before_the_order_is_scored_for_all_three(owner):
    known_late(owner, 19)
    assert scored() == {MODEL: (False, 0), NAIVE: (False, 0), "rep": (False, 0)}
    assert not Forecast.objects.filter(anchor_on=LAST, replayed=True).exists()


@pytest.mark.parametrize("days", [20, 24])
def test_what_is_said_on_the_day_of_the_order_or_later_is_scored_for_none(owner, days):
    """Nobody can show that he had not heard of it. What could have been called in time is replayed, and said to be so."""
    customer = known_late(owner, days)
    assert scored() == {MODEL: (True, 0), NAIVE: (True, 0)}
    board = figures.scoreboard(customer.settlements)
    assert [board[method].called.of for method in (MODEL, NAIVE, "rep")] == [0, 0, 0]
    late = Forecast.objects.get(anchor_on=LAST, method=MODEL, replayed=False)
    assert (late.revision, late.settlements.count()) == (0, 0), "kept, and not scored"
    found = next(line for line in lines.lines(customer) if line.anchor_on == LAST)
    assert (found.replayed, found.model.said.issued_on, found.rep.score) == (True, LAST, None)


def test_late_ones_are_replayed_once_and_give_way_to_an_order_that_they_were_in_time_for(owner, monkeypatch):
    customer = known_late(owner, 24)
    counts = Forecast.objects.count(), Settlement.objects.count()
    refresh_stale(everyone=True)
    monkeypatch.setattr(backfilling, "_known", lambda customers: set())
    refresh_stale(everyone=True)
    assert (Forecast.objects.count(), Settlement.objects.count()) == counts
    customer.orders.get(ordered_on=LAST + timedelta(days=20)).delete()
    order(customer, 28)
    rows = standing(on=LAST + timedelta(days=28))
    assert [row.forecast.replayed for row in figures.counted(rows)] == [False]


def test_a_forecast_is_issued_on_the_reps_own_day(owner):
    """What he says on the morning of the tenth in Seoul is said on the tenth; so is what Dangol says then."""
    owner.time_zone = "Asia/Seoul"
    owner.save()
    customer = make_customer(owner=owner, orders_known_through=LAST)
    nobodys = make_customer(owner=None, orders_known_through=LAST)
    for n in range(4):
        make_order(customer, LAST - timedelta(days=20 * n), LINES)
        make_order(nobodys, LAST - timedelta(days=20 * n), LINES)
    with time_machine.travel("2026-04-09 23:00Z", tick=False):
        refresh_stale()
    days = dict(Forecast.objects.filter(method=MODEL, replayed=False).values_list("customer", "issued_on"))
    assert days == {customer.pk: date(2026, 4, 10), nobodys.pk: date(2026, 4, 9)}


def test_what_is_said_once_the_order_is_in_the_books_is_not_written_down(regular, owner):
    """Its date may be yet to come, and Dangol not have looked at it yet."""
    said = {"customer": regular, "author": owner, "anchor_on": LAST, "currency": "EUR"}
    early = Call(made_on=LAST + timedelta(days=1), expected_on=LAST + timedelta(days=9), **said)
    assert calls.say(early) == early
    made = make_order(regular, LAST + timedelta(days=5), LINES)
    again = Call(made_on=LAST + timedelta(days=1), expected_on=LAST + timedelta(days=5), **said)
    assert calls.say(again) is None
    refresh_stale()
    assert calls.say(again) is None, "a page that was left open"
    assert list(Call.objects.all()) == [early]
    # Of an order that was taken back wholly the one before is awaited on, and can be called.
    made.lines.update(learn=False)
    back = make_order(regular, made.ordered_on, [(sku, -number, price) for sku, number, price in LINES])
    for line, of in zip(back.lines.order_by("pk"), made.lines.order_by("pk"), strict=True):
        back.lines.filter(pk=line.pk).update(reverses=of, learn=False)
    refresh_stale(everyone=True)
    assert calls.say(again) == again


def test_replays_are_capped_and_know_nothing_of_later(owner):
    customer = make_customer(owner=owner, orders_known_through=LAST)
    make_orders(
        customer, [(LAST - timedelta(days=9 * n), [("A" if n else "LATER", 1, "5")]) for n in range(40)]
    )
    refresh_stale()
    replayed = Forecast.objects.filter(replayed=True, method=MODEL)
    assert replayed.count() == backfilling.LAST_ORDERS
    later = customer.orders.latest("ordered_on").lines.get().product_id
    assert not [said for said in replayed if later in {product for product, *_ in said.items}]


def test_few_orders_call_nothing(owner):
    customer = make_customer(owner=owner, orders_known_through=LAST)
    make_orders(customer, [(LAST - timedelta(days=9 * n), [("SKU-A", 10, "12.50")]) for n in range(2)])
    refresh_stale()
    assert not Forecast.objects.exists()


def test_many_customers_take_as_few_queries_as_few(owner, regular, monkeypatch):
    # However the keys fall, one range; and one fit.
    monkeypatch.setattr(claims, "SPAN", 10**9)
    monkeypatch.setattr(fits, "GROWN", 1000)
    counts = []
    for _ in range(2):
        for _ in range(4):
            customer = make_customer(owner=owner, orders_known_through=LAST)
            make_orders(customer, [(LAST - timedelta(days=20 * n), LINES) for n in range(5)])
        with CaptureQueriesContext(connection) as queries:
            refresh_stale()
        counts.append(len(queries))
    # The first time also makes the row by which replaying is claimed.
    assert counts[1] <= counts[0]


def test_of_one_order_more_the_whole_book_is_not_loaded(regular, monkeypatch):
    monkeypatch.setattr(backfilling, "load_book", None)
    monkeypatch.setattr(fits, "load_book", None)
    order(regular, 20)
    assert Forecast.objects.filter(method=MODEL, replayed=False).count() == 2
    assert backfilling.pending() == {}


@pytest.mark.parametrize("known", [4, 12], ids=["new", "known for long"])
def test_after_an_import_no_whole_book_is_loaded_for_a_forecast_that_came_late(owner, monkeypatch, known):
    """He orders again on the day after the import, and several times between two others: the night completes his ledger."""
    customer = make_customer(owner=owner, orders_known_through=LAST)
    make_orders(customer, [(LAST - timedelta(days=20 * n), LINES) for n in range(known - 1, -1, -1)])
    refresh_stale()
    assert backfilling.pending() == {}
    loaded = []
    monkeypatch.setattr(backfilling, "load_book", lambda: loaded.append(1) or load_book())
    order(customer, 1)
    make_order(customer, LAST + timedelta(days=9), LINES)
    order(customer, 20)
    assert loaded == []
    assert list(backfilling.pending()) == [customer.pk]

    def lacking():
        known = Forecast.objects.filter(customer=customer, method=MODEL)
        anchors = known.filter(anchor_on__gte=LAST, replayed=True).order_by("anchor_on")
        return list(anchors.values_list("anchor_on", flat=True))

    assert lacking() == []
    monkeypatch.setattr(jobs, "async_task", lambda name, **_group: import_string(name)())
    for _ in range(2):
        jobs.refit()
        assert (loaded, backfilling.pending()) == ([1], {})
        # On 21 March the next one was called in time; of the last order it is open.
        assert lacking() == [LAST + timedelta(days=n) for n in (0, 9)]
        refresh_stale()


def test_nothing_is_looked_at_where_nothing_is_missing(regular):
    assert backfilling.pending() == {}
    with CaptureQueriesContext(connection) as queries:
        refresh_stale()
    assert len(queries) == 3


def test_orders_that_come_while_the_past_is_replayed_leave_it_pending(regular):
    due, book = {regular.pk: regular.outlook.rev}, load_book()
    make_order(regular, LAST + timedelta(days=1), LINES)
    Customer.objects.update(orders_known_through=LAST + timedelta(days=1))
    refresh_stale()
    Outlook.objects.update(replayed=False)
    backfilling.backfill(book, due, timezone.now())
    assert list(backfilling.pending()) == [regular.pk]
