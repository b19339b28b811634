"""Any header -> field, by a table of synonyms in English, Korean and German, and as SAP calls its fields inside."""

import hashlib
import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.importing.errors import ImportRefused

# Every field that a file may bring, as a person calls it.
FIELDS = {
    "customer_code": gettext_lazy("Customer code"),
    "customer_name": gettext_lazy("Customer"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "order_number": gettext_lazy("Order number"),
    "ordered_on": gettext_lazy("Order date"),
    "sku": gettext_lazy("SKU"),
    "product_name": gettext_lazy("Product name"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "unit_price": gettext_lazy("Unit price"),
    "amount": gettext_lazy("Line amount"),
    "currency": gettext_lazy("Currency"),
    "line_number": gettext_lazy("Line number"),
    "unit_cost": gettext_lazy("Unit cost"),
    "promised_on": gettext_lazy("Promised for"),
    "status": gettext_lazy("Status: cancelled or not"),
}
SYNONYMS = {
    "customer_code": "customerid customer id customercode customerno customernumber clientid accountno accountcode "
    "soldto soldtoparty 고객코드 거래처코드 고객번호 거래처번호 "
    "kundennummer kundennr kundencode kdnr debitor debitorennummer debitorennr debitornr auftraggeber kunnr",
    "customer_name": "customer customername client clientname company companyname account accountname distributor "
    "고객 고객명 거래처 거래처명 업체명 회사명 "
    "kunde kundenname kundenbezeichnung debitorname debitorenname nameauftraggeber firma name1",
    "country": "country countryname countrycode 국가 나라 국가명 "
    "land länderschlüssel laenderschluessel länderkennzeichen land1",
    "city": "city town 도시 ort stadt ort01",
    "order_number": "invoiceno invoice invoicenumber orderno order ordernumber orderid documentno document salesorder "
    "sono 주문번호 수주번호 전표번호 송장번호 오더번호 "
    "auftrag auftragsnummer auftragsnr auftragnr beleg belegnummer belegnr verkaufsbeleg vertriebsbeleg bestellnummer bestellnr "
    "rechnungsnummer rechnungsnr vbeln",
    "ordered_on": "invoicedate orderdate date orderedon ordered documentdate postingdate "
    "주문일 주문일자 수주일 수주일자 일자 날짜 전표일자 "
    "auftragsdatum belegdatum bestelldatum rechnungsdatum buchungsdatum datum audat",
    "sku": "stockcode sku itemcode item itemno itemnumber productcode productid product material materialno partno "
    "articleno article 품번 품목코드 상품코드 제품코드 자재코드 "
    "materialnummer materialnr artikel artikelnummer artikelnr artikelcode artnr matnr",
    "product_name": "description itemname productname itemdescription materialdescription articlename "
    "품명 품목명 상품명 제품명 품목 "
    "bezeichnung artikelbezeichnung materialbezeichnung produktbezeichnung materialkurztext kurztext artikelname produktname "
    "arktx maktx",
    "quantity": "quantity qty orderqty orderquantity pieces pcs 수량 주문수량 수주수량 "
    "menge auftragsmenge bestellmenge fakturiertemenge anzahl stückzahl kwmeng",
    "unit_price": "unitprice price priceperunit netprice rate 단가 판매단가 "
    "preis nettopreis einzelpreis stückpreis verkaufspreis netpr",
    "amount": "amount lineamount linetotal netamount total netvalue value 금액 공급가액 합계 합계금액 라인금액 행금액 "
    "betrag nettowert nettobetrag gesamtpreis gesamtbetrag positionswert netwr",
    "currency": "currency currencycode curr 통화 통화코드 화폐 "
    "währung waehrung belegwährung währungsschlüssel waerk waers",
    "line_number": "lineno line linenumber itemline position pos 행번호 순번 라인번호 "
    "positionsnummer positionsnr belegposition posnr",
    "unit": "unit uom unitofmeasure 단위 einheit me mengeneinheit vme verkaufsmengeneinheit vrkme",
    "unit_cost": "unitcost cost costprice 원가 단위원가 "
    "einstandspreis einkaufspreis selbstkosten herstellkosten",
    "promised_on": "promiseddate promisedon promisedfor deliverydate requesteddate duedate 납기 납기일 납품예정일 요청납기 "
    "lieferdatum wunschlieferdatum liefertermin wunschtermin vdatu edatu",
    "status": "status orderstatus documentstatus 상태 주문상태 진행상태 auftragsstatus belegstatus",
}
# Part of a longer header these would be found anywhere: in a landed cost, in a confirmation.
WHOLE_WORDS = frozenset(["land", "land1", "firma"])
# Alone they name the customer; beside a column that says it is the name they hold his number.
NAME_OR_CODE = frozenset(["customer", "client", "account", "distributor", "kunde", "고객", "거래처"])
OUTRIGHT_NAMES = frozenset([
    "customername", "clientname", "accountname", "kundenname", "kundenbezeichnung", "name1", "고객명", "거래처명",
])  # fmt: skip
# Nothing of a file depends on these; of several columns that have such a name, the one that says most is meant.
SEVERAL = frozenset(["status"])
# A column that is an item, with its quantities in the cells: see crm.importing.items.
ITEM = "item"
ITEM_LABEL = gettext_lazy("Item column: quantity of this SKU")
NUMBERS = frozenset(["quantity", "unit_price", "amount", "unit_cost", ITEM])
FIELD_OF = {word: field for field, words in SYNONYMS.items() for word in words.split()}
# The column that a file of rejected rows has more than the file they are from.
REASON_HEADER = "Dangol: reason"
LABELS = {
    "customer": gettext_lazy("Customer"),
    "order_number": gettext_lazy("Order number"),
    "ordered_on": gettext_lazy("Order date"),
    "sku": gettext_lazy("SKU"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Price"),
}


def normal(header: str) -> str:
    # As one letter, which a Mac writes as two: ä, 가.
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", header).strip().lower())


def base(field: str) -> str:
    """The field without the mark of its group or column."""
    return re.split("[#@]", field, maxsplit=1)[0]


def recognise(header, further=()) -> dict[str, int]:
    """field -> column; `further`: of groups of columns.

    Raises ImportRefused where a needed field is missing or two columns claim the same one.
    """
    columns, twice = dict(further), []
    codes = codes_beside_names(header)
    for index, name in enumerate(header):
        field = codes.get(index) or FIELD_OF.get(normal(name))
        if field in columns and field in SEVERAL:
            columns[field] = max(columns[field], index, key=lambda place: len(normal(header[place])))
        elif field in columns:
            twice.append((header[columns[field]], name))
        elif field:
            columns[field] = index
    if twice:
        first, second = twice[0]
        raise ImportRefused(
            _("The columns “%(first)s” and “%(second)s” mean the same. Remove or rename one of them.")
            % {"first": first, "second": second}
        )
    if missing := missing_fields(columns):
        raise ImportRefused(
            _("No column was recognised as: %(missing)s. The file has: %(header)s.")
            % {"missing": ", ".join(missing), "header": ", ".join(name for name in header if name)[:400]}
        )
    return columns


def codes_beside_names(header) -> dict[int, str]:
    """{column: field} of one that says "Customer" beside another that says "Customer name", where nothing else is the code."""
    names = [normal(name) for name in header]
    if OUTRIGHT_NAMES.isdisjoint(names) or any(FIELD_OF.get(name) == "customer_code" for name in names):
        return {}
    return {index: "customer_code" for index, name in enumerate(names) if name in NAME_OR_CODE}


def missing_fields(columns) -> list[str]:
    """What is needed and no column is mapped to."""
    return [str(LABELS[name]) for name, present in _needed(columns).items() if not present]


def fingerprint(header) -> str:
    """The same for files with the same headers, however they are written and whatever we added to them."""
    names = [normal(name) for name in header if normal(name) != normal(REASON_HEADER)]
    return hashlib.sha256("|".join(names).encode()).hexdigest()


def _needed(columns):
    grouped_names = any(field.startswith("product_name#") for field in columns)
    columns = {base(field) for field in columns} | ({"sku"} if grouped_names else set())
    if ITEM in columns:
        columns |= {"sku", "quantity", "unit_price"}
    return {
        "customer": {"customer_code", "customer_name"} & columns,
        "order_number": "order_number" in columns,
        "ordered_on": "ordered_on" in columns,
        "sku": "sku" in columns,
        "quantity": "quantity" in columns,
        "price": {"unit_price", "amount"} & columns,
    }
