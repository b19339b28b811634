"""Targets: one a row, for a period and for a rep, a customer, a product or the whole company."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.importing import looks, named, periods
from crm.importing.kinds.base import Field
from crm.importing.owners import reps_of
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind
from crm.importing.records.report import WHAT, WHO
from crm.models import Target
from crm.models.fields import is_currency
from crm.money import round_money


class Targets(RecordKind):
    name = "targets"
    label = _("Targets")
    says = _("one target a row: for a rep, a customer, a product or all of them, in a month, quarter or year")
    page, page_label = "customers", _("See the customers")
    model = Target
    fields = (
        WHO
        | WHAT
        | {
            "rep": Field(
                _("Sales rep"),
                "salesrep salesperson rep owner accountmanager salesemployee email 담당자 영업담당 영업담당자 담당 영업사원",
                length=254,
            ),
            "period": Field(
                _("Period"),
                "period month targetmonth targetperiod planmonth yearmonth yyyymm from start startdate periodstart validfrom "
                "date 기간 월 년월 연월 목표월 목표기간 계획월 시작월 시작일",
                "day",
                length=40,
            ),
            "year": Field(
                _("Year"), "year targetyear planyear calendaryear yyyy 년 년도 연도 목표연도", length=10
            ),
            "quarter": Field(_("Quarter"), "quarter qtr targetquarter 분기 목표분기", length=20),
            "months": Field(
                _("Number of months"),
                "months numberofmonths periodmonths periodtype periodlength duration 개월 개월수 기간구분 기간유형",
                length=20,
            ),
            "amount": Field(
                _("Target"),
                "target targetamount targetvalue targetsales salestarget goal budget budgetamount quota plan planamount "
                "plannedsales amount value 목표 목표액 목표금액 매출목표 수주목표 판매목표 계획 계획금액 예산 금액",
                "number",
            ),
            "currency": Field(_("Currency"), "currency currencycode curr 통화 통화코드 화폐", length=10),
        }
    )
    needed = ((_("Target"), ("amount",)), (_("Period"), ("period", "year")))
    looks = (("currency", looks.is_currency),)
    asks = frozenset(["currency", "date_order"])
    stored = ("amount", "currency")
    together = (("amount", "currency"),)
    shown = ("rep_name", "customer", "product", "period", "months", "amount", "currency")

    def cell(self, name):
        known = {"rep_name": "rep", "customer": "customer_name", "product": "product_name"}
        label, how = super().cell(known.get(name, name))
        return label, "month" if name == "period" else how

    def read(self, row):
        amount = row.number("amount")
        if amount is None or amount <= 0:
            row.reject("bad_target", "amount", row.text("amount"))
        currency = row.text("currency").upper()
        if currency and not is_currency(currency):
            row.reject("bad_currency", "currency", currency)
        customer = row.text("customer_code"), row.text("customer_name")
        product = row.text("sku"), row.text("product_name")
        rep = row.text("rep").casefold()
        start, months = self._period(row)
        values = {
            "called": (customer, product, rep),
            "period": start,
            "months": months,
            "amount": amount,
            "currency": currency,
        }
        return (*customer, *product, rep, start, months), values

    def _period(self, row):
        text, year, quarter = row.text("period"), row.text("year"), row.text("quarter").casefold()
        if quarter and not text:
            text = f"q{quarter}" if quarter.isdigit() else quarter
        found = periods.period_of(text or year, year)
        if not found and text:
            day = row.day("period")
            found = day and (day.replace(day=1), 1)
        if not found:
            row.reject("no_period", "period" if "period" in row.reader.columns else "year", text or year)
        start, months = found
        if written := row.text("months"):
            months = periods.length_of(written)
            if not months:
                row.reject("bad_months", "months", written)
        return start, months

    def fold(self, known, values):
        return known == values

    def resolve(self, records, context):
        wish = context.wish
        found, refused = {}, set()
        names = named.customers(wish.importer), named.products(), reps_of(wish.user)
        for record in records:
            key = self._key(record, context, *names)
            if not key:
                continue
            first = found.setdefault(key, record)
            if first is not record:
                record.fate = "the_same"
                first.rows += record.rows
                if any(first.values[name] != record.values[name] for name in ("amount", "currency")):
                    refused.add(key)
        for key, record in found.items():
            record.key = key
            if key in refused:
                context.reject(record, "said_twice")
            else:
                self._settle(record, context)

    def _settle(self, record, context):
        values = record.values
        values["currency"] = values["currency"] or context.wish.currency
        if not values["currency"]:
            context.reject(record, "no_currency")
            return
        values["amount"] = round_money(values["amount"], values["currency"])
        if not values["amount"]:
            context.reject(record, "bad_target")
        elif not any(record.key[:3]):
            context.warn(record, "", "", "whole_company")

    def _key(self, record, context, customers, products, reps):
        """(rep, customer, product, first day, months), or None with the record rejected."""
        customer, product, rep = record.values["called"]
        pk = item = None
        if any(customer):
            pk, why = customers.find(*customer)
            if why:
                return context.reject(record, why, "", customer[0] or customer[1])
        if any(product):
            item, why = products.find(*product)
            if why:
                return context.reject(record, why, "", product[0] or product[1])
        if rep and rep not in reps:
            return context.reject(record, "no_such_rep", "", rep)
        found = reps.get(rep) if rep else None
        if not _may_set(context.wish.user, pk, found):
            return context.reject(record, "not_your_target")
        record.values |= {
            "rep_name": str(found or ""),
            "customer": customers.shown.get(pk, ""),
            "product": products.shown.get(item, ""),
        }
        return found and found.pk, pk, item, record.values["period"], record.values["months"]

    def existing(self, records, context):
        keys = {record.key for record in records}
        rows = Target.objects.filter(from_on__in={key[3] for key in keys}).order_by()
        there = rows.values_list("pk", "rep_id", "customer_id", "product_id", "from_on", "months")
        ids = {key: pk for pk, *names in there if (key := tuple(names)) in keys}
        return writing.locked(Target, ids)

    def make(self, record, context):
        rep, customer, product, start, months = record.key
        return Target(
            rep_id=rep,
            customer_id=customer,
            product_id=product,
            from_on=start,
            months=months,
            amount=record.values["amount"],
            currency=record.values["currency"],
        )


def _may_set(user, customer, rep):
    """An administrator any, a manager those of his reps and customers, a rep those of his customers.

    Whom they may name at all is settled before.
    """
    if user is None or user.role == User.Role.ADMIN:
        return True
    return bool(customer or (rep and user.role == User.Role.MANAGER))
