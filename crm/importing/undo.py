"""An import taken back: what it made goes, what it wrote over returns, exactly and in one short transaction.

Rows that were touched since stay and are named first; the rest is done only where the user says so.
"""

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm.importing import bulk, log, reversals, since, undo_plan
from crm.importing.errors import Cancelled, ImportRefused
from crm.importing.kinds.registry import kind_of
from crm.importing.locks import only_import
from crm.importing.runs import sweep
from crm.importing.tables import TABLES
from crm.importing.wanted import still_wanted
from crm.models import Customer, ImportChange, ImportRun, OrderLine
from crm.models.search import Searchable
from crm.searching import index

ATTEMPTS = 5
NAMED = 100
WATCHED = tuple(model for model in TABLES if hasattr(model, "history"))
TEMPORARY = {model: f"undo_{model._meta.model_name}" for model in TABLES}


class _Moved(Exception):
    """Somebody changed something between plan and transaction: plan again."""


def undo(run, asker, now) -> bool:
    """Takes an applied run back; returns whether any orders changed.

    Raises ImportRefused where rows were touched since and `options["undo_rest"]` does not say to go on without them;
    then, as after a kill at any moment, nothing has changed.
    """
    kind_of(run.kind).check_role(asker)
    with only_import():
        sweep()
        if not still_wanted(run).filter(state=ImportRun.State.APPLIED).exists():
            raise Cancelled
        if not still_wanted(run).filter(applied_at__isnull=False).exists():
            raise ImportRefused(_("There is nothing to take back here."))
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            bulk.analyze(cursor, *(model._meta.db_table for model in (ImportChange, *TEMPORARY)))
        for _attempt in range(ATTEMPTS):
            stamp = _stamp()
            plan = undo_plan.plan(run, asker)
            _say_what_stays(run, plan)
            try:
                return _write(run, plan, stamp, now)
            except _Moved:
                continue
    raise ImportRefused(_("Orders of this import are being changed by somebody right now. Try again later."))


def _stamp():
    """Changes with every edit on a screen and with every change of orders."""
    edits = [model.history.aggregate(last=Max("history_id"))["last"] for model in WATCHED]
    return edits, dict(Customer.objects.values_list("pk", "orders_rev"))


def _moved(stamp, customers):
    """Whether somebody edited anything since, or the orders of these customers changed."""
    (edits, revisions), (edits_now, revisions_now) = stamp, _stamp()
    return edits != edits_now or any(revisions.get(pk) != revisions_now.get(pk) for pk in customers)


def _say_what_stays(run, plan):
    told = plan.stay[:NAMED]
    names = undo_plan.names(told, run.user)
    stays = [
        {"model": model._meta.model_name, "name": names.get((model, pk), ""), "why": why}
        for model, pk, why in told
    ]
    run.summary = run.summary | {"stays": stays, "stays_count": len(plan.stay)}
    still_wanted(run).update(summary=run.summary)
    if plan.stay and not run.options.get("undo_rest"):
        raise ImportRefused(_("Some rows were changed since. Nothing was taken back yet."))


def _write(run, plan, stamp, now):
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        try:
            for model, table in TEMPORARY.items():
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
                cursor.execute(f"CREATE TEMP TABLE {table} (id BIGINT PRIMARY KEY)")
                bulk.insert_into(table, ["id"], [(pk,) for pk in plan.go[model]])
            bulk.analyze(cursor, *TEMPORARY.values())
            with transaction.atomic():
                if not still_wanted(run).select_for_update().exists():
                    raise Cancelled
                touched = Customer.objects.select_for_update().filter(pk__in=plan.touched)
                # In the order in which everybody locks several.
                list(touched.order_by("pk").values_list("pk"))
                if _moved(stamp, plan.touched) or plan.is_outdated():
                    raise _Moved
                _take_back(cursor, plan)
                Customer.objects.filter(pk__in=plan.touched).count_change()
                if plan.stay:
                    _pair_again(run, plan.touched)
                still_wanted(run).update(state=ImportRun.State.UNDONE, undone_at=now, wanted="", message="")
        finally:
            for table in TEMPORARY.values():
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
    return bool(plan.touched)


def _take_back(cursor, plan):
    bulk.insert(OrderLine, *plan.again)
    for model, (columns, rows) in plan.back.items():
        bulk.update(model, columns, rows)
    found_by = _found_by(plan)
    if plan.stay:
        # A return that stays, of a line that goes.
        cursor.execute(
            """UPDATE crm_orderline SET reverses_id = NULL, learn = TRUE WHERE reverses_id IN (
                SELECT id FROM undo_orderline
                UNION ALL SELECT id FROM crm_orderline WHERE order_id IN (SELECT id FROM undo_order))"""
        )
    for model in TEMPORARY:
        _clear_answers(model, plan.go[model])
    cursor.execute("DELETE FROM crm_orderline WHERE order_id IN (SELECT id FROM undo_order)")
    for model in TABLES:
        table = model._meta.db_table
        cursor.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {TEMPORARY[model]})")
    for noun, keys in found_by.items():
        index.refresh(noun, keys)


def _found_by(plan):
    """{noun: keys} of what is to be found by other words now: changed rows, and those of which a part goes."""
    found = {}
    for model in TABLES:
        if issubclass(model, Searchable):
            changed = [pk for pk, *_values in plan.back.get(model, ((), ()))[1]]
            keys = changed if not model.searched_in else _whole(model, [*changed, *plan.go[model]])
            found.setdefault(model.searched_in or model._meta.model_name, set()).update(keys)
    return {noun: sorted(keys) for noun, keys in found.items() if keys}


def _whole(model, keys):
    """Of parts of a noun (a person's telephone) the nouns."""
    rows = model.objects.filter(pk__in=keys)
    return rows.values_list(f"{model.searched_in}_id", flat=True)


def _pair_again(run, customers):
    """Where a part of the import stays: its returns and what they reverse are paired by what is there now."""
    lines = OrderLine.objects.filter(order__customer__in=customers)
    lines.filter(reversed_by__isnull=False).update(learn=False)
    alone = lines.filter(order__run=run, learn=False, reverses=None, reversed_by=None)
    alone.update(learn=True)
    reversals.mark(customers, 0, log.Journal(run))


def _clear_answers(model, keys):
    """What other apps computed about rows that go goes with them."""
    for related, key in since.relations(model):
        if not since.is_fact(related, key):
            for start in range(0, len(keys), 5000):
                part = related._base_manager.filter(**{f"{key.name}__in": keys[start : start + 5000]})
                if key.remote_field.on_delete is models.SET_NULL:
                    part.update(**{key.name: None})
                else:
                    part.delete()
