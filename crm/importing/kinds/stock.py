"""What a distributor says he has in stock: one product a row, on a day."""

from django.utils.translation import gettext_lazy as _

from crm.importing import looks
from crm.importing.kinds.base import Field
from crm.importing.records.report import WHAT, WHO, Report
from crm.models import StockLevel


class StockLevels(Report):
    name = "stock"
    label = _("Stock of customers")
    says = _("what a customer has in stock, one product a row")
    model = StockLevel
    fields = (
        WHO
        | WHAT
        | {
            "on": Field(
                _("Day"),
                "date day asof asofdate stockdate inventorydate countdate snapshotdate reportdate balancedate "
                "기준일 기준일자 재고일 재고일자 재고기준일 일자 날짜",
                "day",
                length=40,
            ),
            "quantity": Field(
                _("Quantity"),
                "stock stockqty stockquantity stocklevel stockonhand currentstock instock onhand qtyonhand onhandqty "
                "quantityonhand soh inventory inventoryqty inventoryquantity closingstock endingstock endingstockqty "
                "closingbalance available availableqty availablestock balance bestand lagerbestand quantity qty units pieces "
                "pcs 재고 재고수량 재고량 현재고 현재고수량 기말재고 가용재고 실재고 수량",
                "number",
            ),
        }
    )
    looks = (("on", looks.is_date),)
    asks = frozenset(["customer", "day", "date_order"])
    stored = ("quantity",)
    shown = ("customer", "product", "on", "quantity")
    when = "on"

    def day_of(self, row):
        return row.day("on")

    def values(self, row):
        if row.number("quantity") < 0:
            row.reject("negative_stock", "quantity", row.text("quantity"))
        return {}
