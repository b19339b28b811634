"""One field back to what it was, as a change like any other: checked, saved, recorded."""

from crm.baseline import keep_baseline
from crm.history import living_rows, readable_records, stands_alone, visible_since
from crm.history_words import from_json, shown_field
from crm.keys import row_key
from crm.models import Customer, ImportChange, ImportRun


class NotThere(Exception):
    """No such value, or not one that can be restored by itself."""


def find_value(kind, row, user, record, name):
    """(row or one that hangs on it, field, value) of what `record` of the history page names. Raises NotThere."""
    origin, _, number = record.partition("-")
    key = row_key(number)
    if key is None:
        raise NotThere
    if origin == "import":
        source, pk, value = _imported(kind, row, user, key, name)
    else:
        source, pk, value = _recorded(kind, row, user, origin, key, name)
    known = shown_field(source.model, name)
    if known is None or not stands_alone(source, known):
        raise NotThere
    target = living_rows(source, row, user).filter(pk=pk).first()
    if target is None:
        raise NotThere
    return target, known, from_json(known, value) if origin == "import" else value


def _source(kind, name):
    for source in kind.sources():
        if source.model._meta.model_name == name:
            return source
    raise NotThere


def _recorded(kind, row, user, origin, key, name):
    source = _source(kind, origin)
    readable = readable_records(source, row, user, visible_since(row, user))
    record = readable.filter(history_id=key).first()
    if record is None or not hasattr(record, name):
        raise NotThere
    return source, record.id, getattr(record, name)


def _imported(kind, row, user, key, name):
    change = ImportChange.objects.filter(pk=key, run__state=ImportRun.State.APPLIED).first()
    if change is None or name not in (change.before or {}) or visible_since(row, user):
        raise NotThere
    return _source(kind, change.model), change.row, change.before[name]


def restore(target, known, value):
    """Raises ValidationError where the value no longer fits. Returns whether forecasts have to be computed anew."""
    keep_baseline(type(target)._default_manager.filter(pk=target.pk))
    setattr(target, known.attname, value)
    others = {other.name for other in target._meta.fields} - {known.name}
    target.clean_fields(exclude=others)
    target.clean()
    target.validate_unique()
    target.validate_constraints()
    target.save(update_fields=[known.name])
    if isinstance(target, Customer) and known.name in Customer.COMPUTED_FROM:
        Customer.objects.filter(pk=target.pk).count_change()
        return True
    return target._meta.model_name in ("order", "orderline")
