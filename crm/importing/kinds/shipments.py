"""Deliveries: what left when, one line of a shipment a row. Their orders must be known."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.importing import looks
from crm.importing.kinds.base import Field
from crm.importing.orders import MAX_QUANTITY
from crm.importing.records.kind import RecordKind
from crm.importing.shipping.plan import plan
from crm.importing.shipping.write import Writer
from crm.models import Shipment

DECIMALS = Decimal("0.001")


class Shipments(RecordKind):
    name = "shipments"
    label = _("Shipments")
    says = _("one shipped order line a row")
    page, page_label = "orders", _("See the orders")
    model = Shipment
    fields = {
        "order_number": Field(
            _("Order number"),
            "orderno order ordernumber orderid salesorder salesorderno salesorderid salesdocument sono originaldocument "
            "sourcedocument origin againstsalesorder referencedocument refdocument invoiceno invoicenumber "
            "주문번호 수주번호 오더번호 판매주문번호 주문서번호 수주전표번호 "
            "auftrag auftragsnummer auftragsnr verkaufsbeleg vorgängerbeleg",
            length=80,
        ),
        "line_number": Field(
            _("Order line number"),
            "lineno line linenumber itemline position pos item salesdocumentitem salesorderitem referenceitem refitem "
            "sodetail orderline 행번호 순번 라인번호 주문순번 수주순번 수주행번 "
            "positionsnummer positionsnr vorgängerposition",
            length=40,
        ),
        "sku": Field(
            _("SKU"),
            "sku stockcode itemcode itemno itemnumber product productcode productid productnumber material materialno "
            "materialnumber partno partnumber articleno article 품번 품목코드 상품코드 제품코드 자재코드 "
            "materialnummer materialnr artikel artikelnummer artikelnr matnr",
            length=80,
        ),
        "quantity": Field(
            _("Shipped quantity"),
            "quantity qty deliveryquantity deliveredquantity deliveredqty shippedquantity shippedqty quantityshipped quantitydone "
            "done deliveryqty actualquantity giquantity pickedqty 수량 출하수량 출고수량 납품수량 배송수량 선적수량 "
            "menge liefermenge geliefertemenge versandmenge",
            "number",
            length=40,
        ),
        "shipped_on": Field(
            _("Shipped on"),
            "shippedon shipped shipdate shippingdate shippeddate shipmentdate dispatchdate dateshipped actualgoodsmovementdate "
            "actualgidate goodsissuedate goodsmovementdate actualgoodsissue deliverydate actualdeliverydate dateofdelivery "
            "datedone effectivedate dateoftransfer postingdate 출하일 "
            "출하일자 출고일 출고일자 납품일 납품일자 배송일 배송일자 선적일 선적일자 "
            "lieferdatum versanddatum warenausgangsdatum istwarenausgangsdatum",
            "day",
            length=40,
        ),
        "number": Field(
            _("Shipment number"),
            "delivery deliveryno deliverynumber deliverynote deliverynoteno deliverynoteid deliverydocument shipment shipmentno "
            "shipmentnumber shipmentid dnno picking pickingname transfer reference packingslip packinglistno "
            "출하번호 출고번호 납품번호 배송번호 선적번호 출하전표번호 출고전표번호 거래명세서번호 "
            "lieferung liefernummer lieferschein lieferscheinnummer lieferscheinnr",
            length=80,
        ),
    }  # fmt: skip
    needed = (
        (_("Order number"), ("order_number",)),
        (_("Order line number or SKU"), ("line_number", "sku")),
        (_("Shipped quantity"), ("quantity",)),
        (_("Shipped on"), ("shipped_on",)),
    )
    looks = (("shipped_on", looks.is_date), ("quantity", looks.is_count))
    asks = frozenset(["date_order", "source"])
    shown = ("order_number", "sku", "quantity", "shipped_on", "number")

    def read(self, row):
        order, number = row.text("order_number"), row.text("number")
        line, sku = row.text("line_number"), row.text("sku")
        if not order:
            row.reject("no_order_number", "order_number")
        if not line.strip("0") and not sku:
            row.reject("no_line")
        day = row.day("shipped_on")
        if not day:
            row.reject("no_shipped_day", "shipped_on")
        values = {
            "order_number": order,
            "line_number": line,
            "sku": sku,
            "quantity": self._quantity(row),
            "shipped_on": day,
            "first_on": day,
            "number": number,
        }
        return (order, number or day, line, sku), values

    def _quantity(self, row):
        quantity = row.number("quantity", "bad_quantity")
        if quantity is None:
            row.reject("no_quantity", "quantity")
        if abs(quantity) >= MAX_QUANTITY:
            row.reject("too_large", "quantity", row.text("quantity"))
        quantity = quantity.quantize(DECIMALS)
        if not quantity:
            row.reject("zero_quantity", "quantity", row.text("quantity"))
        if quantity < 0:
            row.reject("negative_shipped", "quantity", row.text("quantity"))
        return quantity

    def fold(self, known, values):
        """Batches and boxes of one line in one shipment are rows of their own."""
        known["quantity"] += values["quantity"]
        known["shipped_on"] = max(known["shipped_on"], values["shipped_on"])
        known["first_on"] = min(known["first_on"], values["first_on"])
        return True

    def write(self, records, context):
        Writer(plan(records, context), context).write()
