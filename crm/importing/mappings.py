"""What a user said about the columns of a file, kept for his next file with the same headers."""

from crm.importing.kinds.registry import kind_of
from crm.importing.mapping import fingerprint, normal
from crm.models import ImportMapping

# Of his mappings, the latest say what a header of an unknown file meant to him.
CONSULTED = 20
KEPT_OPTIONS = ("date_order",)


def find(user, header) -> ImportMapping | None:
    return ImportMapping.objects.filter(user=user, fingerprint=fingerprint(header)).first()


def remembered(user, kind) -> dict[str, str]:
    """Normalised header -> the field it last meant to this user in a file of this kind."""
    said = {}
    mappings = ImportMapping.objects.filter(user=user, kind=kind.name)
    for columns in mappings.values_list("columns", flat=True)[:CONSULTED]:
        for field, name in columns.items():
            said.setdefault(normal(name), field)
    said.pop("", None)
    return said


def places(mapping, header, kind) -> dict[str, int]:
    """{field: index} of a file with these headers. Of two alike the first is meant."""
    index = {}
    for place, name in enumerate(header):
        index.setdefault(normal(name), place)
    return {
        field: index[normal(name)]
        for field, name in mapping.columns.items()
        if kind.is_field(field) and normal(name) in index
    }


def later(mapping, kind) -> set[str]:
    """Fields that nobody could map or leave out when this was said."""
    known = mapping.options.get("fields")
    # Of what was said before fields were written down too, one has come since.
    return set(kind.fields) - set(known) if known is not None else {"status"} & set(kind.fields)


def save(run, name, now):
    """Keeps what the run's user said, once for each set of headers."""
    header = run.found["header"]
    options = {key: run.options[key] for key in KEPT_OPTIONS if run.options.get(key)}
    options |= {"currency": run.currency, "source": run.source, "owner": run.owner_id}
    options["fields"] = sorted(kind_of(run.kind).fields)
    ImportMapping.objects.update_or_create(
        user=run.user,
        fingerprint=fingerprint(header),
        defaults={
            "name": name[:100],
            "kind": run.kind,
            "columns": {field: header[index] for field, index in run.options["columns"].items()},
            "options": options,
            "used_at": now,
        },
    )
