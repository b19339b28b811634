from datetime import timedelta

from crm.calendars.birthdays import next_occurrence


def occurrences(of, first, last):
    """All from `first` to `last`, both included: the next one, the next one after it, and so on."""
    found = []
    while (coming := next_occurrence(of, first)) and coming.on <= last:
        found.append(coming)
        first = coming.on + timedelta(days=1)
    return found
