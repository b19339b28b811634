"""A list of customers: one a row, known by its code, else by name and country."""

import re
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from crm.importing import looks, mapping, masters, namesakes, rejections
from crm.importing.countries import country_code, time_zone
from crm.importing.kinds.base import Field
from crm.importing.owners import reps_of
from crm.importing.records import writing
from crm.importing.records.kind import RecordKind
from crm.importing.values import MONTHS
from crm.models import Assignment, Customer
from crm.models.fields import is_currency
from crm.similar import cores


class Customers(RecordKind):
    name = "customers"
    label = _("Customers")
    says = _("one customer a row")
    page, page_label = "customers", _("See the customers")
    model = Customer
    fields = {
        "customer_code": Field(
            _("Customer code"),
            "customerid customercode customerno customernumber code id no reference ref internalreference clientid accountno "
            "accountcode accountnumber soldto soldtoparty 고객코드 거래처코드 고객번호 거래처번호 코드 "
            "kundennummer kundennr kdnr debitor debitorennummer debitorennr debitornr kunnr",
            length=60,
        ),
        "customer_name": Field(
            _("Customer"),
            "customer customername name name1 client clientname company companyname account accountname distributor partner "
            "displayname 고객 고객명 거래처 거래처명 업체명 회사명 상호 이름 "
            "kunde kundenname debitorname firma firmenname",
        ),
        "country": Field(
            _("Country"),
            "country countryname countrycode countryregion countrykey territory 국가 나라 국가명 국가코드 "
            "land länderschlüssel länderkennzeichen land1",
            length=100,
        ),
        "city": Field(_("City"), "city town place 도시 시 ort stadt ort01", length=100),
        "currency": Field(
            _("Currency"),
            "currency currencycode curr billingcurrency defaultcurrency 통화 통화코드 화폐 "
            "währung waehrung waers",
            length=10,
        ),
        "time_zone": Field(_("Time zone"), "timezone tz 시간대", length=50),
        "fiscal_year_start": Field(
            _("Fiscal year starts in month"),
            "fiscalyearstart fiscalyear fystart fiscalyearstartmonth 회계연도시작 회계연도 회계시작월 결산시작월",
            length=20,
        ),
        "sales_rep": Field(
            _("Sales rep of new customers"),
            "salesrep salesperson rep owner accountmanager salesemployee 담당자 영업담당 영업담당자 담당",
            length=254,
        ),
    }
    needed = ((_("Customer"), ("customer_code", "customer_name")),)
    looks = (("currency", looks.is_currency), ("country", looks.is_country))
    asks = frozenset(["currency", "owner"])
    stored = ("code", "name", "country", "city", "currency", "time_zone", "fiscal_year_start")
    shown = ("code", "name", "country", "city", "currency")
    most_rows = 40_000

    def further(self, header, known):
        return mapping.codes_beside_names(header)

    def read(self, row):
        code = re.sub(r"\.0$", "", row.text("customer_code"))
        name, written = row.text("customer_name"), row.text("country")
        if not code and not name:
            row.reject("no_customer")
        country = country_code(written)
        if written and not country:
            row.reject("no_such_country", "country", written)
        values = {
            "code": code,
            "name": name,
            "country": country,
            "city": row.text("city"),
            "currency": self._currency(row),
            "time_zone": self._zone(row),
            "fiscal_year_start": self._month(row),
            "sales_rep": row.text("sales_rep").casefold(),
        }
        return masters.code_key(code) if code else masters.name_key(name, country), values

    def _currency(self, row):
        code = row.text("currency").upper()
        if code and not is_currency(code):
            row.reject("bad_currency", "currency", code)
        return code

    def _zone(self, row):
        zone = row.text("time_zone")
        if zone and zone not in available_timezones():
            row.reject("no_such_zone", "time_zone", zone)
        return zone

    def _month(self, row):
        """1 to 12, by number or by name; of a date its month."""
        text = row.text("fiscal_year_start").casefold().removesuffix("월")
        if not text:
            return None
        month = int(text) if text.isdecimal() else MONTHS.get(text[:3], 0)
        if not 1 <= month <= 12:
            row.reject("no_such_month", "fiscal_year_start", text)
        return month

    def resolve(self, records, context):
        refused = rejections.refused_keys(context.wish.importer)
        reps = reps_of(context.wish.user)
        likes = namesakes.by_core(context.wish.importer)
        for record in records:
            rep = record.values["sales_rep"]
            if record.key in refused:
                context.reject(record, "not_yours", "", record.values["code"] or record.values["name"])
            elif rep and rep not in reps:
                context.reject(record, "no_such_rep", "", rep)
            else:
                record.values["owner"] = reps.get(rep)
                record.values["alike"] = self._alike(record, likes)

    @staticmethod
    def _alike(record, likes):
        """A known customer of almost this name; empty where there is none."""
        names = (row[1] for core in cores(record.values["name"]) for row in likes.get(core, {}).values())
        return min(names, default="")

    def existing(self, records, context):
        found = masters.existing_customers({record.key: record for record in records}, context.wish.importer)
        ids = {key: row.pk for key, row in found.items()}
        return writing.locked(Customer, ids)

    def write(self, records, context):
        super().write(records, context)
        for record in records:
            if record.fate == "created" and record.values["alike"]:
                words = f"{record.values['name']} – {record.values['alike']}"
                context.warn(record, "", words, "namesake")

    def make(self, record, context):
        values = {name: record.values[name] for name in self.stored}
        values["name"] = values["name"] or values["code"]
        values["currency"] = values["currency"] or context.wish.currency
        values["time_zone"] = values["time_zone"] or time_zone(values["country"])
        return Customer(owner=record.values["owner"] or context.wish.owner, **values)

    def written(self, made, changed, context):
        writing.let_be_found(Customer, [*made, *changed])
        assigned = [
            Assignment(customer=row, rep=row.owner, from_on=context.today) for row in made if row.owner
        ]
        writing.create(context, Assignment, assigned)
        # What is computed is in the customer's currency.
        Customer.objects.filter(pk__in=[row.pk for row in changed]).count_change()
        context.changed = bool(made or changed)
