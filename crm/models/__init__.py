from crm.models.activity import Note, NotePerson, Promise
from crm.models.customer import Assignment, Closure, Customer
from crm.models.digest import (
    Digest,
    DigestItem,
    Greeting,
    GreetingMail,
    Heartbeat,
    QuietDays,
    ReminderSettings,
)
from crm.models.feed import CalendarFeed
from crm.models.imports import ImportChange, ImportMapping, ImportRow, ImportRun
from crm.models.installation import Installation
from crm.models.order import Order, OrderLine, Shipment, ShipmentLine
from crm.models.person import ContactPoint, Employment, Person, PersonDate
from crm.models.product import CustomerItem, Product, ProductSuccession
from crm.models.rates import ExchangeRate
from crm.models.reminder import Dismissal
from crm.models.report import SellOut, StockLevel
from crm.models.search import SearchDocument
from crm.models.target import Target

__all__ = [
    "Assignment",
    "CalendarFeed",
    "Closure",
    "ContactPoint",
    "Customer",
    "CustomerItem",
    "Digest",
    "DigestItem",
    "Dismissal",
    "Employment",
    "ExchangeRate",
    "Greeting",
    "GreetingMail",
    "Heartbeat",
    "ImportChange",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Installation",
    "Note",
    "NotePerson",
    "Order",
    "OrderLine",
    "Person",
    "PersonDate",
    "Product",
    "ProductSuccession",
    "Promise",
    "QuietDays",
    "ReminderSettings",
    "SearchDocument",
    "SellOut",
    "Shipment",
    "ShipmentLine",
    "StockLevel",
    "Target",
]
