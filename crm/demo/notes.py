"""The notes: the told stories, and the small talk that the orders themselves give rise to."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.demo.company import ITEMS, SUCCESSION
from crm.demo.customers import CUSTOMERS, HANDED_OVER, MARI, Distributor
from crm.demo.names import PEOPLE
from crm.demo.orders import DemoOrder, workday
from crm.demo.stories import STORIES, Told
from crm.demo.truths import TRUTHS

BEFORE_ORDER = [
    "Heard from {first}: stock of {item} is getting low, the order comes in the next days.",
    "{first} counts the shelves this week and needs {item} first.",
    "{first} asked for the stock of {item} before sending the order.",
    "Short word with {first}: all well, will order {item} and the usual.",
    "{first} wants to know whether {item} can leave within the usual time. It can.",
    "Reminded {first} of our closing days; the order, {item} first, comes before them.",
]
LATE = [
    "{number} left {days} days late. {first} had promised it to a shop and was not amused.",
    "Told {first} before the question came that {number} is {days} days late. Better so.",
    "{number}: {days} days late. {first} wants to hear of it earlier next time.",
]
BACK = [
    "{first} sends back {quantity} {unit} of {item}: box damaged. Credit note made.",
    "{quantity} {unit} of {item} ordered too many; took them back as a courtesy.",
    "Wrong colour of {item} packed by us; {quantity} {unit} come back.",
]
FAIR = [
    "At the fair, with {first}: twenty minutes, mostly about {item}.",
    "{first} at our stand. Liked {item}; asked what comes next year.",
    "Fair: coffee with {first}. Their year is {year_word}, {item} carries it.",
]
SMALL_TALK = [
    "{first} asked for the drawings of {item} for their web shop.",
    "Payment of the last invoice came on time; thanked {first}.",
    "{first} is content with {item}, no complaints this quarter.",
    "Talked with {first} about next season: no great changes planned.",
    "{first} compares us with a rival on {item}; quality keeps us in.",
]
PRICE_LIST = "Price list {year} sent to {first}: 3.5 % on average. No protest so far."
PRICE_TALK = "{first} called about the prices of {year}. Accepts them for the volume discount as it is."
THANKS = "Season's greetings and a small parcel to {first}."


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
            notes += teller.around_orders() + teller.yearly()
    return sorted(notes, key=lambda note: note.happened_at)


class Teller:
    def __init__(self, customer: Distributor, orders: list[DemoOrder], today: date, dice: random.Random):
        self.customer, self.orders, self.today, self.dice = customer, orders, today, dice
        self.first_name = PEOPLE[customer.code][0][0]
        focus = TRUTHS[customer.code].focus or ("LAN-SOL",)
        self.focus = [ITEMS[sku].name for sku in focus if sku != SUCCESSION[1]]
        # The demo is seen through Mari's eyes: her customers have the longer story.
        self.talkative = customer.rep == MARI

    def told(self) -> list[DemoNote]:
        return [
            self._note(
                workday(self.today - timedelta(days=told.ago)), told.kind, told.text, told.people, told
            )
            for told in STORIES.get(self.customer.code, [])
        ]

    def around_orders(self) -> list[DemoNote]:
        notes = []
        for order in self.orders:
            recent = (self.today - order.day).days < 400
            if order.is_return and order.lines[0].learn:
                notes += self._back(order) if self.dice.random() < 0.5 else []
            elif self.dice.random() < (0.16 if recent else 0.05) * (1.5 if self.talkative else 0.6):
                notes.append(self._before(order))
            notes += self._late(order) if recent else []
        if self.dice.random() < 0.8:
            day = workday(self.today - timedelta(days=self.dice.randint(30, 75)))
            notes.append(self._note(day, "call", self._fill(self.dice.choice(SMALL_TALK))))
        return notes

    def yearly(self) -> list[DemoNote]:
        notes, first_order = [], self.orders[0].day
        for year in range(first_order.year + 1, self.today.year + 1):
            days = [
                (date(year, 1, 12), "email", PRICE_LIST, 0.7 if self.talkative else 0.2),
                (date(year, 2, 3), "call", PRICE_TALK, 0.2 if self.talkative else 0.05),
                (date(year, 6, 10), "fair", self.dice.choice(FAIR), 0.3 if self.talkative else 0.1),
                (date(year, 12, 14), "gift", THANKS, 0.3 if self.talkative else 0.1),
            ]
            for day, kind, text, chance in days:
                happened = workday(day + timedelta(days=self.dice.randrange(4)))
                if self.dice.random() < chance and first_order < happened < self.today:
                    notes.append(self._note(happened, kind, self._fill(text, year=year)))
        return notes

    def _before(self, order: DemoOrder) -> DemoNote:
        line = max(order.lines, key=lambda line: line.amount)
        name = ITEMS[line.sku].name if line.sku in ITEMS else self.focus[0]
        day = workday(order.day - timedelta(days=self.dice.randint(3, 9)))
        kind = self.dice.choice(["call", "call", "email", "chat"])
        return self._note(day, kind, self._fill(self.dice.choice(BEFORE_ORDER), item=name))

    def _late(self, order: DemoOrder) -> list[DemoNote]:
        for number, shipped_on, _ in order.shipments[:1]:
            days = (shipped_on - order.promised_on).days
            if days >= 5:
                text = self._fill(self.dice.choice(LATE), number=number, days=days)
                return [self._note(shipped_on, "claim", text)]
        return []

    def _back(self, order: DemoOrder) -> list[DemoNote]:
        line = order.lines[0]
        item = ITEMS[line.sku]
        text = self._fill(self.dice.choice(BACK), item=item.name, quantity=-line.quantity, unit=item.unit)
        return [self._note(order.day, "claim", text)]

    def _fill(self, text: str, **words) -> str:
        word = "good" if TRUTHS[self.customer.code].growth > 1.04 else "so-so"
        item = self.dice.choice(self.focus)
        return text.format(**({"first": self.first_name, "item": item, "year_word": word} | words))

    def _note(self, day: date, kind: str, text: str, people=(0,), told=None) -> DemoNote:
        clock = time(self.dice.randint(9, 16), self.dice.choice([0, 5, 10, 20, 30, 40, 45]))
        happened_at = datetime.combine(day, clock, ZoneInfo(self.customer.zone))
        return DemoNote(
            self.customer.code, rep_on(self.customer, day, self.today), happened_at, kind, people, text, told
        )


def rep_on(customer: Distributor, day: date, today: date) -> str:
    """Who looked after the customer on a day."""
    earlier, ago = HANDED_OVER.get(customer.code, (customer.rep, 0))
    return earlier if day < today - timedelta(days=ago) else customer.rep
