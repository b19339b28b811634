"""What a calendar program reads at the address of a feed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from analytics.feeds.orders import expected_orders
from analytics.models import Call, Outlook
from crm.feeds.entry import Asked
from crm.models import CalendarFeed, Closure, Employment, Promise
from tests.crm.feeds.conftest import NOW
from tests.factories import make_customer, make_note, make_person, make_team, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def days(event):
    """First and last day."""
    return event["DTSTART"].dt, event["DTEND"].dt - timedelta(days=1)


def starts(events):
    return sorted(event["DTSTART"].dt for event in events.values())


def outlook(customer, **fields):
    fields = {
        "rev": 0,
        "known_through": date(2026, 11, 20),
        "computed_at": NOW,
        "last_ordered_on": date(2026, 10, 1),
        "expected_on": date(2026, 12, 3),
        "low_on": date(2026, 11, 28),
        "high_on": date(2026, 12, 9),
        "interval_days": 60.0,
        "currency": "USD",
        "amount": Decimal("48123.40"),
    } | fields
    return Outlook.objects.create(customer=customer, **fields)


def test_a_birthday_is_a_day_with_an_alarm_at_nine(read, born):
    born(12, 3, year=1985)
    event = read()["Birthday: Kari Nordmann, turns 41"]
    assert days(event) == (date(2026, 12, 3), date(2026, 12, 3))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    (alarm,) = event.walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["TRIGGER"].dt == timedelta(hours=9)
    assert event["URL"].startswith("http")
    assert event["URL"] in event["DESCRIPTION"]


def test_every_occurrence_says_its_own_age(read, born):
    born(12, 3, year=1985)
    assert list(read()) == ["Birthday: Kari Nordmann, turns 41", "Birthday: Kari Nordmann, turns 42"]


@pytest.mark.parametrize(
    ("birthday", "expected"),
    [
        ((2, 29), [date(2027, 2, 28), date(2028, 2, 29)]),
        ((2, 29, "gregorian", 1992, "birthday", "", "after"), [date(2027, 3, 1), date(2028, 2, 29)]),
        ((2, 29, "gregorian", 1992, "birthday", "", "skip"), [date(2028, 2, 29)]),
        # Seollal, and the day on which Koreans of the old calendar have their birthday.
        ((1, 1, "korean_lunar", 1960), [date(2027, 2, 7), date(2028, 1, 27)]),
        ((8, 15, "chinese_lunar", 1960), [date(2027, 9, 15), date(2028, 10, 3)]),
    ],
)
def test_days_that_no_rule_can_say(born, read, client, path, birthday, expected):
    born(*birthday)
    events = Calendar.from_ical(client.get(path).content).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events] == expected
    assert not any("RRULE" in event for event in events)


def test_other_days_of_people(read, born):
    born(6, 1, kind="other", label="Wedding")
    assert starts(read()) == [date(2027, 6, 1)]
    assert "Wedding: Kari Nordmann" in read()


def test_a_birthday_at_the_customers_of_the_rep(read, rep, stranger):
    customer = make_customer("Fjord AS", owner=rep, country="")
    person = make_person(customer, given_name="Ola", family_name="Hansen", owner=stranger)
    person.dates.create(month=12, day=3)
    assert "Fjord AS" in read()["Birthday: Ola Hansen"]["DESCRIPTION"]
    # Handed over: gone at the next look.
    customer.owner = stranger
    customer.save()
    assert read() == {}


def test_somebody_elses_customer_is_not_named(read, born, stranger):
    row = born(12, 3)
    Employment.objects.create(person=row.person, customer=make_customer("Secret SA", owner=stranger))
    assert "Secret" not in str(read()["Birthday: Kari Nordmann"].to_ical())


def test_a_strangers_people_and_all_else_of_his_are_not_in_it(read, stranger):
    shop = make_customer("Iberia SL", owner=stranger)
    make_person(shop).dates.create(month=12, day=3)
    Promise.objects.create(note=make_note(shop), text="secret", due_on=date(2026, 12, 1))
    Closure.objects.create(customer=shop, from_on=date(2026, 12, 1), to_on=date(2026, 12, 9))
    outlook(shop)
    assert read() == {}


@pytest.mark.parametrize("role", [User.Role.MANAGER, User.Role.ADMIN])
def test_who_sees_more_has_his_own_alone_in_his_calendar(read, rep, role):
    rep.role, rep.team = role, make_team()
    rep.save()
    shop = make_customer(owner=make_user(team=rep.team))
    make_person(shop).dates.create(month=12, day=3)
    Promise.objects.create(note=make_note(shop), text="not his", due_on=date(2026, 12, 1))
    assert read() == {}


@pytest.mark.parametrize("change", [{"status": "left"}, {"status": "deceased"}, {"greet": False}])
def test_who_is_not_to_be_greeted_is_not_in_it(read, born, change):
    born(12, 3, **change)
    assert read() == {}


def test_next_steps(read, rep):
    customer = make_customer("Fjord AS", owner=rep, country="")
    note = make_note(customer)
    promise = Promise.objects.create(note=note, text="Send samples", due_on=date(2026, 11, 27))
    event = read()["Send samples · Fjord AS"]
    assert days(event) == (date(2026, 11, 27), date(2026, 11, 27))
    assert event["DESCRIPTION"].startswith("we promised\nhttp")
    promise.done_at = timezone.now()
    promise.save()
    assert read() == {}


def test_the_private_note_of_somebody_else_is_not_in_it(read, rep, stranger):
    note = make_note(make_customer(owner=rep), author=stranger, private=True)
    Promise.objects.create(note=note, text="secret", due_on=date(2026, 11, 27))
    assert [name for name in read() if "secret" in name] == []


def test_an_expected_order_is_a_window(read, rep):
    outlook(make_customer("Fjord AS", owner=rep, country=""))
    event = read()["Order expected: Fjord AS, about USD 48.1 k"]
    assert days(event) == (date(2026, 11, 28), date(2026, 12, 9))
    assert "most likely on 3 Dec 2026" in event["DESCRIPTION"]
    assert "orders known up to 20 Nov 2026" in event["DESCRIPTION"]


def test_an_overdue_order_says_so_and_one_given_up_is_not_there(read, rep):
    outlook(make_customer("Late AS", owner=rep, country=""), overdue_days=5)
    outlook(make_customer("Silent AS", owner=rep, country=""), overdue_days=500)
    assert list(read()) == ["Order overdue: Late AS"]


def leading(row, **fields):
    fields = {"author": row.customer.owner, "currency": "USD", "expected_on": date(2026, 12, 18)} | fields
    return Call.objects.create(
        customer=row.customer, anchor_on=row.last_ordered_on, made_on=date(2026, 11, 25), leads=True, **fields
    )


def test_where_a_call_leads_the_order_stands_on_its_day_and_is_not_late(read, rep, at):
    leading(outlook(make_customer("Fjord AS", owner=rep, country="")), amount=Decimal(5200))
    leading(outlook(make_customer("Late AS", owner=rep, country=""), overdue_days=5))
    leading(outlook(make_customer("Silent AS", owner=rep, country=""), overdue_days=500))
    events = read()
    assert sorted(events) == [
        "Order expected: Fjord AS, about USD 5,200", "Order expected: Late AS", "Order expected: Silent AS",
    ]  # fmt: skip
    event = events["Order expected: Fjord AS, about USD 5,200"]
    assert days(event) == (date(2026, 12, 18), date(2026, 12, 18))
    assert "your call" in event["DESCRIPTION"]
    assert "Dangol’s own forecast: 3 Dec 2026, USD 48.1\xa0k" in event["DESCRIPTION"]
    at(datetime(2026, 12, 18, 23, 30, tzinfo=UTC))
    late = read()["Order overdue: Late AS"]
    assert late["UID"] == events["Order expected: Late AS"]["UID"]
    assert days(late) == (date(2026, 11, 28), date(2026, 12, 9))


def test_calls_that_lead_are_read_with_the_orders_waited_for(read, rep, django_assert_num_queries):
    rows = [outlook(make_customer(f"{n} AS", owner=rep, country="")) for n in range(6)]
    asked = Asked.on(rep, date(2026, 11, 26))
    leading(rows[0])
    with django_assert_num_queries(1):
        assert len(list(expected_orders(asked))) == len(rows)
    for row in rows[1:]:
        leading(row)
    with django_assert_num_queries(1):
        assert {entry.from_on for entry in expected_orders(asked)} == {date(2026, 12, 18)}


def test_the_next_order_is_another_event(read, rep):
    row = outlook(make_customer("Fjord AS", owner=rep, country=""))
    (before,) = read().values()
    row.low_on, row.amount = date(2026, 11, 30), Decimal("52000")
    row.save()
    (moved,) = read().values()
    assert moved["UID"] == before["UID"]
    row.last_ordered_on = date(2026, 11, 25)
    row.save()
    (after,) = read().values()
    assert after["UID"] != before["UID"]


def test_closures_and_public_holidays(read, rep):
    shop = make_customer("Fjord AS", owner=rep, country="NO")
    make_customer("Bergen AS", owner=rep, country="NO")
    Closure.objects.create(customer=shop, from_on=date(2025, 12, 23), to_on=date(2026, 1, 2), yearly=True)
    events = read()
    assert days(events["Fjord AS is closed"]) == (date(2026, 12, 23), date(2027, 1, 2))
    christmas = events["Norway: Christmas Day"]
    assert days(christmas) == (date(2026, 12, 25), date(2026, 12, 25))
    assert christmas["DESCRIPTION"] == "Bergen AS, Fjord AS"


def test_public_holidays_are_named_as_the_reader_calls_them(read, rep):
    make_customer("Fjord AS", owner=rep, country="NO")
    User.objects.filter(pk=rep.pk).update(language="ko")
    assert days(read()["노르웨이: 크리스마스"]) == (date(2026, 12, 25), date(2026, 12, 25))


ODD = [
    'Ærøskøbing; Smith, \\Jr\\ "x": y',
    "김민준 " * 10 + "끝",
    "👩‍👩‍👧‍👦🎂" * 12,
    "BEGIN:VEVENT",
    "a" * 100,
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_folded_and_escaped(born, client, path, name):
    born(12, 3, given_name=name, family_name="")
    content = client.get(path).content
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and line.decode() is not None for line in lines)
    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert event["SUMMARY"] == f"Birthday: {' '.join(name.split())}"


def test_line_breaks_and_control_characters_end_no_line(born, client, path):
    born(12, 3, given_name="A\r\nUID:x\x0b\x07\u2028B", family_name="")
    (event, _next) = Calendar.from_ical(client.get(path).content).walk("VEVENT")
    assert event["SUMMARY"] == "Birthday: A UID:x B"


def test_what_a_program_wants_to_know_of_the_calendar(born, client, path):
    answer = client.get(path)
    found = Calendar.from_ical(answer.content)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (found["VERSION"], found["METHOD"], found["X-WR-CALNAME"]) == ("2.0", "PUBLISH", "Dangol")
    assert found["PRODID"]


def test_in_the_language_of_the_user_whatever_the_program_asks_for(rep, born, client, path):
    rep.language = ""
    rep.save()
    born(12, 3)
    english = client.get(path, headers={"accept-language": "en"})
    assert client.get(path, headers={"accept-language": "ko"}).content == english.content
    rep.language = "ko"
    rep.save()
    assert client.get(path).content != english.content


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Seoul", "UTC"])
def test_a_day_is_the_same_in_every_zone(read, rep, born, zone):
    rep.time_zone = zone
    rep.save()
    born(12, 3, time_zone="America/New_York")
    assert starts(read()) == [date(2026, 12, 3)]


def test_beyond_the_korean_tables_there_is_nothing_and_no_failure(read, born, at):
    born(10, 9, "korean_lunar")
    born(10, 9, given_name="Ola")
    at(datetime(2050, 6, 1, tzinfo=UTC))
    names = list(read())
    assert "Birthday: Ola Nordmann" in names
    at(datetime(2055, 6, 1, tzinfo=UTC))
    assert list(read()) == ["Birthday: Ola Nordmann"]


def test_queries_do_not_grow(rep, born, client, path, django_assert_max_num_queries):
    def fill(rows):
        for _row in range(rows):
            shop = make_customer(owner=rep)
            make_person(shop).dates.create(month=12, day=3)
            Promise.objects.create(note=make_note(shop), text="x", due_on=date(2026, 12, 1))
            Closure.objects.create(customer=shop, from_on=date(2026, 12, 1), to_on=date(2026, 12, 9))
            outlook(shop)

    fill(1)
    with django_assert_max_num_queries(10) as few:
        client.get(path)
    fill(15)
    CalendarFeed.objects.update(read_at=None)
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def test_who_chose_no_language_reads_the_one_in_which_he_made_the_feed(rep, born, client):
    rep.language = ""
    rep.save()
    born(12, 3)
    path = f"/calendar/{CalendarFeed.issue(rep, 'ko', NOW)}.ics"
    assert "생일" in client.get(path).content.decode()
