"""Items that are bought at certain times: planted ones are found, and no item that was new, went, or is bought all year."""

import datetime as dt

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import epoch_day, month_of
from analytics.engine.forecast import item_seasons, rollup
from tests.engine.books import book_of

END = epoch_day(dt.date(2026, 3, 31))
SUMMER, WINTER = (4, 5, 6, 7), (10, 11, 0, 1)


def rows(customers=30, months=36, seed=4):
    """Each customer every three weeks: bread always, caps mostly in summer, skis mostly in winter, a novelty for the last
    nine months, and what went nine months ago. The last five live south: their seasons are the other way round."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(customers):
        south = number >= customers - 5
        day = END - months * 30 + random.integers(0, 21)
        while day <= END:
            month = (int(month_of([day])[0]) + 6 * south) % 12
            late = day > END - 270
            chance = {
                "BREAD": 0.5,
                "CAP": 0.6 if month in SUMMER else 0.04,
                "SKI": 0.6 if month in WINTER else 0.04,
                "NEW": 0.5 * late,
                "GONE": 0.5 * (not late),
            }
            for item, p in chance.items():
                if random.random() < p:
                    found.append((f"c{number:02d}", int(day), item, 10.0, 100.0))
            day += random.integers(18, 25)
    return found


@pytest.fixture(scope="module")
def book():
    return book_of(rows(), known_through=END)


@pytest.fixture(scope="module")
def found(book):
    return item_seasons.fit(book, END)


def test_caps_and_skis_have_a_season_and_nothing_else_has(book, found):
    assert book.items[found.items].tolist() == ["CAP", "SKI"]
    cap, ski = found.factor
    assert cap[5] > 1.8
    assert cap[0] < 0.7
    assert ski[11] > 1.8
    assert ski[6] < 0.7


def test_one_year_tells_no_season():
    young = book_of([row for row in rows() if row[1] > END - 700], known_through=END)
    assert not len(item_seasons.fit(young, END).items)


def test_what_comes_later_is_not_looked_at(book):
    early = END - 200
    whole, cut = item_seasons.fit(book, early), item_seasons.fit(book.until(early), early)
    assert book.items[whole.items].tolist() == cut_items(book, early, cut)
    assert whole.factor == pytest.approx(cut.factor)


def cut_items(book, day, found):
    return book.until(day).items[found.items].tolist()


def ahead_of(book, name, found):
    stats = bookstats.replace(bookstats.fit_dates(book, END, "all"), item_seasons=found)
    history = book.history(book.customers.tolist().index(name))
    items = rollup.items_ahead(history, stats, book.items)
    return dict(zip(items["item"], items["season"], strict=True))


def test_a_customer_is_expected_to_buy_them_in_their_season(book, found):
    """Beside how often his recent orders held them, which met seasons of their own."""
    seasons = ahead_of(book, "c03", found)
    assert seasons["BREAD"] is None
    assert seasons["CAP"][5] > 2 * seasons["CAP"][0]
    assert seasons["SKI"][11] > 2 * seasons["SKI"][6]


def test_whose_own_orders_speak_against_it_has_no_such_season(book, found):
    assert ahead_of(book, "c29", found)["CAP"] is None
