"""What day it is, there and here, and how one says when another day is."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.templatetags.figures import day as short_day


@dataclass(frozen=True)
class Clock:
    """`home`: the zone of the reader, who is meant where no other is named."""

    now: datetime
    home: str

    def today(self, zone="") -> date:
        return self.now.astimezone(ZoneInfo(zone or self.home)).date()

    def late(self, day, zone="") -> int:
        """Days since `day` there; 0 where it is not over yet."""
        return max((self.today(zone) - day).days, 0)

    def words(self, day, zone="") -> str:
        """ "today", "on Saturday, 28 Nov", "3 Dec, in 7 days", "24 Nov, 2 days ago"; where it is another day there, so."""
        shown, away = short_day(day), (day - self.today(zone)).days
        # Further days are counted from the reader's own, as every other line counts them.
        away = away if away in WORDS else (day - self.today()).days
        if away in WORDS and self.today(zone) != self.today():
            return _("%(when)s there, %(day)s") % {"when": WORDS[away](), "day": shown}
        if away in WORDS:
            return WORDS[away]()
        if away < 0:
            return ngettext("%(day)s, %(n)s day ago", "%(day)s, %(n)s days ago", -away) % {
                "day": shown,
                "n": -away,
            }
        if away < 7:
            return _("on %(weekday)s, %(day)s") % {"weekday": date_format(day, "l"), "day": shown}
        return ngettext("%(day)s, in %(n)s day", "%(day)s, in %(n)s days", away) % {"day": shown, "n": away}


WORDS = {0: lambda: _("today"), 1: lambda: _("tomorrow"), -1: lambda: _("yesterday")}
