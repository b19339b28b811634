"""What was talked about: stories over years, promises on both sides, contact that is kept up and contact that is not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, F, Max, Min

from accounts.access import visible
from crm.demo.customers import HYEJIN
from crm.demo.names import PEOPLE
from crm.demo.truths import IN_TOUCH, OUT_OF_TOUCH, TRIPS, TRUTHS
from crm.models import Note, NotePerson, Order, Person, Product, Promise
from tests.crm.demo import NOW, OTHER_DAYS, TODAY
from tests.crm.demo.test_loading import made_notes
from tests.crm.demo.test_people import who

# What is planted is the same wherever it is kept.
pytestmark = pytest.mark.once
GUIDED = ("wants", "why", "can_we", "decision")


def test_notes_of_every_kind_over_years(rep):
    mine = visible(rep, Note.objects)
    kinds = dict(mine.order_by().values_list("kind").annotate(n=Count("pk")))
    assert set(kinds) == set(Note.Kind.values)
    assert kinds["call"] > 100
    assert kinds["visit"] > 30
    span = mine.aggregate(first=Min("happened_at"), last=Max("happened_at"))
    assert (span["last"] - span["first"]).days > 4 * 365
    assert not Note.objects.filter(happened_at__gt=NOW).exists()
    guided = mine.exclude(wants="")
    assert guided.count() >= 8
    # Whoever wrote down what they want, wrote down what became of it.
    assert all(getattr(note, line) for note in guided for line in GUIDED)
    assert mine.filter(private=True).count() >= 4
    assert mine.filter(pinned=True).count() >= 4


def test_private_notes_stay_with_their_author(rep, demo):
    private = Note.objects.filter(private=True)
    boss = rep.team.user_set.get(role="manager")
    assert private.exists()
    assert not visible(boss, Note.objects).filter(private=True).exists()


def test_notes_name_only_people_of_the_customer(demo, db):
    assert not NotePerson.objects.exclude(person__employments__customer=F("note__customer")).exists()


def test_mentions_are_names_of_people_there(demo, db):
    """ "@Ingrid Solheim", "@김민준 부장님과": the name as its bearer writes it, in whichever script."""
    mentioning = Note.objects.filter(text__contains="@").select_related("customer")
    assert mentioning.filter(text__contains="@Ingrid Solheim").count() >= 3
    for note in mentioning:
        names = {
            name
            for person in Person.objects.filter(employments__customer=note.customer)
            for name in (person.latin_name, person.native_name)
            if name
        }
        for part in note.text.split("@")[1:]:
            assert part.startswith(tuple(names)), note.text


def test_korean_customers_have_notes_in_korean_by_the_colleague_who_speaks_it(rep):
    for code, wanted in (("SEL-HAN", "랜턴"), ("PUS-BAD", "재고")):
        korean = visible(rep, Note.objects).filter(customer__code=code, author__email=HYEJIN)
        assert korean.count() >= 4
        assert korean.filter(text__contains=wanted).exists()
        assert all(any("가" <= letter <= "힣" for letter in note.text) for note in korean)
    assert Promise.objects.filter(note__author__email=HYEJIN, text__contains="제안서").exists()


def test_promises_of_both_sides_in_every_state(rep):
    mine = visible(rep, Promise.objects)
    week = TODAY + timedelta(days=7)
    states = {
        "overdue": {"done_at": None, "due_on__lt": TODAY},
        "this week": {"done_at": None, "due_on__range": (TODAY, week)},
        "later": {"done_at": None, "due_on__gt": week},
        "kept": {"done_at__isnull": False},
    }
    for name, state in states.items():
        for by in Promise.By:
            assert mine.filter(by=by, **state).exists(), (name, by)
    assert 4 <= mine.filter(**states["overdue"]).count() <= 8
    assert not Promise.objects.filter(done_at__gt=NOW).exists()


def last_contact(person):
    made = person.notes.filter(kind__in=Note.CONTACT_KINDS)
    return made.aggregate(last=Max("happened_at"))["last"]


def test_contact_is_kept_up_with_some_and_not_with_others(rep):
    for key, cadence in IN_TOUCH.items():
        person = who(key)
        assert person.cadence_days == cadence
        assert (NOW - last_contact(person)).days < cadence, key
    for key, (cadence, ago) in OUT_OF_TOUCH.items():
        person = who(key)
        assert person.cadence_days == cadence
        assert person.status == Person.Status.ACTIVE
        last = last_contact(person)
        if ago is None:
            assert last is None
            assert (NOW - person.created_at).days > cadence
        else:
            assert abs((NOW - last).days - ago) <= 2, key
            assert ago > cadence
    planned = Person.objects.exclude(cadence_days=None)
    assert {person.pk for person in planned} == {who(key).pk for key in (*IN_TOUCH, *OUT_OF_TOUCH)}


@pytest.mark.parametrize("today", OTHER_DAYS)
def test_contact_is_as_planned_on_any_day(today):
    """Without a database: the last note of real contact with each, on days around Christmas and others."""
    last = {}
    for note in made_notes(today):
        for place in note.people if note.kind in Note.CONTACT_KINDS else ():
            last[note.code, place] = note.happened_at.date()
    for key, cadence in IN_TOUCH.items():
        assert (today - last[key]).days < cadence, key
    for key, (cadence, ago) in OUT_OF_TOUCH.items():
        assert (key in last) == (ago is not None)
        assert ago is None or (today - last[key]).days > cadence, key


def test_a_note_says_why_each_small_item_never_stops(demo, db):
    for code, truth in TRUTHS.items():
        for sku, reason in truth.steady.items():
            told = Note.objects.filter(customer__code=code, text__contains=reason)
            assert told.filter(text__contains=Product.objects.get(sku=sku).name).exists(), (code, sku)
            assert told[0].people.get().latin_name == who((code, 0)).latin_name


def test_the_giant_order_the_quiet_one_and_the_late_ones_are_spoken_of(demo, db):
    for code, word in [("MAN-PEA", "two zeros"), ("SHA-QIN", "withdrawn"), ("OUL-KAR", "Baskets are half")]:
        assert Note.objects.filter(customer__code=code, text__contains=word).exists()
    overdue = [code for code, truth in TRUTHS.items() if truth.overdue]
    for code in overdue:
        recent = Note.objects.filter(customer__code=code, happened_at__gt=NOW - timedelta(days=61))
        assert recent.exists(), code
    late = Note.objects.filter(kind="claim", text__contains="days late")
    assert late.count() > 10


def test_trips_take_one_customer_a_day(demo, db):
    for ago, codes in TRIPS:
        day = TODAY - timedelta(days=ago)
        monday = day - timedelta(days=day.weekday())
        visits = Note.objects.filter(
            kind="visit",
            customer__code__in=codes,
            happened_at__date__range=(monday, monday + timedelta(days=13)),
        )
        days = {
            note.customer.code: note.happened_at.astimezone(ZoneInfo(note.customer.time_zone)).date()
            for note in visits.select_related("customer")
        }
        assert days, codes
        assert len(set(days.values())) == len(days)


def test_orders_come_after_calls_and_visits(rep):
    """What the timeline tells of the sixty days before an order: often a call, here and there a visit, too."""
    orders = visible(rep, Order.objects).filter(kind="order", ordered_on__gt=TODAY - timedelta(days=365))
    spoken = with_both = 0
    for order in orders:
        day = order.ordered_on
        kinds = set(
            Note.objects.filter(
                customer=order.customer_id, happened_at__date__range=(day - timedelta(days=60), day)
            ).values_list("kind", flat=True)
        )
        spoken += bool(kinds & {"call", "email", "chat", "meeting", "visit"})
        with_both += {"call", "visit"} <= kinds
    assert spoken > 0.7 * len(orders)
    assert with_both > 0.15 * len(orders)


def test_nobody_says_the_same_twice_in_a_row(demo, db):
    """Not to one customer within a month."""
    assert len(PEOPLE) == 40
    for code in TRUTHS:
        seen = {}
        for note in Note.objects.filter(customer__code=code).order_by("happened_at"):
            earlier = seen.get(note.text)
            assert earlier is None or (note.happened_at - earlier).days > 30, (code, note.text)
            seen[note.text] = note.happened_at
