"""A list of products: one a row, known by its SKU."""

from django.utils.translation import gettext_lazy as _

from crm.importing import masters
from crm.importing.charges import SERVICE_CODES
from crm.importing.kinds.base import Field
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind
from crm.models import Product

LARGEST_PACK = 1_000_000
SERVICE_WORDS = frozenset(["service", "services", "서비스", "용역", "dienstleistung"])


class Products(RecordKind):
    name = "products"
    label = _("Products")
    says = _("one product a row")
    page, page_label = "products", _("See the products")
    model = Product
    fields = {
        "sku": Field(
            _("SKU"),
            "sku stockcode itemcode item itemno itemnumber productcode productid productnumber material materialno "
            "materialnumber partno partnumber articleno article internalreference code 품번 품목코드 상품코드 제품코드 자재코드 "
            "materialnummer materialnr artikel artikelnummer artikelnr matnr",
            length=80,
        ),
        "product_name": Field(
            _("Product name"),
            "description itemname productname productdescription itemdescription materialdescription articlename name product "
            "품명 품목명 상품명 제품명 품목 "
            "bezeichnung artikelbezeichnung materialbezeichnung materialkurztext kurztext artikelname maktx",
        ),
        "category": Field(
            _("Category"),
            "category productcategory itemgroup productgroup materialgroup group family 분류 품목그룹 품목군 카테고리 제품군 "
            "warengruppe materialgruppe artikelgruppe produktgruppe",
            length=100,
        ),
        "unit": Field(
            _("Unit"),
            "unit uom unitofmeasure stockuom baseunit baseunitofmeasure salesunit 단위 "
            "einheit mengeneinheit basismengeneinheit me meins",
            length=20,
        ),
        "pack_size": Field(
            _("Pack size"),
            "packsize pack packing qtyperpack qtyperbox boxqty moq 입수 입수량 포장단위 박스수량 "
            "verpackungseinheit ve",
            "number",
        ),
        "product_kind": Field(
            _("Goods or service"), "producttype itemtype materialtype type 품목구분 유형", length=40
        ),
    }
    needed = ((_("SKU"), ("sku",)), (_("Product name"), ("product_name", "category", "unit", "pack_size")))
    stored = ("name", "category", "unit", "pack_size", "kind")
    remembered = ("sku",)
    shown = ("sku", "name", "category", "unit", "pack_size")

    def read(self, row):
        sku = row.text("sku")
        if not sku:
            row.reject("no_item", "sku")
        return sku, {
            "sku": sku,
            "name": row.text("product_name"),
            "category": row.text("category"),
            "unit": row.text("unit"),
            "pack_size": self._pack(row),
            "kind": self._kind(row),
        }

    def _pack(self, row):
        size = row.number("pack_size")
        if size is None or not size:
            return None
        if size != int(size) or not 0 < size <= LARGEST_PACK:
            row.reject("bad_pack_size", "pack_size", row.text("pack_size"))
        return int(size)

    def _kind(self, row):
        """Empty where the file does not say it."""
        text = row.text("product_kind").casefold()
        return (
            Product.Kind.SERVICE.value if text in SERVICE_WORDS else Product.Kind.GOODS.value if text else ""
        )

    def existing(self, records, context):
        found = masters.existing_products({record.key: record for record in records})
        rows = writing.locked(Product, {sku: row.pk for sku, row in found.items()})
        user = context.wish.user
        if user and not Product().editable_by(user):
            # He may add to the catalogue, not change it: what the file says of known products is not taken up.
            for record in records:
                row = rows.get(record.key)
                if row and any(
                    record.values[name] not in (None, "", getattr(row, name)) for name in self.stored
                ):
                    context.warn(record, "", record.key, "catalogue_kept")
                    record.values = {name: None for name in record.values} | {"sku": record.key}
        return rows

    def make(self, record, context):
        kind = record.values["kind"] or _kind_by_code(record.key)
        values = {name: record.values[name] for name in self.stored if name != "kind"}
        return Product(sku=record.key, kind=kind, **values)

    def written(self, made, changed, context):
        writing.let_be_found(Product, [*made, *changed])
        context.changed = bool(changed)


def _kind_by_code(sku):
    return Product.Kind.SERVICE.value if sku.upper() in SERVICE_CODES else Product.Kind.GOODS.value
