"""Whoever searches finds what he may see, by whatever part of it he remembers."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import ContactPoint, Customer, Employment, Note, Person, Product
from crm.searching import query
from crm.searching.hits import search
from crm.searching.query import matching
from crm.searching.text import fold
from tests.factories import make_customer, make_note, make_order, make_person, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.crm.searching.urls")]


def names(user, typed, kind=None):
    return [hit.name for group in search(user, typed) if kind in (None, group.kind) for hit in group.hits]


@pytest.fixture
def books(owner, customer):
    """The owner's small world."""
    bergen = make_customer("Ørsted Müller GmbH", code="DE-100", country="DE", city="Köln", owner=owner)
    busan = make_customer("한빛 상사", code="KR-7", country="KR", city="부산", owner=owner)
    kim = make_person(
        busan, given_name="Min-jun", family_name="Kim", native_name="김민준", name_order="family"
    )
    brid = make_person(
        customer, given_name="Bríd", family_name="O’Brien", facts="Plays the hurling, two children"
    )
    ContactPoint.objects.create(person=brid, kind="phone", label="mobile", value="912 34 567")
    ContactPoint.objects.create(person=kim, kind="phone", value="+82 (0)10-1234-4567")
    ContactPoint.objects.create(person=kim, kind="messenger", value="kakao: minjun77")
    ContactPoint.objects.create(person=kim, kind="email", value="mj.kim@hanbit.example")
    make_product("AUR-400", name="Aurora headlamp", category="Stirnlampen")
    make_product("GLV-12", name="겨울 장갑")
    make_note(busan, "다음 달에 가격표를 보내기로 했다.", happened_at=datetime(2024, 1, 5, tzinfo=UTC))
    make_note(bergen, "Die größere Menge für Frühjahr besprochen", wants="Ein Muster 🎂")
    make_order(bergen, number="SO-4711")


@pytest.mark.both("every case")
@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("orsted muller", "customer", "Ørsted Müller GmbH"),
        ("mueller", "customer", "Ørsted Müller GmbH"),
        ("DE-100", "customer", "Ørsted Müller GmbH"),
        ("de100", "customer", "Ørsted Müller GmbH"),
        ("koln", "customer", "Ørsted Müller GmbH"),
        ("koeln", "customer", "Ørsted Müller GmbH"),
        ("germany", "customer", "Ørsted Müller GmbH"),
        ("독일", "customer", "Ørsted Müller GmbH"),
        ("빛상", "customer", "한빛 상사"),
        ("상사", "customer", "한빛 상사"),
        ("ㅎㅂㅅㅅ", "customer", "한빛 상사"),
        ("ㅎㅂ", "customer", "한빛 상사"),
        ("한빛ㅅ", "customer", "한빛 상사"),
        ("한빛 사", "customer", "한빛 상사"),
        ("f", "customer", "Fjord Handel AS"),
        ("ㄱㅁㅈ", "person", "Kim Min-jun 김민준"),
        ("민준", "person", "Kim Min-jun 김민준"),
        ("김미", "person", "Kim Min-jun 김민준"),
        ("김민ㅈ", "person", "Kim Min-jun 김민준"),
        ("minjun kim", "person", "Kim Min-jun 김민준"),
        ("kim hanbit", "person", "Kim Min-jun 김민준"),
        ("kim 한빛", "person", "Kim Min-jun 김민준"),
        ("minjun77", "person", "Kim Min-jun 김민준"),
        ("mj.kim@", "person", "Kim Min-jun 김민준"),
        ("4567", "person", "Bríd O’Brien"),
        ("34 567", "person", "Bríd O’Brien"),
        ("+47 912", "person", "Bríd O’Brien"),
        ("0047 912", "person", "Bríd O’Brien"),
        ("010-1234", "person", "Kim Min-jun 김민준"),
        ("+82 10 1234", "person", "Kim Min-jun 김민준"),
        ("brid", "person", "Bríd O’Brien"),
        ("obrien", "person", "Bríd O’Brien"),
        ("o'brien", "person", "Bríd O’Brien"),
        ("hurling", "person", "Bríd O’Brien"),
        ("b", "person", "Bríd O’Brien"),
        ("brid o", "person", "Bríd O’Brien"),
        ("aur400", "product", "Aurora headlamp"),
        ("AUR", "product", "Aurora headlamp"),
        ("stirnlampe", "product", "Aurora headlamp"),
        ("장갑", "product", "겨울 장갑"),
        ("ㄱㅇㅈㄱ", "product", "겨울 장갑"),
        ("격표", "note", "Note · 한빛 상사"),
        ("가격표", "note", "Note · 한빛 상사"),
        ("내기 다음", "note", "Note · 한빛 상사"),
        ("grossere", "note", "Note · Ørsted Müller GmbH"),
        ("🎂", "note", "Note · Ørsted Müller GmbH"),
        ("4711", "order", "SO-4711"),
        ("so-47", "order", "SO-4711"),
        ("#SO-4711", "order", "SO-4711"),
    ],
)
def test_by_whatever_part_one_remembers(books, owner, typed, kind, name):
    assert name in names(owner, typed, kind)


@pytest.mark.both("every case")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "%",
        "_",
        "%%",
        "__",
        "' OR 1=1 --",
        '"',
        "note OR x",
        "* NEAR(",
        "\\",
        "\0",
        "𓀀",
        "ㅋ",
        "zzz",
        "표가",
        "x" * 500,
        "가" * 500,
        " ".join(f"w{n}" for n in range(250)),
    ],
)
def test_what_is_nowhere_finds_nothing_whatever_is_typed(books, owner, typed):
    assert names(owner, typed) == []


