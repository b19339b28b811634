"""What a column is taken for by its values alone."""

import pytest

from crm.importing import looks


@pytest.mark.parametrize("text", ["12", "-5", "1,234", "EUR 12.50", "EUR-400", "12 EA", "(5.00)", "₩1,000"])
def test_numbers_look_like_numbers(text):
    assert looks.is_number(text)


@pytest.mark.parametrize("text", ["AUR-400", "DRY20", "abc-1", "X-400", "soon", ""])
def test_codes_of_articles_do_not(text):
    assert not looks.is_number(text)
    assert not looks.is_count(text)
