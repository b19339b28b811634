import django.db.models.deletion
from django.db import migrations, models

from crm.searching import index

# FTS5 keeps no text of its own (content=), no positions (detail=none) and no lengths: `grams` is all it is asked for.
SQLITE = [
    """CREATE VIRTUAL TABLE crm_searchgrams USING fts5(
        grams, content='crm_searchdocument', content_rowid='id', detail='none', columnsize=0, tokenize='unicode61')""",
    "INSERT INTO crm_searchgrams(crm_searchgrams) VALUES ('rebuild')",
    """CREATE TRIGGER crm_searchgrams_insert AFTER INSERT ON crm_searchdocument BEGIN
        INSERT INTO crm_searchgrams(rowid, grams) VALUES (new.id, new.grams);
    END""",
    """CREATE TRIGGER crm_searchgrams_delete AFTER DELETE ON crm_searchdocument BEGIN
        INSERT INTO crm_searchgrams(crm_searchgrams, rowid, grams) VALUES ('delete', old.id, old.grams);
    END""",
    """CREATE TRIGGER crm_searchgrams_update AFTER UPDATE ON crm_searchdocument WHEN old.grams <> new.grams BEGIN
        INSERT INTO crm_searchgrams(crm_searchgrams, rowid, grams) VALUES ('delete', old.id, old.grams);
        INSERT INTO crm_searchgrams(rowid, grams) VALUES (new.id, new.grams);
    END""",
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS crm_searchgrams_{event}" for event in ("insert", "delete", "update")),
    "DROP TABLE IF EXISTS crm_searchgrams",
]
# crm.models.search.Matches asks by this very expression.
POSTGRESQL = [
    """CREATE INDEX crm_searchgrams ON crm_searchdocument
        USING gin (array_to_tsvector(string_to_array(grams, ' ')))""",
    "ANALYZE crm_searchdocument",
]
POSTGRESQL_BACK = ["DROP INDEX IF EXISTS crm_searchgrams"]


def fill(apps, schema_editor):
    """Whoever lets documents.py read a column that is younger than this migration moves the filling to a later one."""
    index.rebuild(apps)


def make_index(apps, schema_editor):
    execute(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop_index(apps, schema_editor):
    execute(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def execute(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0002_working_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(blank=True)),
                ('title', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('grams', models.TextField(blank=True)),
                ('customer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_document', to='crm.customer')),
                ('note', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_document', to='crm.note')),
                ('person', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_document', to='crm.person')),
                ('product', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_document', to='crm.product')),
            ],
            options={
                'verbose_name': 'search document',
                'verbose_name_plural': 'search documents',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('note__isnull', True), ('person__isnull', True), ('product__isnull', True)), models.Q(('customer__isnull', True), ('note__isnull', True), ('person__isnull', False), ('product__isnull', True)), models.Q(('customer__isnull', True), ('note__isnull', False), ('person__isnull', True), ('product__isnull', True)), models.Q(('customer__isnull', True), ('note__isnull', True), ('person__isnull', True), ('product__isnull', False)), _connector='OR'), name='search_document_of_one_row')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_index, drop_index),
    ]