def test_words_are_not_found_scattered(customer, owner):
    make_note(customer, "abc bcd")
    assert names(owner, "abcd") == []


def test_who_may_see_it_finds_it_and_nobody_else(customer, owner, mate, manager, stranger, admin):
    make_person(customer, family_name="Quokkason")
    make_note(customer, "The quokka contract")
    make_order(customer, number="QUOKKA-1")
    make_customer("Quokka AS", owner=owner)
    for user in (owner, manager, admin):
        assert len(names(user, "quokka")) == 4
    for user in (mate, stranger):
        assert names(user, "quokka") == []
        assert names(user, "ㅋ") == []


def test_a_private_note_is_found_by_its_author_alone(customer, owner, manager, admin):
    make_note(customer, "He drinks quokka.", private=True)
    Note.objects.create(
        author=owner, text="A quokka of no customer", happened_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert len(names(owner, "quokka")) == 2
    for user in (manager, admin):
        assert search(user, "quokka") == []


def test_an_employer_whom_one_may_not_see_cannot_be_guessed(customer, owner, mate, admin):
    """Both reps know her: she works at a customer of each."""
    secret = make_customer("Quokka Secret Ltd", owner=mate)
    person = make_person(customer, family_name="Quibble")
    Employment.objects.create(person=person, customer=secret, role="Owner")
    assert names(owner, "quokka") == []
    assert names(owner, "quibble secret") == []
    (group,) = search(owner, "quibble")
    assert "Quokka" not in group.hits[0].sub
    assert names(mate, "quibble quokka") == ["Ingrid Quibble"]
    assert "Quokka" in next(group for group in search(admin, "quibble") if group.kind == "person").hits[0].sub


def test_the_code_itself_comes_first_then_names_that_begin_so(owner):
    for code, name in (
        ("A1", "Great Nord"),
        ("NORD", "Zeta"),
        ("A2", "Nord Sport"),
        ("A3", "Anord"),
        ("NORDX", "Beta"),
    ):
        make_customer(name, code=code, owner=owner)
    assert names(owner, "nord", "customer") == ["Zeta", "Nord Sport", "Great Nord", "Anord", "Beta"]


def test_what_was_typed_in_full_brings_its_kind_to_the_front(customer, owner):
    make_customer("4711 Cologne", owner=owner)
    make_order(customer, number="4711")
    assert [group.kind for group in search(owner, "4711")] == ["order", "customer"]
    assert [group.kind for group in search(owner, "471")] == ["customer", "order"]


def test_the_latest_notes_come_first_and_few_of_each_kind(customer, owner):
    for day in range(1, 9):
        make_note(customer, f"quokka {day}", happened_at=datetime(2026, 1, day, tzinfo=UTC))
    (group,) = search(owner, "quokka")
    assert ["".join(piece.text for piece in hit.detail) for hit in group.hits] == [
        f"quokka {day}" for day in range(8, 2, -1)
    ]
    assert group.more


def test_a_person_found_by_a_number_shows_it(books, owner):
    (group,) = (group for group in search(owner, "34567") if group.kind == "person")
    assert [(piece.text, piece.hit) for piece in group.hits[0].detail] == [("912 ", False), ("34 567", True)]


def test_others_may_filter_with_it(books, owner):
    assert [person.native_name for person in Person.objects.filter(matching("person", "ㄱㅁ"))] == ["김민준"]
    assert not Person.objects.filter(matching("person", " ")).exists()
    assert Product.objects.exclude(matching("product", "aurora")).count() == Product.objects.count() - 1


@pytest.mark.once
def test_a_search_asks_as_often_for_many_as_for_few(customer, owner):
    def fill(first, last):
        for n in range(first, last):
            person = make_person(make_customer(f"Quokka {n}", owner=owner), given_name="Quokka")
            ContactPoint.objects.create(person=person, kind="email", value="quokka@example.com")
            make_note(customer, f"quokka {n}")
            make_product(f"QUOKKA-{n}")
            make_order(customer, number=f"QUOKKA-{n}")

    fill(0, 1)
    with CaptureQueriesContext(connection) as few:
        assert len(names(owner, "quokka")) == 5
    fill(1, 9)
    with CaptureQueriesContext(connection) as many:
        assert len(names(owner, "quokka")) == 30
    assert len(many) == len(few) <= 12


def test_every_part_of_every_word_is_found(owner):
    texts = ["Größere Straße 한빛상사 O’Brien AUR-400", "ŁÓDŹ가나 ②🎂x ﬁne", "100% a_b c*d “quoted”"]
    for text in texts:
        customer = make_customer(text, owner=owner)
        for word in fold(text).split():
            for start in range(len(word) - 1):
                for end in range(start + 2, len(word) + 1):
                    found = Customer.objects.filter(matching("customer", word[start:end]))
                    assert found.filter(pk=customer.pk).exists(), word[start:end]


@pytest.mark.parametrize("few", [200, 0], ids=["note by note", "by the index"])
def test_notes_are_found_alike_whichever_way_is_faster(books, owner, manager, monkeypatch, few):
    """With few customers their notes are read, with many the index is."""
    monkeypatch.setattr(query, "FEW_CUSTOMERS", few)
    for user in (owner, manager):
        assert names(user, "격표", "note") == ["Note · 한빛 상사"]
        assert names(user, "muster grossere", "note") == ["Note · Ørsted Müller GmbH"]
        assert names(user, "가격푤", "note") == ["Note · 한빛 상사"]
        for nothing in ("m", "표가", "mustergrossere", "%"):
            assert names(user, nothing, "note") == []
