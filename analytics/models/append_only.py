"""Rows that are written once: what was said stays as it was said."""

from django.db import models


class Unchangeable(Exception):
    """A row of the ledger was to be written over."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **values):
        if not values.keys() <= self.model.MAY_CHANGE:
            raise Unchangeable(f"{self.model._meta.verbose_name_plural} are never edited.")
        return super().update(**values)

    update.alters_data = True

    def bulk_update(self, *args, **kwargs):
        raise Unchangeable(f"{self.model._meta.verbose_name_plural} are never edited.")

    bulk_update.alters_data = True


class AppendOnly(models.Model):
    """May be added, and taken along by what it hangs on; never changed but for the columns of MAY_CHANGE."""

    MAY_CHANGE = frozenset()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise Unchangeable(f"{self._meta.verbose_name_plural} are never edited.")
        super().save(*args, **kwargs)
