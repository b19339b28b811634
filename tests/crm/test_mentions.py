"""@names in a note: who is meant, and where the name ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.mentions import Named, find
from crm.note_text import named
from tests.factories import make_person, make_user

INGRID = Named(1, ("Ingrid Solberg", "Solberg Ingrid"), "Ingrid")
KIM = Named(2, ("Min-su Kim", "Kim Min-su", "김민수"), "Min-su")
BRID = Named(3, ("Bríd Ní Bhriain", "Ní Bhriain Bríd"), "Bríd")
ZOE = Named(4, ("Zoë Großmann",), "Zoë")
EVERYBODY = [INGRID, KIM, BRID, ZOE]


def mentioned(text, people=EVERYBODY):
    return [(text[one.start : one.end], one.pk) for one in find(text, people)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ingrid promised a list", [("@Ingrid", 1)]),
        ("@Ingrid Solberg promised", [("@Ingrid Solberg", 1)]),
        ("@solberg ingrid", [("@solberg ingrid", 1)]),
        ("(@INGRID), and @Min-su Kim.", [("@INGRID", 1), ("@Min-su Kim", 2)]),
        ("@Ingrid's boss", [("@Ingrid", 1)]),
        ("＠Ingrid from a Korean keyboard", [("＠Ingrid", 1)]),
        ("@brid ni bhriain", [("@brid ni bhriain", 3)]),
        ("@Bri\u0301d called", [("@Bri\u0301d", 3)]),
        ("@zoe grossmann, @Zoë GROSSMANN", [("@zoe grossmann", 4), ("@Zoë GROSSMANN", 4)]),
        ("@Kim Min‑su with another dash", [("@Kim Min‑su", 2)]),
    ],
)
def test_a_name_is_found_in_every_writing(text, found):
    assert mentioned(text) == found


@pytest.mark.parametrize(
    "attached",
    ["", " ", "님", "씨가", "에게", "에게는", "한테도", "께서", "부장님께서는", "과장",
     "이랑", "하고", "와의", "까지", "보다", "처럼", ", ", "이", "를"],
)  # fmt: skip
def test_what_korean_attaches_to_a_name_is_no_part_of_it(attached):
    assert mentioned(f"@김민수{attached}") == [("@김민수", 2)]


@pytest.mark.parametrize("text", ["@김민수정", "@김민", "@김민수철에게", "김민수", "@ 김민수"])
def test_a_longer_korean_name_is_somebody_elses(text):
    assert mentioned(text) == []


@pytest.mark.parametrize(
    "text",
    ["", "@", "@@", "@ ", "@Ingrids", "@Ingrid2", "write to ingrid@ingrid.example", "@Inge", "Ingrid", "@Ingrid Haug"],
)  # fmt: skip
def test_what_names_nobody_known(text):
    assert mentioned(text) == []


def test_the_longest_name_is_meant():
    anna, anna_li = Named(1, ("Anna",), "Anna"), Named(2, ("Anna Li",), "Anna")
    assert mentioned("@Anna Li and @Anna", [anna, anna_li]) == [("@Anna Li", 2), ("@Anna", 1)]


def test_a_name_that_two_bear_is_nobodys():
    other = Named(9, ("Ingrid Haug",), "Ingrid")
    assert mentioned("@Ingrid", [INGRID, other]) == []
    assert mentioned("@Ingrid Haug and @Ingrid Solberg", [INGRID, other]) == [
        ("@Ingrid Haug", 9),
        ("@Ingrid Solberg", 1),
    ]
    assert mentioned("@Ingrid Solberg", [INGRID, Named(9, INGRID.names)]) == []


def test_a_name_of_nothing_visible_is_no_name():
    """A zero-width space is pasted in easily."""
    assert mentioned("@ and @x", [Named(1, ("\u200b", ""), "\u200b")]) == []


@pytest.mark.django_db
def test_a_person_is_known_by_both_orders_and_scripts():
    kim = make_person(owner=make_user(), given_name="Min-su", family_name="Kim", native_name="김 민수")
    for text in ("@Min-su", "@Kim Min-su", "@Min-su Kim", "@김민수", "@김 민수께"):
        assert [one.pk for one in find(text, [named(kim)])] == [kim.pk], text


PIECES = st.sampled_from(
    ["@", "＠", "Ingrid", "김민수", "에게", " ", "ß", "Zoë", "e\u0301", "-", "\n", "Großmann", "½", "ﬁ"]
)
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@given(TEXTS, st.lists(st.builds(Named, st.integers(1, 3), st.tuples(TEXTS, TEXTS), TEXTS), max_size=4))
def test_mentions_are_pieces_of_the_text_one_after_the_other(text, people):
    end = 0
    for mention in find(text, [*people, *EVERYBODY]):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start] in "@＠"
        end = mention.end
