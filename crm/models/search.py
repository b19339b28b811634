from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.searching import index
from crm.searching.documents import SOURCES


class Has(models.Func):
    """Has(kind, grams, words): rows of that kind whose document has all the grams and contains each of the words.

    The grams are looked up in the index that migration 0003 makes for each database, and the words then in the texts:
    grams alone are also found scattered. On SQLite the index is an FTS5 table that three triggers keep: a migration
    that has SQLite remake the table of SearchDocument drops them and must make them again.
    """

    output_field = models.BooleanField()

    def __init__(self, kind, grams, words, pattern=""):
        values = [" ".join(sorted(grams)), *words, *([pattern] if pattern else [])]
        super().__init__("pk", *map(models.Value, values))
        self.kind, self.words, self.pattern = kind, len(words), bool(pattern)

    def as_sqlite(self, compiler, connection, **context):
        grams = "id IN (SELECT rowid FROM crm_searchgrams WHERE crm_searchgrams MATCH {})"
        return self._sql(compiler, [grams, *["instr(text, {}) > 0"] * self.words], "text REGEXP {}")

    def as_postgresql(self, compiler, connection, **context):
        # The very expression of the index; tokens are hexadecimal, nothing in them is an operator. OFFSET 0 keeps the
        # planner from merging this into the query around it, where it would cut up the grams of row after row.
        grams = "array_to_tsvector(string_to_array(grams, ' ')) @@ replace({}, ' ', ' & ')::tsquery"
        return self._sql(compiler, [grams, *["strpos(text, {}) > 0"] * self.words], "text ~ {}", " OFFSET 0")

    def _sql(self, compiler, conditions, pattern, end=""):
        (pk, params), *values = map(compiler.compile, self.source_expressions)
        conditions += [pattern] * self.pattern
        where = []
        for condition, (mark, value) in zip(conditions, values, strict=True):
            where.append(condition.format(mark))
            params = (*params, *value)
        found = f"SELECT {self.kind}_id FROM crm_searchdocument WHERE {' AND '.join(where)}{end}"
        return f"{pk} IN ({found})", params


class SearchDocument(models.Model):
    """What can be found of one row, folded and cut up: see crm.searching. It goes with its row, however that goes."""

    customer = models.OneToOneField("crm.Customer", models.CASCADE, null=True, related_name="search_document")
    person = models.OneToOneField("crm.Person", models.CASCADE, null=True, related_name="search_document")
    note = models.OneToOneField("crm.Note", models.CASCADE, null=True, related_name="search_document")
    product = models.OneToOneField("crm.Product", models.CASCADE, null=True, related_name="search_document")
    key = models.TextField(blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    grams = models.TextField(blank=True)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.CheckConstraint(
                name="search_document_of_one_row",
                condition=Q(
                    *(Q(**{f"{other}__isnull": other != kind for other in SOURCES}) for kind in SOURCES),
                    _connector=Q.OR,
                ),
            )
        ]

    def __str__(self):
        # Not the words: the Django admin names whatever goes with a row, private notes included.
        return f"#{self.pk}"

    @classmethod
    def access_q(cls, user):
        """Nobody reads a document: it only says which rows to ask, by their own rule."""
        return Q(pk__in=[])


class Searchable(models.Model):
    """Keeps the document of the row, or of the row that `searched_in` points to, at every save and delete."""

    searched_in = None

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, update_fields=None, **kwargs):
        super().save(*args, update_fields=update_fields, **kwargs)
        kind, pk = self._searched_row()
        fields = SOURCES[kind].fields
        if self.searched_in or update_fields is None or set(fields) & set(update_fields):
            index.refresh(kind, [pk])

    @transaction.atomic
    def delete(self, *args, **kwargs):
        kind, pk = self._searched_row()
        people = index.people_of([pk]) if kind == "customer" else []
        result = super().delete(*args, **kwargs)
        index.refresh(kind, [pk] if self.searched_in else [])
        index.refresh("person", people)
        return result

    def _searched_row(self):
        if self.searched_in:
            return self.searched_in, getattr(self, f"{self.searched_in}_id")
        return self._meta.model_name, self.pk
