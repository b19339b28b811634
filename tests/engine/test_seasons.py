"""Seasons of a book and of fiscal years: planted ones are found, and none is found where none was planted."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analytics.engine import bookstats, fitted, scoring
from analytics.engine.calendar import epoch_day, month_index, month_start, weekday
from analytics.engine.forecast import next_date, rollup, seasons
from analytics.engine.forecast.next_order import forecast
from analytics.engine.orderbook import OrderBook
from tests.engine.books import END, book_of, crowd

FIRST = month_index(epoch_day(dt.date(2023, 1, 1)))
# Twice as many orders in November as in a usual month, half as many in January.
AUTUMN = np.array([0.5, 0.7, 0.9, 1, 1, 1, 0.8, 0.8, 1.1, 1.4, 2, 0.8])
NONE = np.ones(12)


def book_with(
    rate,
    customers=120,
    months=35,
    fiscal_start=(),
    weekdays=7,
    known_through=None,
    closed=(),
    more=(),
    seed=3,
):
    """Order days at random: rate (month index, customer) -> orders a day, at most one, on the first `weekdays` of a week.
    more: (customer, day) of further orders."""
    random = np.random.default_rng(seed)
    rows = list(more)
    for number in range(customers):
        usual = random.uniform(0.02, 0.06)
        for month in range(FIRST, FIRST + months):
            days = np.arange(month_start(month), month_start(month + 1))
            came = days[(random.random(len(days)) < usual * rate(month, number)) & (weekday(days) < weekdays)]
            rows += [(number, int(day)) for day in came if not len(closed) or day not in closed[number]]
    if known_through is not None:
        rows = [row for row in rows if row[1] <= known_through[row[0]]]
    customer, day = np.array(rows).T
    end = month_start(FIRST + months) - 1
    return OrderBook.from_columns(
        customers=np.arange(customers),
        known_through=np.full(customers, end) if known_through is None else known_through,
        customer=customer,
        day=day,
        item=np.full(len(day), "A"),
        quantity=np.ones(len(day)),
        amount=np.full(len(day), 100.0),
        closed=closed,
        fiscal_start=fiscal_start,
    )


def found(book, through=None):
    return bookstats.fit_dates(book, through or int(book.known_through.max()), "all").order_seasons


@pytest.fixture(scope="module")
def autumnal():
    return book_with(lambda month, _: AUTUMN[month % 12])


def test_the_season_of_the_book_is_found(autumnal):
    calendar = found(autumnal).calendar
    assert calendar[10] == calendar.max()
    assert calendar[10] > 1.2
    assert calendar[0] == calendar.min()
    assert calendar[0] < 0.85
    assert np.corrcoef(np.log(calendar), np.log(AUTUMN))[0, 1] > 0.9
    assert (found(autumnal).fiscal == 1).all()


def test_with_it_next_november_is_called_better(autumnal):
    through = month_start(FIRST + 34) - 1
    known = autumnal.until(through)
    stats = bookstats.fit_dates(known, through, "all")
    ordered = {int(customer) for customer in autumnal.customer[autumnal.day > through]}

    def error(stats):
        said, came = [], []
        for index in range(len(known.customers)):
            history = known.history(index)
            curve = next_date.calibrated_curve(history, stats)
            said.append(1 - curve[history.silence + 30] / curve[history.silence])
            came.append(index in ordered)
        return scoring.brier(np.array(said), np.array(came)).mean()

    assert error(stats) < 0.95 * error(replace(stats, order_seasons=seasons.NONE))


@pytest.mark.parametrize("weekdays", [5, 7])
def test_where_no_season_was_planted_none_is_seen(weekdays):
    """Many customers, so that what differs between months but is no season would show: the number of their working days."""
    assert not found(book_with(lambda *_: 1, customers=800, weekdays=weekdays)).told


def test_a_closure_that_comes_every_year_is_no_season_beside_itself():
    """Forecasts go round days on which nobody is there; counted twice, August would bring next to nothing."""
    holidays = [
        np.arange(epoch_day(dt.date(year, 8, 1)), epoch_day(dt.date(year, 8, 21)))
        for year in (2023, 2024, 2025, 2026)
    ]
    shut = [np.concatenate(holidays)] * 200
    open_in_august = found(book_with(lambda *_: 1, customers=200, closed=shut)).calendar[7]
    assert open_in_august == pytest.approx(1, abs=0.05)


def test_an_order_dated_ahead_ends_no_month(autumnal):
    """Known to 10 November, and one order of December that somebody dated ahead."""
    known = np.full(120, month_start(FIRST + 34) + 9)
    early = book_with(lambda month, _: AUTUMN[month % 12], known_through=known)
    known = np.where(np.arange(120) == 7, month_start(FIRST + 35) + 2, known)
    ahead = book_with(
        lambda month, _: AUTUMN[month % 12], known_through=known, more=[(7, month_start(FIRST + 35) + 2)]
    )
    seen, through = found(early), month_start(FIRST + 35) + 2
    assert seen.calendar[10] == seen.calendar.max()
    assert found(ahead, through).calendar == pytest.approx(seen.calendar, rel=0.05)


def test_customers_who_are_known_less_far_lower_no_month():
    known = np.where(np.arange(120) % 3 == 0, month_start(FIRST + 33), month_start(FIRST + 35) - 1)
    seen = found(book_with(lambda month, _: AUTUMN[month % 12], known_through=known)).calendar
    assert seen[10] == seen.max()
    assert seen[9] > 1


def test_growth_is_no_season():
    calendar = found(book_with(lambda month, _: 1.03 ** (month - FIRST))).calendar
    assert calendar.max() / calendar.min() < 1.15


def test_a_book_that_is_being_built_up_shows_no_season():
    """Customers of all rhythms of whom only the last twenty-five orders are here."""
    assert not bookstats.fit_dates(book_of(crowd()), END, "all").order_seasons.told


def test_what_the_year_before_does_not_bear_out_is_no_season():
    once = book_with(lambda month, _: AUTUMN[month % 12] if month >= FIRST + 23 else 1)
    assert not found(once).told


def test_a_book_that_knows_few_months_twice_cannot_tell_a_season_from_growth():
    """Of its first month nobody knows whether all of it is there."""
    assert not found(book_with(lambda month, _: AUTUMN[month % 12], months=15)).told
    assert found(book_with(lambda month, _: AUTUMN[month % 12], months=24)).told


def ends_high(starts):
    """Two and a half times as many orders in the last month of the customer's own fiscal year."""
    return lambda month, number: 2.5 if (month - (starts[number] - 1)) % 12 == 11 else 1


