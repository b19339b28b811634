from datetime import date, timedelta

import pytest
import time_machine
from django.utils.translation import override

from analytics.outlook import AsOf
from analytics.sentences import (
    confidence,
    due_words,
    every,
    headline,
    item_reasons,
    item_tags,
    reasons,
    worth_raising,
)

DAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "every day"), (3, "every 3 days"), (7, "every 7 days"), (14, "every 2 weeks"), (21, "every 3 weeks"),
     (30, "monthly"), (42, "every 6 weeks"), (61, "every 2 months"), (365, "every 12 months")],
)  # fmt: skip
def test_intervals_are_said_as_people_count(days, words):
    assert every(days) == words


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (AsOf(DAY, "not_enough", needs_orders=1), "Not enough data: needs 1 more order"),
        (AsOf(DAY, "not_enough"), "No orders yet"),
        (AsOf(DAY, "overdue", overdue_days=12), "Overdue by 12 days"),
        (AsOf(DAY, "lapsed", overdue_days=273, silence_days=302), "Silent for 302 days"),
        (AsOf(DAY, "waiting", expected_on=date(2026, 3, 30)), "Next order in 10 days"),
        (AsOf(DAY, "due", expected_on=DAY), "Next order expected today"),
    ],
)
def test_the_headline_answers(seen, words):
    assert headline(seen, DAY) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            {"code": "chosen", "why": "too_few_orders", "date": "ewma_gap", "calls": 0},
            "too few orders for more",
        ),
        ({"code": "chosen", "why": "usual", "date": "blend", "calls": 300}, "the more his rhythm counts"),
        ({"code": "chosen", "why": "past_calls", "date": "ewma_gap", "calls": 1200}, "the last 1,200 calls"),
        ({"code": "closed", "from": "2026-09-24", "to": "2026-09-26"}, "Closed 24 – 26 Sept"),
        ({"code": "left_out", "on": "2026-03-02"}, "it ends the silence"),
        ({"code": "without", "from": "2026-09-20", "to": "2026-09-25"}, "the window would be 20 – 25 Sept"),
        (
            {"code": "season", "month": 11, "fiscal_month": None, "percent": 22},
            "In November past years make an order 22 % more likely",
        ),
        (
            {"code": "season", "month": 1, "fiscal_month": None, "percent": -18},
            "In January past years make an order 18 % less likely",
        ),
        (
            {"code": "season", "month": 3, "fiscal_month": 12, "percent": 40},
            "In March, month 12 of his fiscal year, past years make an order 40 % more likely",
        ),
    ],
)
def test_why_this_day(reason, words):
    (said,) = reasons({"reasons": [reason]}, AsOf(DAY, "waiting"))
    assert words in said


GOLDEN_WEEK = ("2026-10-01", "2026-10-07")
CHUSEOK = ("2026-09-24", "2026-09-26")


@pytest.mark.parametrize(
    ("country", "language", "days", "words"),
    [
        ("KR", "en", CHUSEOK, "Chuseok, 24 – 26 Sept: fewer orders"),
        ("KR", "ko", CHUSEOK, "추석"),
        ("NO", "en", ("2026-04-02", "2026-04-03"), "Maundy Thursday, Good Friday, 2 – 3 Apr"),
        ("NO", "ko", ("2026-05-17", "2026-05-17"), "제헌절"),
        ("", "en", CHUSEOK, "Public holidays, 24 – 26 Sept"),
        ("CN", "en", GOLDEN_WEEK, "National Day, 1 – 7 Oct"),
        ("CN", "ko", GOLDEN_WEEK, "국경일(10월 1일~7일): 공휴일"),
    ],
)
def test_holidays_are_called_by_their_names_in_the_readers_language(country, language, days, words):
    reason = {"code": "holiday", "from": days[0], "to": days[1]}
    with override(language):
        (said,) = reasons({"reasons": [reason]}, AsOf(DAY, "waiting"), country)
    assert words in said
    assert "전날" not in said


@pytest.mark.parametrize(
    ("sure", "words"),
    [
        (0.9, "Dangol is fairly sure: 90 % that the order comes 28 Mar – 11 Apr, within 7 days of the likeliest day."),
        (0.55, "More likely than not: 55 % that the order comes 28 Mar – 11 Apr, within 7 days of the likeliest day."),
        (0.2, "Dangol is unsure: 20 % that the order comes 28 Mar – 11 Apr, within 7 days of the likeliest day."),
    ],
)  # fmt: skip
def test_confidence_says_of_which_days_it_is(sure, words):
    with time_machine.travel(DAY):
        seen = AsOf(
            DAY, "waiting", window_from=date(2026, 3, 28), window_to=date(2026, 4, 11), confidence=sure
        )
        assert confidence(seen) == words


def test_items_are_due_or_late_or_unknown():
    assert due_words(None, DAY) == ("not yet known", False)
    assert due_words("2026-01-10", DAY) == ("2 months late", True)
    assert due_words("2026-03-01", DAY)[1] is False


def row(item, *tags, orders=3):
    return {
        "item": item,
        "tags": list(tags),
        "orders": orders,
        "of": 12,
        "last_on": "2026-01-02",
        "interval": 21.0,
    }


def test_at_most_four_things_are_raised_the_late_order_first():
    items = {
        "rows": [
            row(1, "growing"),
            row(2, "gone_quiet"),
            row(3, "new"),
            row(4, "steady"),
            row(5, "slipping", orders=0),
        ]
    }
    talks = worth_raising(items, lambda pk: f"Item {pk}", AsOf(DAY, "overdue", silence_days=60), [], {})
    assert [talk.title for talk in talks] == [
        "The order is late", "Item 2 has gone quiet", "Item 1 is taking off", "Item 3 is new with him"
    ]  # fmt: skip


def test_nothing_is_raised_where_nothing_stands_out():
    assert worth_raising({"rows": [row(1)]}, str, AsOf(DAY, "waiting"), [], {"level": "mixed"}) == []


def test_unknown_tags_are_not_shown():
    assert item_tags({"tags": ["top", "strange"]}) == [("tag-top", "top item")]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Last order on 12 Nov 2026, the very day orders are known up to."),
        (1, "Last order on 12 Nov 2026, 1 day before the day orders are known up to."),
        (9, "Last order on 12 Nov 2026, 9 days before the day orders are known up to."),
        (-2, "Last order on 12 Nov 2026, after the day orders are known up to."),
    ],
)
def test_the_last_order_is_said_by_the_day_orders_are_known_up_to(days, words):
    last = date(2026, 11, 12)
    known = AsOf(last + timedelta(days=days), "waiting", silence_days=max(days, 0))
    assert reasons({"reasons": [{"code": "last_order", "on": "2026-11-12"}]}, known) == [words]


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (
            [{"code": "in_orders", "n": 9, "of": 10}, {"code": "skipped", "orders": 1}],
            "in 9 of the last 10 orders; skipped last time",
        ),
        (
            [
                {"code": "in_orders", "n": 2, "of": 10},
                {"code": "skipped", "orders": 4},
                {"code": "due", "interval": 61, "since": 64},
            ],
            "in 2 of the last 10 orders; not in the last 4 orders; due again: every 2 months",
        ),
        ([{"code": "in_orders", "n": 5, "of": 5}], "in each of the last 5 orders"),
        ([{"code": "popular", "share": 0.12}], "new for him; in 12 % of all orders of 90 days"),
        ([{"code": "long_ago", "days": 400}], "last bought 400 days before his last order"),
        ([], ""),
    ],
)
def test_an_item_says_why_it_is_likely(why, words):
    assert item_reasons(why) == words
