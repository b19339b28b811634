"""What stands in whose digest. Planned when its hour has come, never ahead: a birthday corrected before needs no repair.

Whoever plans a digest writes it and its items in one transaction; the constraints let one of two win, and keep every
reminder from being told twice. The number of queries depends on the kinds alone, not on users or people.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery

from accounts.models import User
from crm.models import Digest, DigestItem, QuietDays, ReminderSettings
from crm.reminders import transport
from crm.reminders.delivery import abandoned
from crm.reminders.kind import BELATED_DAYS, kinds, leads_of
from crm.reminders.moments import Schedule, deadline

DAY = timedelta(days=1)
LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True)
class Plan:
    """Of one user: the digest of `day` tells what must be told after `since` and up to `until`; `told_until`: up to when
    earlier ones told it, None of the first."""

    user: User
    wishes: ReminderSettings
    schedule: Schedule
    day: date
    since: datetime
    until: datetime
    told_until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """A reminder with the day of the digest in which the rule wants it."""

    kind: str
    subject: int
    occurs_on: date
    lead: int
    meant_on: date

    @property
    def key(self):
        return self.kind, self.subject, self.occurs_on, self.lead


def recipients():
    """Who gets digests at all: who ever came in and still may. The demo company's people have no mailbox."""
    return User.objects.joined().filter(is_active=True, is_demo=False).exclude(reminder_settings__is_on=False)


def schedules(users) -> dict:
    """{key: (settings, Schedule)} of these users. Two queries."""
    keys = [user.pk for user in users]
    wishes = {row.user_id: row for row in ReminderSettings.objects.filter(user__in=keys)}
    quiet = {}
    for user, *span in QuietDays.objects.filter(user__in=keys).values_list("user", "from_on", "to_on"):
        quiet.setdefault(user, []).append(tuple(span))
    return {user.pk: _schedule(user, wishes.get(user.pk), quiet.get(user.pk, ())) for user in users}


def _schedule(user, wishes, quiet):
    wishes = wishes or ReminderSettings(user=user)
    weekdays = frozenset(int(day) for day in wishes.weekdays)
    return wishes, Schedule(user.time_zone, wishes.hour, weekdays, tuple(quiet))


def plan_due(now) -> int:
    """Writes the digests whose hour has come and that nobody has planned yet; returns their number."""
    plans = _plans(now)
    if not plans:
        return 0
    due = {plan.user.pk: found for plan, found in zip(plans, what_is_due(plans, now), strict=True)}
    token = secrets.token_hex(16)
    with transaction.atomic():
        mine = _take(plans, token, now)
        _write_items(mine, due)
        _take_over_unsent(mine, token, now)
        _repeat_unconfirmed(mine)
        _say_nothing(mine)
    return len(mine)


def _plans(now) -> list[Plan]:
    # Without those of a clock that was ahead.
    last = Digest.objects.filter(user=OuterRef("pk"), day__lte=now.date() + 2 * DAY).order_by("-day")
    users = list(
        recipients().annotate(
            last_day=Subquery(last.values("day")[:1]), last_until=Subquery(last.values("covers_until")[:1])
        )
    )
    found = []
    for user, (wishes, schedule) in zip(users, schedules(users).values(), strict=True):
        day = schedule.last(now)
        if day is None or schedule.is_quiet(schedule.day_of(now)) or (user.last_day and user.last_day >= day):
            continue
        # Who has just come is told from his first morning on; after a silence of the worker all that it missed.
        if user.last_until is None and schedule.moment(day) < user.created_at:
            continue
        since = schedule.moment(day) - DAY
        if user.last_until:
            since = min(schedule.moment(day) - BELATED_DAYS * DAY, user.last_until)
        # Who had switched them off is not told of what he did not want to know.
        if wishes.on_since:
            since = max(since, wishes.on_since - DAY)
        found.append(Plan(user, wishes, schedule, day, since, schedule.covers_until(day), user.last_until))
    return found


def what_is_due(plans, now) -> list:
    """[Due] of each plan: of each occurrence all days ahead that have come, whether told before or not.

    Several plans may be of one user.
    """
    users = {plan.user.pk: plan.user for plan in plans}
    of_user = {pk: [place for place, plan in enumerate(plans) if plan.user.pk == pk] for pk in users}
    due = [[] for _plan in plans]
    for kind in kinds().values():
        leads = {pk: leads_of(kind, plans[places[0]].wishes) for pk, places in of_user.items()}
        furthest = max((lead for some in leads.values() for lead in some), default=None)
        if furthest is None:
            continue
        first = LONG_AGO if kind.lasting else min(plan.since for plan in plans).date() - DAY
        last = max(plan.until for plan in plans).date() + DAY + furthest * DAY
        for occasion in kind.occasions(users, first, last, now):
            for lead in leads[occasion.user]:
                by = deadline(occasion.day - lead * DAY, occasion.zone)
                for place in of_user[occasion.user]:
                    plan = plans[place]
                    lasts = kind.lasting and place == of_user[occasion.user][0]
                    if by <= plan.until and (lasts or plan.since < by):
                        meant_on = _meant_on(plan, by)
                        due[place].append(
                            Due(kind.name, occasion.subject, occasion.occurs_on, lead, meant_on)
                        )
    return due