def test_what_fiscal_years_end_with_is_found_across_years_that_begin_at_different_times():
    starts = np.arange(120) % 12 + 1
    book = book_with(ends_high(starts), fiscal_start=starts)
    stats = bookstats.fit_dates(book, book.known_through[0], "all")
    fiscal = stats.order_seasons.fiscal
    others = np.delete(fiscal, 11)
    assert fiscal[11] / np.median(others) > 2
    assert others.max() / others.min() < 1.3
    # Whose year ends in December is likelier to order then than whoever's ends in June.
    one = book.history(0)
    december = month_start(FIRST + 35) - one.last_day, month_start(FIRST + 36) - one.last_day
    ordered = []
    for start in (1, 7):
        curve = next_date.calibrated_curve(replace(one, fiscal_start=start), stats)
        ordered.append(1 - curve[december[1]] / curve[december[0]])
    assert ordered[0] > ordered[1] + 0.1


@pytest.mark.parametrize(("starts", "least"), [([1, 4, 7, 10], 1.7), ([1, 4], 1.7)])
def test_where_years_begin_in_few_months_the_factors_together_say_what_was_planted(starts, least):
    """Nobody can tell then a quarter's end in the book's year from the years that end with it; together they must fit."""
    starts = np.repeat(starts, 240 // len(starts))
    book = book_with(ends_high(starts), customers=240, fiscal_start=starts)
    factors = found(book)
    days = np.array([month_start(month) for month in range(FIRST + 24, FIRST + 36)])
    for number in (0, 239):
        said = seasons.factors(book.history(number), factors, days)
        planted = np.array([ends_high(starts)(month, number) for month in range(FIRST + 24, FIRST + 36)])
        usual = said[planted == 1].mean()
        assert said[planted > 1] / usual > least
        assert said[planted == 1] / usual == pytest.approx(1, abs=0.2)


def test_one_customer_in_his_own_months_is_no_rule_for_others():
    starts = np.arange(120) % 12 + 1
    alone = book_with(lambda month, number: 30 if number == 5 and month % 12 == 2 else 1, fiscal_start=starts)
    assert (found(alone).fiscal == 1).all()


def test_a_customer_whose_fiscal_year_nobody_knows_has_none():
    starts = np.repeat([0, 1, 4, 7], 30)
    book = book_with(ends_high(np.maximum(starts, 1)), fiscal_start=starts)
    factors = found(book)
    curve = np.linspace(1, 0.1, 400)[None]
    unknown = replace(book.history(0), fiscal_start=0)
    as_book = seasons.applied(curve, [unknown], factors)
    only_calendar = seasons.applied(
        curve, [replace(unknown, fiscal_start=4)], seasons.Seasons(factors.calendar, NONE)
    )
    assert factors.fiscal[11] > 1.3
    assert as_book == pytest.approx(only_calendar)


def test_if_all_fiscal_years_end_together_it_is_the_books_season():
    book = book_with(ends_high(np.full(120, 1)), fiscal_start=np.full(120, 1))
    factors = found(book)
    assert (factors.fiscal == 1).all()
    assert factors.calendar[11] == factors.calendar.max() > 1.2


def test_a_month_that_changes_much_is_among_the_reasons(autumnal):
    through = month_start(FIRST + 34) - 1
    known = autumnal.until(through)
    stats = bookstats.fit_dates(known, through, "all")
    said = []
    for index in range(len(known.customers)):
        answer = forecast(known.history(index), stats, known.items)
        window = next_date.outlook(
            np.array(answer["curve"]), answer["point_gap"], known.history(index).silence
        )
        called = epoch_day(dt.date.fromisoformat(answer["last_on"])) + round(window.point)
        for reason in answer["reasons"]:
            if reason["code"] == "season":
                assert reason["month"] == month_index(called) % 12 + 1
                assert (reason["percent"] > 0) == (stats.order_seasons.calendar[reason["month"] - 1] > 1)
                said.append(reason["month"])
    assert 11 in said


def test_in_totals_every_order_keeps_the_season_of_its_own_day(autumnal):
    """One in twenty-five on each usual day, twice that in November, however many orders came before it."""
    history = replace(autumnal.history(0), known_through=autumnal.history(0).last_day)
    of_book = seasons.Seasons(np.where(np.arange(12) == 10, 2.0, 1.0), NONE)
    memoryless = 0.96 ** np.arange(next_date.HORIZON + 1)
    curve = seasons.applied(memoryless[None], [history], of_book)[0]
    assert seasons.removed(curve, history, of_book) == pytest.approx(memoryless, abs=1e-9)
    history = replace(history, days=np.cumsum([0, 5, 60]).astype(np.int32))
    expected = rollup.days_ahead(history, curve, of_book=of_book)
    days = history.last_day + 1 + np.arange(len(expected))
    november = np.array([month_index(int(day)) % 12 == 10 for day in days])
    assert expected[november] == pytest.approx(0.08, rel=0.03)
    assert expected[~november] == pytest.approx(0.04, rel=0.03)


def test_calibration_leaves_the_season_as_it_is(autumnal):
    """What stretches a curve says nothing of months: taken out of the calibrated curve, the season is gone without a rest."""
    history, stats = autumnal.history(0), bookstats.fit_dates(autumnal, int(autumnal.known_through[0]), "all")
    curves = [
        next_date.calibrated_curve(history, replace(stats, curve_slope=0.6, order_seasons=known))
        for known in (stats.order_seasons, seasons.NONE)
    ]
    assert seasons.removed(curves[0], history, stats.order_seasons) == pytest.approx(curves[1], abs=1e-6)
    assert np.abs(curves[0] - curves[1]).max() > 0.01


def test_seasons_are_stored_and_read_again(autumnal):
    stats = bookstats.fit_dates(autumnal, int(autumnal.known_through[0]), "all")
    again = fitted.load(fitted.dump(stats)).order_seasons
    assert (again.calendar == stats.order_seasons.calendar).all()
    assert again.told


def test_how_right_the_last_months_were_called_knows_no_season_learned_from_them(autumnal):
    through = int(autumnal.known_through[0])
    stats = bookstats.fit_dates(autumnal, through, "all")
    without = replace(stats, order_seasons=seasons.NONE)
    history = autumnal.history(0)
    said = [rollup.backtest(history, known, next_date.calibrated_curves) for known in (stats, without)]
    assert said[0] == said[1]
