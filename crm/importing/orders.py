"""Order lines: checks each row of a file and folds what customers and products say of themselves."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial

from crm.importing import items
from crm.importing.cancelled import is_cancelled
from crm.importing.cells import Cells, PlainTexts
from crm.importing.charges import is_service
from crm.importing.countries import country_code
from crm.importing.currencies import code_of, contradicts, is_currency
from crm.importing.fold import Fold
from crm.importing.masters import code_key, name_key
from crm.importing.memory import REMEMBERED, Remembered
from crm.importing.values import Unreadable, date_reader, day_of, number_reader
from crm.models import OrderLine
from crm.money import round_money

# What a spreadsheet makes of 880123456789: the other digits are lost, and codes that differ in them would be one.
ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+$", re.IGNORECASE)
# And the decimals that it gives to a code of digits.
DECIMAL_CODE = re.compile(r"(?<=\d)\.0$")
CANCELLATION = re.compile(r"C\d", re.IGNORECASE)
SERVICE, GOODS, FREE = (
    kind.value for kind in (OrderLine.Kind.SERVICE, OrderLine.Kind.GOODS, OrderLine.Kind.FREE)
)
MAX_QUANTITY = Decimal(10) ** 11
MAX_PRICE = Decimal(10) ** 12
LENGTHS = {"customer_key": 290, "order_number": 80, "sku": 80, "line_number": 40, "unit": 20}


class Rejected(Exception):
    def __init__(self, reason, column="", value=""):
        super().__init__(reason)
        self.reason, self.column, self.value = reason, column, value


@dataclass
class Checker:
    """Turns the cells of a row into a staged line. Two passes over the file: `learn` all columns, then `check` rows."""

    header: list
    currency: str = ""
    date_order: str | None = None
    refused_customers: frozenset = frozenset()
    # {field: index} where a person has said it.
    columns: dict | None = None

    def __post_init__(self):
        # As the file or a person has it; `columns` are places in the cells of a line.
        self.said = self.columns or items.recognise(self.header)
        # A person may give a meaning to a column that the header does not reach.
        reached = max(self.said.values()) + 1
        self.header = [*self.header, *[""] * (reached - len(self.header))]
        self.layout = items.layout(self.header, self.said)
        self.columns = self.layout.columns if self.layout else self.said
        # (order number, customer, SKU, currency) -> price, where the file has none.
        self.price_of = None
        # Rows of the file, of which each may have several lines.
        self.rows = 0
        self._place = 0
        self.customers = Fold(("code", "name", "country", "city", "currency"))
        self.products = Fold(("name", "unit", "kind"))
        self._texts = PlainTexts()
        self._customers = Remembered(self._customer_key)
        self._order_numbers = Remembered(self._order_number)
        self._skus = Remembered(self._sku)
        self._ordered_on = Remembered(partial(self._day, "ordered_on"))
        self._promised_on = Remembered(partial(self._day, "promised_on"))
        # Of moments a file has many, of days few.
        self._days = Remembered(self._read_day)
        self._currencies = Remembered(self._currency)
        self._numbers = Remembered(self._read_number)
        self._figures = Remembered(self._figures_of)
        self._costs = Remembered(self._unit_cost)
        self._kinds = Remembered(_kind)
        self._cancelled = Remembered(lambda state: int(is_cancelled(state)))
        self._last_customer = None
        # Numbers of orders with rejected rows: what seems to be missing of them may be such a row.
        self.doubtful_orders = set()

    def lines(self, rows):
        """The rows of the file, those with several items taken apart."""
        return self.layout.lines(rows) if self.layout else rows

    def row_of(self, number):
        """The file's row of a line."""
        return number // self.layout.width if self.layout else number

    def learn(self, rows):
        """Decides how dates and numbers of the whole column are written; returns the number of lines."""
        texts = {
            name: set()
            for name in ("ordered_on", "promised_on", "quantity", "unit_price", "amount", "unit_cost")
        }
        used = [(texts[name].add, self.columns[name]) for name in texts if name in self.columns]
        count, last = 0, None
        for number, cells in rows:
            count += 1
            if self.layout:
                self.rows += last != (last := self.row_of(number))
            width = len(cells)
            for see, index in used:
                if index < width:
                    see(cells[index])
        self.rows = self.rows or count
        # The time of day says nothing about how the day is written.
        days = {day_of(text) for text in texts["ordered_on"] | texts["promised_on"]}
        self.read_date = date_reader(days, self.date_order)
        # Numbers of one file are written one way; columns of whole numbers alone could not tell.
        numbers = texts["quantity"] | texts["unit_price"] | texts["amount"] | texts["unit_cost"]
        self.read_number = number_reader(numbers)
        return count

    def check(self, number, cells):
        """One line as it is staged: days and numbers are text, as the database reads them. Raises Rejected."""
        width = len(self.header) + (len(self.layout.fields) if self.layout else 0)
        if len(cells) > width and any(cells[width:]):
            raise Rejected("too_wide", value=next(filter(None, cells[width:])))
        cell = self._cells(cells)
        self._place = number % self.layout.width if self.layout else 0
        customer = self._customers[cell["customer_code"], cell["customer_name"], cell["country"]]
        order_number, is_reversal = self._order_numbers[cell["order_number"]]
        sku = self._skus[cell["sku"]]
        written = cell["ordered_on"]
        ordered_on = self._ordered_on[written]
        if not ordered_on:
            raise Rejected("no_date", self.header_of("ordered_on"))
        if not cell["quantity"]:
            raise Rejected("no_quantity", self.header_of("quantity"))
        currency = self._currencies[cell["currency"]]
        price, total = self._said_money(cell, (order_number, customer, sku, currency))
        figures = self._figures[cell["quantity"], is_reversal, price, total, currency]
        unit_cost = self._costs[cell["unit_cost"]]
        promised_on = self._promised_on[cell["promised_on"]]
        line_number, unit = self._short("line_number", cell), self._short("unit", cell)
        kind = self._kinds[sku, cell["product_name"], figures[1] == "0"]
        self._remember(cell, customer, sku, kind, unit, (ordered_on, written), currency)
        # As line_hash writes them.
        said = f"{sku}|{line_number}|{kind}|{unit}|{'|'.join(figures)}|{unit_cost or ''}|{promised_on or ''}"
        return (
            number, customer, order_number, ordered_on, sku, line_number, kind, unit, *figures,
            unit_cost, promised_on, currency, _hashed(said), self._cancelled[cell["status"]],
        )  # fmt: skip

    def doubt_order(self, cells):
        """Of a row that was rejected."""
        index = self.columns.get("order_number", len(cells))
        if index < len(cells) and (number := self._texts[cells[index]]):
            self.doubtful_orders.add(number)

    def _cells(self, cells):
        missing = len(self.header) - len(cells)
        if missing > 0:
            cells = [*cells, *[""] * missing]
        written = map(cells.__getitem__, self.columns.values())
        return Cells(zip(self.columns, map(self._texts.__getitem__, written), strict=True))

    def header_of(self, *names):
        """What the file calls the first of these fields that it has; "" where it has none."""
        if self.layout:
            return next(filter(None, (self.layout.header_of(name, self._place) for name in names)), "")
        return next((self.header[self.columns[name]] for name in names if name in self.columns), "")

    def _customer_key(self, said):
        code, name, country = said
        code = self._checked("customer_code", DECIMAL_CODE.sub("", code))
        if code:
            key = code_key(code)
        elif name:
            key = name_key(name, country_code(country))
        else:
            raise Rejected("no_customer", self.header_of("customer_code", "customer_name"))
        if key in self.refused_customers:
            raise Rejected("not_yours", self.header_of("customer_code"), code or name)
        if len(key) > LENGTHS["customer_key"] or len(code) > 60 or len(name) > 200:
            raise Rejected(
                "too_long", self.header_of("customer_code" if code else "customer_name"), code or name
            )
        return key

    def _order_number(self, text):
        """And whether it says that the order is taken back."""
        number = self._checked("order_number", DECIMAL_CODE.sub("", text))
        if not number:
            raise Rejected("no_order_number", self.header_of("order_number"))
        return number, bool(CANCELLATION.match(number))

    def _sku(self, text):
        if not text:
            raise Rejected("no_item", self.header_of("sku"))
        return self._checked("sku", text)

    def _checked(self, name, code):
        if ROUNDED.match(code):
            raise Rejected("rounded_code", self.header_of(name), code)
        if len(code) > LENGTHS.get(name, len(code)):
            raise Rejected("too_long", self.header_of(name), code)
        return code

    def _short(self, name, cell):
        text = cell[name]
        if len(text) > LENGTHS[name]:
            raise Rejected("too_long", self.header_of(name), text)
        return text

    def _day(self, name, text):
        """As ISO 8601; None where nothing is written."""
        day = self._days[day_of(text)]
        if day is False:
            raise Rejected("bad_date", self.header_of(name), text)
        return day

    def _read_day(self, text):
        """False where it can't be read."""
        try:
            return self.read_date(text).isoformat() if text else None
        except Unreadable:
            return False

    def _number(self, name, text, reason):
        value = self._numbers[text]
        if value is None:
            raise Rejected(reason, self.header_of(name), text)
        if abs(value) >= MAX_PRICE:
            raise Rejected("too_large", self.header_of(name), text)
        return value

    def _read_number(self, text):
        try:
            return self.read_number(text)
        except Unreadable:
            return None

    def _currency(self, text):
        code = code_of(text) or self.currency
        if not code:
            raise Rejected("no_currency", self.header_of("currency"))
        if not is_currency(code):
            raise Rejected("bad_currency", self.header_of("currency"), code)
        return code

    def _quantity(self, text):
        quantity = self._number("quantity", text, "bad_quantity")
        if abs(quantity) >= MAX_QUANTITY:
            raise Rejected("too_large", self.header_of("quantity"), text)
        quantity = round(quantity, 3)
        if not quantity:
            raise Rejected("zero_quantity", self.header_of("quantity"), text)
        return quantity

    def _unit_cost(self, text):
        return _plain(round(self._number("unit_cost", text, "bad_price"), 5)) if text else None

    def _said_money(self, cell, line):
        price, total = cell["unit_price"], cell["amount"]
        if price:
            return price, ""
        if total:
            return "", total
        if self.price_of is None:
            raise Rejected("no_price", self.header_of("unit_price", "amount"))
        if known := self.price_of(*line):
            return known, ""
        raise Rejected("no_known_price", self.header_of("unit_price", "amount"), line[2])

    def _figures_of(self, said):
        """Quantity, unit price and amount, of which either may be left to the other. The amount is rounded here, once."""
        quantity, is_reversal, price, total, currency = said
        quantity = self._quantity(quantity)
        if is_reversal:
            quantity = -abs(quantity)
        known = isinstance(price, Decimal)
        if not known and contradicts(price or total, currency):
            raise Rejected("price_currency", self.header_of("unit_price", "amount"), price or total)
        if price:
            unit_price = price if known else round(self._number("unit_price", price, "bad_price"), 5)
            amount = round_money(unit_price * quantity, currency)
        else:
            amount = round_money(self._number("amount", total, "bad_price"), currency)
            # A return may be written with a positive amount: the sign is the quantity's.
            amount = abs(amount).copy_sign(quantity)
            unit_price = round(amount / quantity, 5)
        if abs(amount) >= MAX_PRICE * 100:
            raise Rejected("too_large", self.header_of("unit_price"), price or total)
        return tuple(map(_plain, (quantity, unit_price, amount)))

    def _remember(self, cell, customer, sku, kind, unit, when, currency):
        code = customer[5:] if customer.startswith("code:") else ""
        said = customer, when, code, cell["customer_name"], cell["country"], cell["city"], currency
        # The lines of an order mostly stand together, and say the same of its customer.
        if said != self._last_customer:
            self.customers.add(*said)
            self._last_customer = said
        self.products.add(
            sku, when, cell["product_name"][:200], unit, "service" if kind == SERVICE else "goods"
        )


def _kind(said):
    sku, name, is_free = said
    if is_service(sku, name):
        return SERVICE
    return FREE if is_free else GOODS


def line_hash(values) -> int:
    """64 bits over the values of a line, the same for 6, 6.0 and 6.000."""
    return _hashed("|".join(map(_plain, values)))


def _hashed(text):
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _plain(value):
    if isinstance(value, Decimal):
        return _plain_number(value)
    return "" if value is None else str(value)


@lru_cache(REMEMBERED)
def _plain_number(value):
    """6, 6.0 and 6.000 are one key and one text, and so are 0 and -0."""
    return format(value.normalize() + 0, "f")
