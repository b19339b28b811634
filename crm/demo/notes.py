"""The notes: the told stories, and the small talk that the orders themselves give rise to."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.demo.company import ITEMS, SUCCESSION
from crm.demo.customers import CUSTOMERS, HANDED_OVER, MARI, Distributor
from crm.demo.korean_stories import KOREAN_STORIES
from crm.demo.names import BUYER, HEAD, PEOPLE
from crm.demo.orders import DemoOrder, after_vacation, workday
from crm.demo.people import HABITS
from crm.demo.phrases import (
    BACK,
    BEFORE_ORDER,
    FAIR,
    LATE,
    PRICE_LIST,
    PRICE_TALK,
    SMALL_TALK,
    STEADY,
    THANKS,
    VISIT,
)
from crm.demo.stories import STORIES, Told
from crm.demo.truths import MOVED, RETIRED, TRIPS, TRUTHS

# Buyers by title, who are not there to be talked with about an order: retired, or on leave.
NEVER_ORDERING = {*RETIRED, ("PUS-BAD", 1)}


@dataclass
class DemoNote:
    code: str
    author: str
    happened_at: datetime
    kind: str
    people: tuple[int, ...]
    text: str
    told: Told | None = None  # where the guided lines and promises are


def make_notes(orders: list[DemoOrder], today: date, seed: int) -> list[DemoNote]:
    notes = []
    for customer in CUSTOMERS:
        dice = random.Random(f"{seed}:{customer.code}:notes")
        own = [order for order in orders if order.code == customer.code]
        teller = Teller(customer, own, today, dice)
        notes += teller.told()
        if own:
            notes += teller.around_orders() + teller.yearly() + teller.trips() + teller.steady()
    return sorted(notes, key=lambda note: note.happened_at)


class Teller:
    def __init__(self, customer: Distributor, orders: list[DemoOrder], today: date, dice: random.Random):
        self.customer, self.orders, self.today, self.dice = customer, orders, today, dice
        focus = TRUTHS[customer.code].focus or ("LAN-SOL",)
        self.focus = [ITEMS[sku].name for sku in focus if sku != SUCCESSION[1]]
        # The demo is seen through Mari's eyes: her customers have the longer story.
        self.talkative = customer.rep == MARI
        self.decks = {}

    def told(self) -> list[DemoNote]:
        stories = STORIES.get(self.customer.code, []) + KOREAN_STORIES.get(self.customer.code, [])
        return [
            self._note(
                workday(self.today - timedelta(days=told.ago)), told.kind, told.text, told.people, told
            )
            for told in stories
        ]

    def around_orders(self) -> list[DemoNote]:
        notes = []
        for order in self.orders:
            age = (self.today - order.day).days
            if order.is_return and order.lines[0].learn:
                notes += self._back(order) if self.dice.random() < 0.5 else []
            elif order.lines[0].learn and self.dice.random() < self._spoken_before(age):
                notes.append(self._before(order))
            notes += self._late(order) if age < 400 else []
        if self.dice.random() < 0.8:
            day = office_day(self.today - timedelta(days=self.dice.randint(30, 75)))
            notes.append(self._note(day, "call", self._fill(SMALL_TALK, day)))
        return notes

    def _spoken_before(self, age):
        """How likely an order has been talked about: the rarer he orders, the likelier; long ago, not all is noted."""
        often = min(0.55, TRUTHS[self.customer.code].interval / 70)
        return often * (1 if age < 400 else 0.35) * (1 if self.talkative else 0.4)

    def yearly(self) -> list[DemoNote]:
        notes, first_order = [], self.orders[0].day
        for year in range(first_order.year + 1, self.today.year + 1):
            days = [
                (date(year, 1, 12), "email", [PRICE_LIST], 0.7 if self.talkative else 0.2),
                (date(year, 2, 3), "call", [PRICE_TALK], 0.2 if self.talkative else 0.05),
                (date(year, 6, 10), "fair", FAIR, 0.3 if self.talkative else 0.1),
                (date(year, 12, 14), "gift", [THANKS], 0.3 if self.talkative else 0.1),
            ]
            for day, kind, texts, chance in days:
                happened = workday(day + timedelta(days=self.dice.randrange(4)))
                if self.dice.random() < chance and first_order < happened < self.today:
                    notes.append(self._note(happened, kind, self._fill(texts, happened, year=year)))
        return notes

    def trips(self) -> list[DemoNote]:
        notes = []
        for ago, codes in TRIPS:
            if self.customer.code in codes:
                day = weekdays_from(self.today - timedelta(days=ago), codes.index(self.customer.code))
                # Nobody travels to a customer who is on holiday, or who is none yet.
                if day > self.orders[0].day and after_vacation(day, TRUTHS[self.customer.code]) == day:
                    notes.append(self._note(day, "visit", self._fill(VISIT, day)))
        return notes

    def steady(self) -> list[DemoNote]:
        """Each small item that he never stops buying has been asked about: the note says what the remark says."""
        notes = []
        for sku, reason in TRUTHS[self.customer.code].steady.items():
            day = office_day(self.today - timedelta(days=self.dice.randint(420, 1400)))
            text = self._fill(STEADY, day, place=0, item=ITEMS[sku].name, reason=reason)
            notes.append(self._note(day, self.dice.choice(["call", "meeting"]), text, (0,)))
        return notes

    def _before(self, order: DemoOrder) -> DemoNote:
        line = max(order.lines, key=lambda line: line.amount)
        name = ITEMS[line.sku].name if line.sku in ITEMS else self.focus[0]
        day = office_day(order.day - timedelta(days=self.dice.randint(3, 9)))
        kind = self.dice.choice(["call", "call", "email", "chat"])
        return self._note(day, kind, self._fill(BEFORE_ORDER, day, item=name))

    def _late(self, order: DemoOrder) -> list[DemoNote]:
        for number, shipped_on, _ in order.shipments[:1]:
            days = (shipped_on - order.promised_on).days
            if days >= 5:
                text = self._fill(LATE, shipped_on, number=number, days=days)
                return [self._note(shipped_on, "claim", text)]
        return []

    def _back(self, order: DemoOrder) -> list[DemoNote]:
        line = order.lines[0]
        item = ITEMS[line.sku]
        text = self._fill(BACK, order.day, item=item.name, quantity=-line.quantity, unit=item.unit)
        return [self._note(order.day, "claim", text)]

    def _fill(self, texts: list[str], day: date, place=None, **words) -> str:
        given, family, *_ = PEOPLE[self.customer.code][self._buyer(day) if place is None else place]
        full = f"{family} {given}" if HABITS[self.customer.country][1] else f"{given} {family}"
        word = "good" if TRUTHS[self.customer.code].growth > 1.04 else "so-so"
        known = {
            "first": given, "full": full, "item": self.dice.choice(self.focus), "year_word": word,
            "city": self.customer.city,
        }  # fmt: skip
        return self._draw(texts).format(**(known | words))

    def _draw(self, texts: list[str]) -> str:
        """One that this customer has not had for longest: nobody writes the same sentence twice in a row."""
        deck = self.decks.setdefault(texts[0], [])
        if not deck:
            deck += self.dice.sample(texts, len(texts))
        return deck.pop()

    def _buyer(self, day: date) -> int:
        """The place of whom one talks with about orders: a buyer who was there on that day, else the first one."""
        for place, (*_, role, _facts) in enumerate(PEOPLE[self.customer.code]):
            gone = MOVED.get((self.customer.code, place))
            away = gone and day >= self.today - timedelta(days=gone.ago)
            if role in (HEAD, BUYER) and not away and (self.customer.code, place) not in NEVER_ORDERING:
                return place
        return 0

    def _note(self, day: date, kind: str, text: str, people=None, told=None) -> DemoNote:
        clock = time(self.dice.randint(9, 16), self.dice.choice([0, 5, 10, 20, 30, 40, 45]))
        happened_at = datetime.combine(day, clock, ZoneInfo(self.customer.zone))
        people = (self._buyer(day),) if people is None else people
        author = (told and told.author) or rep_on(self.customer, day, self.today)
        return DemoNote(self.customer.code, author, happened_at, kind, people, text, told)


def office_day(day: date) -> date:
    """The weekday nearest to it; over Christmas nobody calls, he did it before."""
    if f"{day:%m-%d}" >= "12-24" or f"{day:%m-%d}" == "01-01":
        day = date(day.year - (day.month == 1), 12, 23)
        return day - timedelta(days=max(0, day.weekday() - 4))
    return workday(day)


def weekdays_from(day: date, count: int) -> date:
    """The weekday that comes `count` weekdays after the Monday of that week."""
    monday = day - timedelta(days=day.weekday())
    return monday + timedelta(days=count % 5, weeks=count // 5)


def rep_on(customer: Distributor, day: date, today: date) -> str:
    """Who looked after the customer on a day."""
    earlier, ago = HANDED_OVER.get(customer.code, (customer.rep, 0))
    return earlier if day < today - timedelta(days=ago) else customer.rep
