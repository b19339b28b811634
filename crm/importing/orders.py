"""Order lines: checks each row of a file and folds what customers and products say of themselves."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from crm.importing import items
from crm.importing.cells import Cells, PlainTexts
from crm.importing.charges import is_service
from crm.importing.countries import country_code
from crm.importing.currencies import code_of, contradicts, is_currency
from crm.importing.fold import Fold
from crm.importing.masters import code_key, name_key
from crm.importing.memory import REMEMBERED, make_room
from crm.importing.values import Unreadable, date_reader, day_of, number_reader
from crm.models import OrderLine
from crm.money import round_money

# What a spreadsheet makes of 880123456789: the other digits are lost, and codes that differ in them would be one.
ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+$", re.IGNORECASE)
DECIMAL_CODE = re.compile(r"(?<=\d)\.0$")
CANCELLATION = re.compile(r"C\d", re.IGNORECASE)
SERVICE, GOODS, FREE = (
    kind.value for kind in (OrderLine.Kind.SERVICE, OrderLine.Kind.GOODS, OrderLine.Kind.FREE)
)
MAX_QUANTITY = Decimal(10) ** 11
MAX_PRICE = Decimal(10) ** 12
LENGTHS = {"customer_key": 290, "order_number": 80, "sku": 80, "line_number": 40, "unit": 20}
STAGED_COLUMNS = (
    "row", "customer_key", "order_number", "ordered_on", "sku", "line_number", "kind", "unit", "quantity",
    "unit_price", "amount", "unit_cost", "promised_on", "currency", "line_hash",
)  # fmt: skip


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
        self._numbers, self._amounts, self._currencies = {}, {}, {}
        self._customers, self._kinds = {}, {}
        self._dates, self._days = {}, {}
        self._texts = PlainTexts()
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
        """The staged columns of one line. Raises Rejected."""
        width = len(self.header) + (len(self.layout.fields) if self.layout else 0)
        if len(cells) > width and any(cells[width:]):
            raise Rejected("too_wide", value=next(filter(None, cells[width:])))
        cell = self._cells(cells)
        self._place = number % self.layout.width if self.layout else 0
        customer = self._customer(cell)
        order_number = _code(cell["order_number"])
        sku = cell["sku"]
        for name, code in (
            ("order_number", order_number),
            ("sku", sku),
            ("customer_code", cell["customer_code"]),
        ):
            if "+" in code and ROUNDED.match(code):
                raise Rejected("rounded_code", self.header_of(name), code)
        if not order_number:
            raise Rejected("no_order_number", self.header_of("order_number"))
        if not sku:
            raise Rejected("no_item", self.header_of("sku"))
        written = cell["ordered_on"]
        ordered_on = self._date("ordered_on", written)
        quantity = self._quantity(cell)
        if CANCELLATION.match(order_number):
            quantity = -abs(quantity)
        currency = self._currency(cell)
        price, total = self._said_money(cell, (order_number, customer, sku, currency))
        unit_price, amount, numbers = self._money(price, total, quantity, currency)
        unit_cost = self._number("unit_cost", cell["unit_cost"], "bad_price") if cell["unit_cost"] else None
        unit_cost = None if unit_cost is None else round(unit_cost, 5)
        promised_on = self._date("promised_on", cell["promised_on"], required=False)
        line_number, unit = cell["line_number"], cell["unit"]
        for name, value in (
            ("order_number", order_number),
            ("sku", sku),
            ("line_number", line_number),
            ("unit", unit),
        ):
            if len(value) > LENGTHS[name]:
                raise Rejected("too_long", self.header_of(name), value)
        kind = self._kind(sku, cell["product_name"], unit_price)
        self._remember(cell, customer, sku, kind, unit, (ordered_on, written), currency)
        # As line_hash writes them.
        said = f"{sku}|{line_number}|{kind}|{unit}|{numbers}|{_plain(unit_cost)}|{_plain(promised_on)}"
        return (
            number, customer, order_number, ordered_on, sku, line_number, kind, unit, quantity,
            unit_price, amount, unit_cost, promised_on, currency, _hashed(said),
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

    def _customer(self, cell):
        written = cell["customer_code"], cell["customer_name"], cell["country"]
        if written not in self._customers:
            make_room(self._customers)
            self._customers[written] = self._customer_key(*written)
        return self._customers[written]

    def _customer_key(self, code, name, country):
        code = _code(code)
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

    def _date(self, name, text, required=True):
        if text not in self._dates:
            make_room(self._dates)
            self._dates[text] = self._read_day(day_of(text))
        day = self._dates[text]
        if day is None and required:
            raise Rejected("no_date", self.header_of(name), text)
        if day is False:
            raise Rejected("bad_date", self.header_of(name), text)
        return day

    def _read_day(self, text):
        """None where nothing is written, False where it can't be read. A file has many moments, but few days."""
        if text not in self._days:
            try:
                self._days[text] = self.read_date(text) if text else None
            except Unreadable:
                self._days[text] = False
        return self._days[text]

    def _number(self, name, text, reason):
        if text not in self._numbers:
            make_room(self._numbers)
            try:
                self._numbers[text] = self.read_number(text)
            except Unreadable:
                self._numbers[text] = None
        value = self._numbers[text]
        if value is None:
            raise Rejected(reason, self.header_of(name), text)
        if abs(value) >= MAX_PRICE:
            raise Rejected("too_large", self.header_of(name), text)
        return value

    def _quantity(self, cell):
        text = cell["quantity"]
        if not text:
            raise Rejected("no_quantity", self.header_of("quantity"))
        quantity = self._number("quantity", text, "bad_quantity")
        if abs(quantity) >= MAX_QUANTITY:
            raise Rejected("too_large", self.header_of("quantity"), text)
        quantity = round(quantity, 3)
        if not quantity:
            raise Rejected("zero_quantity", self.header_of("quantity"), text)
        return quantity

    def _currency(self, cell):
        written = cell["currency"]
        if written not in self._currencies:
            make_room(self._currencies)
            code = code_of(written) or self.currency
            self._currencies[written] = code, is_currency(code)
        code, is_known = self._currencies[written]
        if not code:
            raise Rejected("no_currency", self.header_of("currency"))
        if not is_known:
            raise Rejected("bad_currency", self.header_of("currency"), code)
        return code

    def _said_money(self, cell, line):
        price, total = cell["unit_price"], cell["amount"]
        if price or total:
            return price, total
        if self.price_of is None:
            raise Rejected("no_price", self.header_of("unit_price", "amount"))
        if known := self.price_of(*line):
            return known, ""
        raise Rejected("no_known_price", self.header_of("unit_price", "amount"), line[2])

    def _money(self, price, total, quantity, currency):
        """Unit price and amount, either of which may be left to the other, and how line_hash writes them with the quantity.

        The amount is rounded here, once.
        """
        key = (price, total if not price else "", quantity, currency)
        if key not in self._amounts:
            make_room(self._amounts)
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
            self._amounts[key] = unit_price, amount, "|".join(map(_plain, (quantity, unit_price, amount)))
        return self._amounts[key]

    def _kind(self, sku, name, unit_price):
        if (sku, name) not in self._kinds:
            make_room(self._kinds)
            self._kinds[sku, name] = is_service(sku, name)
        if self._kinds[sku, name]:
            return SERVICE
        return GOODS if unit_price else FREE

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


def _code(text):
    """Without the decimals that a spreadsheet gives to a code of digits."""
    return DECIMAL_CODE.sub("", text) if text.endswith(".0") else text


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
