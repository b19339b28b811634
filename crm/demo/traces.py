"""What speaks of demo rows without a foreign key that would take it along: history, dismissals, logs of every kind."""

from dataclasses import dataclass

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import Q
from simple_history.models import HistoricalChanges

from accounts.models import Team, User
from crm.demo import SOURCE
from crm.demo.company import CATALOGUE, FREIGHT
from crm.demo.truths import TRUTHS
from crm.models import (
    Customer,
    Dismissal,
    ImportChange,
    Note,
    Order,
    Person,
    Product,
    Promise,
    SellOut,
    StockLevel,
    Target,
)

SUBJECTS = {
    Dismissal.Kind.OVERDUE: Customer,
    Dismissal.Kind.EXPECTED: Customer,
    Dismissal.Kind.BIRTHDAY: Person,
    Dismissal.Kind.CONTACT: Person,
    Dismissal.Kind.PROMISE: Promise,
}


@dataclass(frozen=True)
class MadeUp:
    """Model -> primary keys of all that is made up, what somebody has deleted since included; how colleagues sign in."""

    keys: dict[type, set[int]]
    emails: list[str]


def made_up() -> MadeUp:
    """To be asked before anything is removed."""
    colleagues = User.objects.filter(is_demo=True)
    keys = {
        model: _keys(model.objects.filter(is_demo=True)) for model in (Customer, Product, Person, Team, User)
    }
    # Of deleted rows only the history is left; it does not say what was demo, but whose it was.
    keys[Customer] |= _deleted(Customer, code__in=TRUTHS)
    keys[Product] |= _deleted(Product, sku__in=[*(item.sku for item in CATALOGUE), FREIGHT])
    keys[Person] |= _deleted(Person, owner__in=colleagues)
    keys[Order] = _keys(Order.objects.filter(customer__in=keys[Customer], run=None))
    keys[Order] |= _deleted(Order, source=SOURCE)
    of_customers = {"customer__in": keys[Customer]}
    keys[Note] = _keys(Note.objects.filter(**of_customers)) | _deleted(Note, **of_customers)
    for model in (SellOut, StockLevel, Target):
        keys[model] = _keys(model.objects.filter(**of_customers)) | _deleted(model, **of_customers)
    keys[Target] |= _keys(Target.objects.filter(rep__in=colleagues))
    keys[Promise] = _keys(Promise.objects.filter(note__in=keys[Note]))
    return MadeUp(keys, list(colleagues.values_list("email", flat=True)))


def remove_traces(made: MadeUp):
    """Whatever is left that speaks of made-up rows which are no longer there."""
    gone = {model: pks - _keys(model.objects.filter(pk__in=pks)) for model, pks in made.keys.items()}
    for history in _histories():
        history.objects.filter(_speaks_of(history, gone)).delete()
    for kind, model in SUBJECTS.items():
        Dismissal.objects.filter(kind=kind, subject__in=gone[model]).delete()
    for model, pks in gone.items():
        name = model._meta.model_name
        logged = LogEntry.objects.filter(
            content_type__app_label=model._meta.app_label, content_type__model=name
        )
        logged.filter(object_id__in=[str(pk) for pk in pks]).delete()
        ImportChange.objects.filter(model=name, row__in=pks).delete()
    still_there = User.objects.filter(email__in=made.emails).values_list("email", flat=True)
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__in=set(made.emails) - set(still_there)).delete()


def _speaks_of(history, gone):
    """History of rows that are gone, or of rows that pointed to one."""
    of = history.instance_type
    found = Q(**{f"{of._meta.pk.name}__in": gone.get(of, ())})
    for field in of._meta.concrete_fields:
        target = field.related_model if field.is_relation else None
        if target in gone and target is not User:
            found |= Q(**{f"{field.attname}__in": gone[target]})
    return found


def _histories():
    return [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]


def _deleted(model, **conditions):
    history = model.history.filter(**conditions).exclude(id__in=model.objects.values("pk"))
    return set(history.values_list("id", flat=True))


def _keys(rows):
    return set(rows.values_list("pk", flat=True))