def _meant_on(plan, by):
    """The day of the digest that should have told it. What an earlier one would have told, had it been known then, is not
    late: it was not known."""
    if plan.told_until is None or by <= plan.told_until:
        return plan.day
    return min(plan.schedule.belongs_to(by) or plan.day, plan.day)


def _take(plans, token, now):
    """{key of the digest: its plan} of those that nobody else has planned."""
    Digest.objects.bulk_create(
        [
            Digest(
                user=plan.user, day=plan.day, covers_until=plan.until, token=token, next_attempt_at=now,
                message_id=transport.new_message_id(),
            )
            for plan in plans
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    by_user = {plan.user.pk: plan for plan in plans}
    mine = Digest.objects.filter(token=token).values_list("pk", "user")
    return {pk: by_user[user] for pk, user in mine}


def _write_items(mine, due):
    told = _told([plan.user.pk for plan in mine.values()], due)
    items = []
    for pk, plan in mine.items():
        before = told.get(plan.user.pk, set())
        fresh = [item for item in due[plan.user.pk] if item.key not in before]
        # Nearer ones, also those that were told before, make the further ones old news.
        nearest = {}
        for kind, subject, occurs_on, lead in (*before, *(item.key for item in fresh)):
            occurrence = kind, subject, occurs_on
            nearest[occurrence] = min(nearest.get(occurrence, lead), lead)
        items += [
            DigestItem(
                digest_id=pk, user=plan.user, kind=item.kind, subject=item.subject, occurs_on=item.occurs_on,
                lead=item.lead, meant_on=item.meant_on, silent=item.lead > nearest[item.key[:3]],
            )
            for item in fresh
        ]  # fmt: skip
    DigestItem.objects.bulk_create(items, batch_size=1000, ignore_conflicts=True)


def _told(users, due):
    """{user: keys of what stands in a digest of his already}"""
    days = [item.occurs_on for pk in users for item in due[pk]]
    found = {}
    if days:
        rows = DigestItem.objects.filter(user__in=users, occurs_on__range=(min(days), max(days)))
        for user, *key in rows.values_list("user", "kind", "subject", "occurs_on", "lead"):
            found.setdefault(user, set()).add(tuple(key))
    return found


def _take_over_unsent(mine, token, now):
    """What an earlier digest could not deliver goes into this one; a digest that is being sent keeps its own."""
    users = [plan.user.pk for plan in mine.values()]
    waiting = Q(state=Digest.State.PLANNED) | abandoned(now)
    older = Digest.objects.filter(waiting, user__in=users).exclude(pk__in=list(mine))
    if not older.update(state=Digest.State.MERGED, token=f"into-{token[:26]}", next_attempt_at=None):
        return
    here = Digest.objects.filter(pk__in=list(mine), user=OuterRef("user")).values("pk")[:1]
    DigestItem.objects.filter(digest__token=f"into-{token[:26]}").update(digest_id=Subquery(here))


def _repeat_unconfirmed(mine):
    """Also what was to be repeated by a digest that then was not confirmed either, or has gone into another one."""
    users = [plan.user.pk for plan in mine.values()]
    here = Digest.objects.filter(pk__in=list(mine), user=OuterRef("user")).values("pk")[:1]
    untold = Q(repeated_in=None) | Q(repeated_in__state__in=[Digest.State.UNCONFIRMED, Digest.State.MERGED])
    unconfirmed = Digest.objects.filter(untold, user__in=users, state=Digest.State.UNCONFIRMED)
    unconfirmed.update(repeated_in_id=Subquery(here))


def _say_nothing(mine):
    """A digest without anything in it is no mail."""
    filled = DigestItem.objects.filter(digest__in=list(mine), silent=False).values("digest")
    empty = Digest.objects.filter(pk__in=list(mine), repeats=None).exclude(pk__in=filled)
    empty.update(state=Digest.State.EMPTY, next_attempt_at=None)


def next_digests(user, now, n=5):
    """[(Plan, [Due])] of the next digests as they would be now, whatever was told before aside."""
    wishes, schedule = schedules([user])[user.pk]
    plans, moment, since = [], now, None
    told = Digest.objects.filter(user=user).aggregate(until=Max("covers_until"))["until"]
    for _place in range(n):
        day = schedule.next(moment)
        if day is None:
            break
        moment = schedule.moment(day)
        plans.append(
            Plan(user, wishes, schedule, day, since or told or moment - DAY, schedule.covers_until(day))
        )
        since = plans[-1].until
    return list(zip(plans, what_is_due(plans, now), strict=True)) if plans else []
