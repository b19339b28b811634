"""What a distributor says he sold on: one product a row, by month."""

from django.utils.translation import gettext_lazy as _

from crm.importing import looks
from crm.importing.kinds.base import Field
from crm.importing.periods import month_of
from crm.importing.records.report import WHAT, WHO, Report
from crm.models import SellOut
from crm.models.fields import is_currency
from crm.money import round_money

MAX_AMOUNT = 10**14


class SellOuts(Report):
    name = "sell_out"
    label = _("Sell-out of customers")
    says = _("what a customer sold on, one product a row")
    model = SellOut
    fields = (
        WHO
        | WHAT
        | {
            "month": Field(
                _("Month"),
                "month salesmonth monthyear yearmonth yyyymm period reportmonth reportingmonth reportingperiod salesperiod "
                "calendarmonth date salesdate solddate invoicedate 월 년월 연월 판매월 매출월 기준월 보고월 판매일 판매일자 일자",
                "day",
                length=40,
            ),
            "year": Field(_("Year"), "year salesyear calendaryear yyyy 년 년도 연도", length=10),
            "quantity": Field(
                _("Quantity"),
                "sellout selloutqty selloutquantity selloutunits sellthru sellthrough sellthroughqty sold soldqty "
                "quantitysold qtysold unitssold soldunits salesqty salesquantity salesunits quantity qty units pieces pcs "
                "판매수량 판매량 셀아웃 셀아웃수량 출고수량 출고량 수량",
                "number",
            ),
            "amount": Field(
                _("Amount"),
                "amount selloutamount selloutvalue salesamount salesvalue netsales sales turnover revenue value netamount "
                "판매금액 판매액 매출액 매출 매출금액 금액",
                "number",
            ),
            "currency": Field(_("Currency"), "currency currencycode curr 통화 통화코드 화폐", length=10),
        }
    )
    looks = (("currency", looks.is_currency),)
    asks = frozenset(["customer", "day", "currency", "date_order"])
    stored = ("quantity", "amount", "currency")
    together = (("amount", "currency"),)
    shown = ("customer", "product", "month", "quantity", "amount", "currency")
    when = "month"
    added = ("quantity", "amount")

    def cell(self, name):
        label, how = super().cell(name)
        return label, "month" if name == "month" else how

    def lacks_currency(self, columns, currency):
        return "amount" in columns and super().lacks_currency(columns, currency)

    def day_of(self, row):
        text = row.text("month")
        if not text:
            return None
        month = month_of(text, row.text("year")) or row.day("month")
        return month and month.replace(day=1)

    def first_day(self, day):
        return day.replace(day=1)

    def values(self, row):
        currency = row.text("currency").upper()
        if currency and not is_currency(currency):
            row.reject("bad_currency", "currency", currency)
        return {"amount": row.number("amount", "bad_price"), "currency": currency}

    def fold(self, known, values):
        """Of two currencies there is no sum."""
        said = {one["currency"] for one in (known, values) if one["amount"] is not None}
        known["currency"] = max(said, default="")
        return super().fold(known, values) and len(said) < 2

    def settle(self, record, context):
        super().settle(record, context)
        values = record.values
        if values["amount"] is None:
            values["currency"] = ""
            return
        values["currency"] = values["currency"] or context.wish.currency
        if not values["currency"]:
            context.reject(record, "no_currency")
        elif abs(values["amount"]) >= MAX_AMOUNT:
            context.reject(record, "too_large", "", format(values["amount"], "f"))
        else:
            values["amount"] = round_money(values["amount"], values["currency"])
