"""Rates of months to the base currency, from administrators: figures of every customer hang on them."""

import re
from bisect import bisect
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.conversions import customers_converted
from crm.demo import SOURCE as DEMO
from crm.importing import looks
from crm.importing.kinds.base import ADMINS, Field
from crm.importing.months import month_of
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind
from crm.models import ExchangeRate
from crm.models.fields import is_currency

DECIMALS = Decimal("0.00000001")
LARGEST = Decimal(10) ** 10
# A code alone, and as banks write it: "JPY(100)", "일본 JPY 100", "100 JPY" is the rate of a hundred yen.
CODE = re.compile(r"(?<![A-Z\d])([A-Z]{3})(?![A-Z]|\d(?!00))")
UNITS = re.compile(r"(?<!\d)(1000?0?)(?!\d)")
UNUSUAL = 10


class Rates(RecordKind):
    name = "rates"
    label = _("Exchange rates")
    says = _("one currency and month a row")
    roles = ADMINS
    page, page_label = "admin:crm_exchangerate_changelist", _("See the rates")
    model = ExchangeRate
    fields = {
        "currency": Field(
            _("Currency"),
            "currency currencycode curr fromcurrency currencyfrom from foreigncurrency 통화 통화코드 통화명 화폐 외화",
            length=40,
        ),
        "month": Field(
            _("Month"),
            "month period yearmonth fiscalperiod postingperiod date ratedate validfrom effectivedate exchangeratedate "
            "월 년월 연월 기준월 적용월 기준일 기준일자 적용일 고시일 고시일자 일자 날짜",
            "day",
            length=40,
        ),
        "rate": Field(
            _("Rate: what one unit is worth in the base currency"),
            "rate exchangerate directrate directquotation inversecompanyrate ratetobase 환율 적용환율",
            "number",
            length=40,
        ),
        "rate_per_base": Field(
            _("Inverse rate: units for one of the base currency"),
            "rateperbase inverserate indirectrate indirectquotation unitsperbase companyrate currencyperbase 역환율 간접환율",
            "number",
            length=40,
        ),
        "units": Field(
            _("Units that the rate is of"),
            "units unit per ratio ratiofrom fromratio factor 단위 통화단위 고시단위",
            "number",
            length=20,
        ),
        "to_currency": Field(
            _("To currency"),
            "tocurrency currencyto to targetcurrency basecurrency 기준통화 대상통화",
            length=10,
        ),
    }
    needed = (
        (_("Currency"), ("currency",)),
        (_("Month"), ("month",)),
        (_("Rate"), ("rate", "rate_per_base")),
    )
    looks = (("month", looks.is_date), ("currency", looks.is_currency))
    asks = frozenset(["date_order"])
    stored = ("rate", "source")
    shown = ("currency", "named", "rate")

    def cell(self, name):
        """A rate in all its decimals, a month without a day."""
        labels = {"currency": self.fields["currency"].label, "named": self.fields["month"].label}
        return labels.get(name, _("Rate")), "text"

    def read(self, row):
        currency, units, inverse = self._currency(row)
        month, rate = self._month(row), self._rate(row, units, inverse)
        named = f"{month:%Y-%m}"
        return (currency, month), {
            "currency": currency, "month": month, "named": named, "rate": rate, "source": "",
        }  # fmt: skip

    def _currency(self, row):
        """(code, how many units of it the rate is of, whether the row says it the other way round)."""
        base, text = row.reader.base_currency, row.text("currency").upper()
        if not text:
            row.reject("no_currency", "currency")
        code, units = _code(text), UNITS.search(text)
        if not code:
            row.reject("bad_currency", "currency", text)
        to = row.text("to_currency").upper() or base
        inverse = code == base != to
        if inverse:
            code, to = _code(to), base
        if not code or to != base:
            row.reject("other_base", "to_currency", row.text("to_currency"))
        if code == base:
            row.reject("base_itself", "currency", text)
        return code, Decimal(units[1]) if units else Decimal(1), inverse

    def _month(self, row):
        text = row.text("month")
        day = month_of(text) or row.day("month")
        if not day:
            row.reject("no_month", "month")
        return day.replace(day=1)

    def _rate(self, row, units, inverse):
        name = "rate" if row.text("rate") else "rate_per_base"
        value = row.number(name, "bad_rate")
        if value is None:
            row.reject("no_rate", "rate")
        units = row.number("units") or units
        if value <= 0 or units <= 0:
            row.reject("rate_not_positive", name, row.text(name))
        rate = value / units
        if inverse != (name == "rate_per_base"):
            rate = 1 / rate
        rate = rate.quantize(DECIMALS) if rate < LARGEST else rate
        if not 0 < rate < LARGEST:
            row.reject("bad_rate", name, row.text(name))
        return rate

    def fold(self, known, values):
        return known["rate"] == values["rate"]

    def last_said(self, row):
        """What the made-up company came with no person has typed: it gives way."""
        if row.source == DEMO and row.imported is None:
            return {"rate": writing.plain(row.rate), "source": DEMO}
        return super().last_said(row)

    def existing(self, records, context):
        known = list(
            ExchangeRate.objects.filter(currency__in={record.values["currency"] for record in records})
        )
        ids = {(row.currency, row.month): row.pk for row in known}
        rows = writing.locked(ExchangeRate, {r.key: ids[r.key] for r in records if r.key in ids})
        for record in records:
            row = rows.get(record.key)
            if row and row.source == DEMO:
                # From now on it is the company's own, and stays when the made-up one goes.
                record.values["source"] = _source(context)
        self._doubt(
            [r for r in records if r.key not in rows or self._is_news(r, rows[r.key])], known, context
        )
        return rows

    def _is_news(self, record, row):
        return self.last_said(row).get("rate") != writing.plain(record.values["rate"])

    def _doubt(self, records, known, context):
        """A rate the other way round, or of a hundred units, is far from that of the nearest month."""
        of_currency = {}
        for row in sorted(known, key=lambda row: row.month):
            of_currency.setdefault(row.currency, []).append((row.month, row.rate))
        for record in records:
            months = [known for known in of_currency.get(record.key[0], ()) if known[0] != record.key[1]]
            if not months:
                continue
            _month, usual = months[max(bisect(months, (record.key[1],)) - 1, 0)]
            rate = record.values["rate"]
            if rate >= UNUSUAL * usual or rate * UNUSUAL <= usual:
                context.warn(
                    record,
                    "",
                    f"{record.key[0]} {record.values['named']}: {writing.plain(rate)}",
                    "unusual_rate",
                )

    def make(self, record, context):
        currency, month = record.key
        rate = record.values["rate"]
        return ExchangeRate(currency=currency, month=month, rate=rate, source=_source(context))

    def written(self, made, changed, context):
        if made or changed:
            customers_converted().count_change()
            context.changed = True


def _code(text):
    return next((code for code in CODE.findall(text) if is_currency(code)), "")


def _source(context):
    """The file it is from."""
    return context.run.file_name[: ExchangeRate._meta.get_field("source").max_length]
