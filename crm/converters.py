"""Civil days in addresses: 2026-11-28."""

from datetime import date


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, text):
        return date.fromisoformat(text)

    def to_url(self, day):
        return day if isinstance(day, str) else day.isoformat()
