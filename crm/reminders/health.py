"""Whether reminders are at work: a silent stop must be seen by who relies on them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from crm.models import Heartbeat

JOB = "reminders"
PATIENCE = 2 * settings.REMINDERS_EVERY


@dataclass(frozen=True)
class Health:
    """`last_run` is None where the worker was never started."""

    last_run: datetime | None
    age: timedelta | None

    @property
    def is_dead(self):
        # A beat of tomorrow is a clock that was wrong, and no sign of life.
        return self.age is None or abs(self.age) > PATIENCE


def beat(now):
    Heartbeat.objects.update_or_create(name=JOB, defaults={"at": now})


def look(now) -> Health:
    last = Heartbeat.objects.filter(name=JOB).values_list("at", flat=True).first()
    return Health(last, now - last if last else None)
