"""Thousands of composed files: none brings an error, none is half imported, each can be taken back."""

import pytest
from django.db import connection

from tests.files.journey import travel

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# What a file may hold is the same for both; the questions that are asked of PostgreSQL take far longer.
EXAMPLES = {"sqlite": 2000, "postgresql": 240}
# So that several processes share them.
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_file_leaves_a_trace_that_undo_does_not_take(owner, settings, tmp_path, part):
    settings.MEDIA_ROOT = tmp_path
    travel(owner, EXAMPLES[connection.vendor] // PARTS)
