"""The tables of facts that imports write, what hangs on another before what it hangs on."""

from crm.models import (
    Assignment,
    ContactPoint,
    Customer,
    Employment,
    ExchangeRate,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    SellOut,
    Shipment,
    ShipmentLine,
    StockLevel,
    Target,
)

TABLES = (
    ShipmentLine, Shipment, OrderLine, Order, SellOut, StockLevel, Target, ExchangeRate, PersonDate, ContactPoint,
    Employment, Person, Assignment, Customer, Product,
)  # fmt: skip
