from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.orderbook import OrderBook
from tests.engine.books import END, book_of

lines = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(END - 300, END),
        st.sampled_from(["I1", "I2", "I3"]),
        st.sampled_from([-2.0, 1.0, 3.0]),
        st.sampled_from([-5.0, 10.0, 12.5]),
    ),
    min_size=1,
    max_size=40,
)


def test_two_documents_on_one_day_are_one_order_day():
    history = book_of([("a", END, "A", 1, 10), ("a", END, "B", 2, 20), ("a", END, "A", 3, 30)]).history(0)
    assert history.n == 1
    assert history.amounts.tolist() == [60]
    assert history.sizes.tolist() == [2]
    assert history.quantity.tolist() == [4, 2]


def test_returns_count_in_figures_and_teach_nothing():
    history = book_of([("a", END - 9, "A", 5, 50), ("a", END, "A", -5, -50)]).history(0)
    assert history.n == 1
    assert history.figures[3].sum() == 0


def test_what_is_not_to_be_learned_from_leaves_no_order_day():
    rows = [("a", END - 9, "A", 5, 50), ("a", END, "A", 80_000, 77_000)]
    assert book_of(rows, learn=[True, False]).history(0).days.tolist() == [END - 9]


def test_an_unknown_amount_keeps_its_day_and_items():
    history = book_of(
        [("a", END - 9, "A", 5, 50), ("a", END, "A", 5, np.nan), ("a", END, "B", 1, 3)]
    ).history(0)
    assert history.n == 2
    assert np.isnan(history.amounts[1])
    assert history.sizes.tolist() == [1, 2]


def test_a_sample_has_some_customers_lines_and_everybodys_place():
    book = book_of([(f"c{n:02d}", END - n % 7, f"I{n}", 1.0, 10.0) for n in range(40)])
    few = book.sampled(15)
    assert (few.customers.tolist(), few.items.tolist()) == (book.customers.tolist(), book.items.tolist())
    assert len(np.unique(few.customer)) == len(few) == 15
    index = int(few.customer[0])
    assert few.history(index).item.tolist() == book.history(index).item.tolist()
    assert book.sampled(40) is book


def test_a_sample_is_of_customers_with_lines_and_a_further_one_moves_at_most_one():
    lines = [(f"c{n:02d}", END - n % 7, f"I{n}", 1.0, 10.0) for n in range(40)]
    few = sampled_names(book_of(lines), 15)
    assert sampled_names(book_of(lines).until(END - 7), 15) == set()
    assert len(few & sampled_names(book_of([*lines, ("b", END, "I1", 1.0, 10.0)]), 15)) >= 14
    book = book_of(lines)
    idle = replace(
        book,
        customers=np.append(book.customers, [f"d{n}" for n in range(60)]),
        currency=np.append(book.currency, ["EUR"] * 60),
        known_through=np.append(book.known_through, [END] * 60),
    )
    assert sampled_names(idle, 15) == few


def sampled_names(book, most):
    taken = book.sampled(most)
    return set(taken.customers[taken.customer].tolist())


def test_columns_must_agree():
    with pytest.raises(ValueError, match="one length"):
        OrderBook.from_columns(
            customers=["a"],
            known_through=[END],
            customer=[0],
            day=[1, 2],
            item=["A"],
            quantity=[1],
            amount=[1],
        )
    with pytest.raises(ValueError, match="does not name"):
        book_of([("a", END, "A", 1, 1)], customers=["b", "a"]).from_columns(
            customers=["a"], known_through=[END], customer=[3], day=[1], item=["A"], quantity=[1], amount=[1]
        )


@given(lines, st.randoms())
def test_the_order_of_lines_never_matters(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    names = ["a", "b", "c"]
    one, two = book_of(rows, names), book_of(shuffled, names)
    for index in range(3):
        assert_same(one.history(index), two.history(index))


@given(lines, st.integers(0, 300))
def test_a_history_cut_at_a_day_is_the_history_of_the_earlier_lines(rows, back):
    day = END - back
    cut = book_of(rows, ["a", "b", "c"]).history(0).until(day)
    earlier = [row for row in rows if row[1] <= day]
    if earlier:
        assert_same(cut, book_of(earlier, ["a", "b", "c"], known_through=day).history(0), items=False)
    assert all(column.max(initial=0) <= day for column in (cut.days, cut.day, cut.figures[0]))


def assert_same(one, two, items=True):
    for name in ("days", "amounts", "sizes", "day", "quantity", "amount", *(("item",) if items else ())):
        assert np.allclose(getattr(one, name), getattr(two, name), equal_nan=True), name
