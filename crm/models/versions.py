"""History of rows, by django-simple-history."""

from functools import cache

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords as SimpleHistoricalRecords


class VersionManager(HistoryManager):
    """One class for all: `history` makes a new one whenever it is looked at, which takes longer than to write the row."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class HistoricalRecords(SimpleHistoricalRecords):
    def __init__(self, **options):
        super().__init__(history_manager=VersionManager, **options)
