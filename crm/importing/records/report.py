"""What distributors report, one product a row: whose it is and of when a column says, or the file's user for all of it."""

from django.utils.translation import gettext_lazy as _

from crm.importing import named
from crm.importing.kinds.base import Field
from crm.importing.orders import MAX_QUANTITY
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind

WHO = {
    "customer_code": Field(
        _("Customer code"),
        "customerid customercode customerno customernumber clientid accountno accountcode distributorcode distributorid "
        "dealercode partnercode soldto soldtoparty 고객코드 거래처코드 고객번호 거래처번호 대리점코드",
        length=60,
    ),
    "customer_name": Field(
        _("Customer"),
        "customer customername client clientname company companyname account accountname distributor distributorname dealer "
        "dealername partner partnername reseller 고객 고객명 거래처 거래처명 업체명 회사명 대리점 대리점명 총판",
    ),
}
WHAT = {
    "sku": Field(
        _("SKU"),
        "sku stockcode itemcode item itemno itemnumber productcode productid productnumber material materialno partno "
        "partnumber articleno article articlenumber modelno model vendorsku supplieritem supplieritemno manufacturersku "
        "mpn 품번 품목코드 상품코드 제품코드 자재코드 모델 모델명",
        length=80,
    ),
    "product_name": Field(
        _("Product name"),
        "description itemname productname productdescription itemdescription materialdescription articlename "
        "articledescription name product 품명 품목명 상품명 제품명 품목 상품 제품",
    ),
}


class Report(RecordKind):
    """`when`: the day of the model by which one report is told from the next. Rows of one customer, product and day are
    added up, for they are of several shops or warehouses, whatever each row calls the customer and the product.
    """

    needed = ((_("SKU"), ("sku", "product_name")), (_("Quantity"), ("quantity",)))
    page, page_label = "customers", _("See the customers")
    when = ""
    added = ("quantity",)

    def open_questions(self, columns):
        open_ = set() if {"customer_code", "customer_name"} & set(columns) else {"customer"}
        return open_ if self.when in columns else open_ | {"day"}

    def cell(self, name):
        named_here = {"customer": "customer_name", "product": "product_name"}
        return super().cell(named_here.get(name, name))

    def day_of(self, row):
        """Of this row, None where no cell says it. Raises orders.Rejected."""
        raise NotImplementedError

    def first_day(self, day):
        """The day under which what is said of `day` is kept."""
        return day

    def values(self, row) -> dict:
        """What else the row says. Raises orders.Rejected."""
        raise NotImplementedError

    def read(self, row):
        customer = row.text("customer_code"), row.text("customer_name")
        product = row.text("sku"), row.text("product_name")
        if not any(product):
            row.reject("no_item", "sku" if "sku" in row.reader.columns else "product_name")
        quantity = row.number("quantity", "bad_quantity")
        if quantity is None:
            row.reject("no_quantity", "quantity")
        day = self.day_of(row)
        known = {"called": (customer, product), self.when: day, "quantity": quantity}
        return (*customer, *product, day), known | self.values(row)

    def fold(self, known, values):
        for name in self.added:
            if values[name] is not None:
                known[name] = values[name] + (known[name] or 0)
        return True

    def resolve(self, records, context):
        customers, products = named.customers(context.wish.importer), named.products()
        found, refused = {}, set()
        for record in records:
            key = self._key(record, context, customers, products)
            if not key:
                continue
            first = found.setdefault(key, record)
            if first is not record:
                record.fate = "added"
                first.rows += record.rows
                if not self.fold(first.values, record.values):
                    refused.add(key)
        for key, record in found.items():
            record.key = key
            record.values |= {"customer": customers.shown[key[0]], "product": products.shown[key[1]]}
            record.values[self.when] = key[2]
            if key in refused:
                context.reject(record, "said_twice")
            else:
                self.settle(record, context)

    def _key(self, record, context, customers, products):
        """(customer, product, day), or None with the record rejected."""
        customer, product = record.values["called"]
        chosen, why = context.wish.customer, ""
        if chosen:
            pk, why = (chosen.pk, "") if chosen.pk in customers.shown else (None, customers.missing)
        elif any(customer):
            pk, why = customers.find(*customer)
        else:
            pk, why = None, "no_customer"
        if why:
            return context.reject(record, why, "", customer[0] or customer[1])
        item, why = products.find(*product)
        if why:
            return context.reject(record, why, "", product[0] or product[1])
        day = record.values[self.when] or context.wish.day
        if not day:
            return context.reject(record, "no_day")
        day = self.first_day(day)
        if day > context.today:
            return context.reject(record, "future_report", "", day.isoformat())
        return pk, item, day

    def settle(self, record, context):
        """Rounds what is added up; rejects what can't be kept."""
        quantity = round(record.values["quantity"], 3)
        if abs(quantity) >= MAX_QUANTITY:
            context.reject(record, "too_large", "", format(quantity, "f"))
        record.values["quantity"] = quantity

    def existing(self, records, context):
        keys = {record.key for record in records}
        if not keys:
            return {}
        days = {day for _customer, _product, day in keys}
        rows = self.model.objects.filter(
            customer__in={customer for customer, _product, _day in keys},
            **{f"{self.when}__range": (min(days), max(days))},
        )
        there = rows.order_by().values_list("pk", "customer_id", "product_id", self.when)
        ids = {key: pk for pk, *names in there.iterator(chunk_size=5000) if (key := tuple(names)) in keys}
        return writing.locked(self.model, ids)

    def make(self, record, context):
        customer, product, day = record.key
        values = {name: record.values[name] for name in self.stored}
        return self.model(customer_id=customer, product_id=product, **{self.when: day}, **values)
