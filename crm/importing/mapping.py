"""Any header -> field, by a table of synonyms in English and Korean."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.importing.errors import ImportRefused

SYNONYMS = {
    "customer_code": "customerid customer id customercode customerno customernumber clientid accountno accountcode "
    "soldto soldtoparty 고객코드 거래처코드 고객번호 거래처번호",
    "customer_name": "customer customername client clientname company companyname account accountname distributor "
    "고객 고객명 거래처 거래처명 업체명 회사명",
    "country": "country countryname countrycode 국가 나라 국가명",
    "city": "city town 도시",
    "order_number": "invoiceno invoice invoicenumber orderno order ordernumber orderid documentno document salesorder "
    "sono 주문번호 수주번호 전표번호 송장번호 오더번호",
    "ordered_on": "invoicedate orderdate date orderedon ordered documentdate postingdate "
    "주문일 주문일자 수주일 수주일자 일자 날짜 전표일자",
    "sku": "stockcode sku itemcode item itemno itemnumber productcode productid product material materialno partno "
    "articleno article 품번 품목코드 상품코드 제품코드 자재코드",
    "product_name": "description itemname productname itemdescription materialdescription articlename "
    "품명 품목명 상품명 제품명 품목",
    "quantity": "quantity qty orderqty orderquantity pieces pcs 수량 주문수량 수주수량",
    "unit_price": "unitprice price priceperunit netprice rate 단가 판매단가",
    "amount": "amount lineamount linetotal netamount total netvalue value 금액 공급가액 합계 합계금액",
    "currency": "currency currencycode curr 통화 통화코드 화폐",
    "line_number": "lineno line linenumber itemline position pos 행번호 순번 라인번호",
    "unit": "unit uom unitofmeasure 단위",
    "unit_cost": "unitcost cost costprice 원가 단위원가",
    "promised_on": "promiseddate promisedon deliverydate requesteddate duedate 납기 납기일 납품예정일 요청납기",
}
FIELD_OF = {word: field for field, words in SYNONYMS.items() for word in words.split()}
LABELS = {
    "customer": gettext_lazy("Customer"),
    "order_number": gettext_lazy("Order number"),
    "ordered_on": gettext_lazy("Order date"),
    "sku": gettext_lazy("SKU"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Price"),
}


def normal(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.strip().lower())


def recognise(header) -> dict[str, int]:
    """field -> column. Raises ImportRefused where a needed field is missing or two columns claim the same one."""
    columns, twice = {}, []
    for index, name in enumerate(header):
        field = FIELD_OF.get(normal(name))
        if field in columns:
            twice.append((header[columns[field]], name))
        elif field:
            columns[field] = index
    if twice:
        first, second = twice[0]
        raise ImportRefused(
            _("The columns “%(first)s” and “%(second)s” mean the same. Remove or rename one of them.")
            % {"first": first, "second": second}
        )
    missing = [str(LABELS[name]) for name, present in _needed(columns).items() if not present]
    if missing:
        raise ImportRefused(
            _("No column was recognised as: %(missing)s. The file has: %(header)s.")
            % {"missing": ", ".join(missing), "header": ", ".join(name for name in header if name)[:400]}
        )
    return columns


def _needed(columns):
    return {
        "customer": {"customer_code", "customer_name"} & columns.keys(),
        "order_number": "order_number" in columns,
        "ordered_on": "ordered_on" in columns,
        "sku": "sku" in columns,
        "quantity": "quantity" in columns,
        "price": {"unit_price", "amount"} & columns.keys(),
    }
