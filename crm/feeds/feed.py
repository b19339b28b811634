"""A feed as it stands: what is in it for its user, since when, and the file made of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from crm.feeds.entry import Asked, entries
from crm.feeds.ics import calendar
from crm.feeds.revisions import etag, revised
from crm.models import CalendarFeed
from crm.reminders.contents import as_read_by

NAME = "Dangol"
# Not each look of each program is written down.
READ_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    feed: CalendarFeed
    entries: list
    revisions: dict
    changed_at: datetime

    @property
    def etag(self):
        return etag(self.revisions, self.feed.namespace, settings.SITE_URL)

    def file(self) -> bytes:
        return calendar(NAME, self.entries, self.revisions, self.feed.namespace, settings.SITE_URL)


def standing(feed, now) -> Standing:
    """Writes down what changed since the feed was last read, and that it was read."""
    user = feed.user
    with as_read_by(user, feed.language):
        found = entries(Asked.on(user, now.astimezone(ZoneInfo(user.time_zone)).date()))
    revisions, changes = revised(feed.revisions, found, now), {}
    if revisions != feed.revisions or feed.changed_at is None:
        changes |= {"revisions": revisions, "changed_at": now}
    if feed.read_at is None or now - feed.read_at > READ_AGAIN:
        changes["read_at"] = now
    if changes:
        CalendarFeed.objects.filter(pk=feed.pk).update(**changes)
    return Standing(feed, found, revisions, changes.get("changed_at", feed.changed_at))
