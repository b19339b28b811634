"""What was fitted on a book, stored and turned to other items."""

import json
import zipfile
from dataclasses import fields, is_dataclass
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics.engine import bookstats, fitted
from analytics.engine.bookstats import AmountStats
from tests.engine.books import END, book_of, crowd

arrays = hnp.arrays(
    st.sampled_from([np.float64, np.int32, np.bool_, "U5", "M8[D]", np.float32]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
leaves = plain | arrays | st.floats().map(np.float64) | st.integers(0, 9).map(np.int64)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.tuples(st.integers()), inner, max_size=3)
        | st.builds(AmountStats, inner, inner, inner)
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def stats():
    return bookstats.fit(book_of(crowd()), END)


def same(one, other):
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return alike and one.tobytes() == other.tobytes()
    return repr(one) == repr(other)


@given(values)
def test_what_is_stored_comes_back_as_it_was(value):
    assert same(fitted.load(fitted.dump(value)), value)


def test_a_fitted_book_comes_back_as_it_was(stats):
    assert same(fitted.load(fitted.dump(stats)), stats)


@pytest.mark.parametrize("at", [0, 40, 200, -30, -1])
def test_damage_is_noticed_wherever_it_is(stats, at):
    data = bytearray(fitted.dump(stats))
    data[at] ^= 1
    for damaged in (bytes(data), bytes(data[:at]), b""):
        with pytest.raises(fitted.Unreadable):
            fitted.load(damaged)


def rewritten(data, old, new):
    """The same archive, whole, with another schema: as code before or after this one would have written it."""
    with zipfile.ZipFile(BytesIO(data[fitted.DIGEST_BYTES :])) as archive:
        schema = np.load(BytesIO(archive.read("schema.npy"))).tobytes().decode()
    assert old in schema
    file = BytesIO()
    np.savez(file, schema=np.frombuffer(schema.replace(old, new).encode(), np.uint8), **{"0": np.ones(1)})
    archive = file.getvalue()
    return fitted.hashlib.sha256(archive).digest() + archive


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"between"', '"within them"'),
        ("AmountStats", "AmountFigures"),
        ("bookstats:AmountStats", "bookstats:np.ndarray"),
        ("analytics.engine.bookstats:AmountStats", "os:system"),
        ("analytics.engine.bookstats", "analytics.engine.nothing"),
        ('["array", 0]', '["array", 7]'),
        ("{", "["),
    ],
)
def test_what_other_code_wrote_is_refused(old, new):
    data = fitted.dump((AmountStats(1.0, 2.0, 3.0), np.ones(1)))
    with pytest.raises(fitted.Unreadable):
        fitted.load(rewritten(data, old, new))


@pytest.mark.parametrize("value", [np.array([{}], object), {1, 2}, json])
def test_nothing_is_pickled(value):
    with pytest.raises(TypeError):
        fitted.dump({"here": value})
