"""The demo company: what was planted is there and is found, the same day makes the same company, and it goes for good."""

from datetime import UTC, date, datetime

import pytest

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SEED = 7
# Other days on which it must stand as well: around New Year, at Christmas, 29 February, and in a lunar leap month.
OTHER_DAYS = [
    date(2027, 1, 1),
    date(2028, 2, 29),
    *(
        pytest.param(day, marks=pytest.mark.slow)
        for day in (date(2026, 12, 28), date(2027, 8, 15), date(2028, 7, 5), date(2027, 2, 3))
    ),
]
