from crm.models.activity import Note, NotePerson, Promise
from crm.models.customer import Assignment, Closure, Customer
from crm.models.imports import ImportChange, ImportRow, ImportRun, StagedLine
from crm.models.installation import Installation
from crm.models.order import Order, OrderLine, Shipment, ShipmentLine
from crm.models.person import ContactPoint, Employment, Person, PersonDate
from crm.models.product import CustomerItem, Product, ProductSuccession
from crm.models.rates import ExchangeRate

__all__ = [
    "Assignment",
    "Closure",
    "ContactPoint",
    "Customer",
    "CustomerItem",
    "Employment",
    "ExchangeRate",
    "ImportChange",
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
    "Shipment",
    "ShipmentLine",
    "StagedLine",
]
