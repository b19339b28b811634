"""Some customers of the demo company report, and have targets: what is planted is there, and goes again."""

from datetime import date

import pytest
from django.db.models import Sum

from crm.demo.company import monthly_rates
from crm.demo.orders import make_orders
from crm.demo.removal import remove_demo
from crm.demo.reports import REPORTERS, TARGETS, make_reports, make_targets
from crm.models import Customer, ImportRun, Product, SellOut, StockLevel, Target
from tests.crm.demo import NOW, OTHER_DAYS, SEED
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.once


def sold(code, sku, since, until):
    rows = SellOut.objects.filter(customer__code=code, product__sku=sku, month__range=(since, until))
    return rows.aggregate(n=Sum("quantity"))["n"]


def test_what_grows_and_what_shrinks_is_planted(demo, db):
    assert set(SellOut.objects.values_list("customer__code", flat=True)) == set(REPORTERS)
    for code, (growing, shrinking) in REPORTERS.items():
        now, before = (date(2026, 8, 1), date(2026, 10, 1)), (date(2026, 5, 1), date(2026, 7, 1))
        assert sold(code, growing, *now) > 1.2 * float(sold(code, growing, *before))
        assert sold(code, shrinking, *now) < 0.8 * float(sold(code, shrinking, *before))
    assert set(StockLevel.objects.values_list("on", flat=True)) == {date(2026, 10, 31)}


def test_targets_are_for_this_year_in_the_currency_of_the_customer(demo, db):
    found = Target.objects.select_related("customer")
    assert {target.customer.code for target in found} == set(TARGETS)
    for target in found:
        assert (target.from_on, target.months) == (date(2026, 1, 1), 12)
        assert target.currency == target.customer.currency


@pytest.mark.parametrize("today", OTHER_DAYS)
def test_reports_are_of_months_that_are_over(today):
    orders = make_orders(today, SEED, monthly_rates(today, SEED))
    sell_out, stock = make_reports(orders, today, SEED)
    assert (sell_out, stock) == make_reports(orders, today, SEED)
    assert max(one.month for one in sell_out) < today.replace(day=1) > stock[0].on
    assert len({(one.code, one.sku, one.month) for one in sell_out}) == len(sell_out)
    assert all(aim.from_on.year == today.year and aim.amount > 0 for aim in make_targets(orders, today))


@pytest.mark.slow
def test_all_of_it_goes(demo, admin):
    edited = SellOut.objects.first()
    edited.quantity = 1
    edited.save()
    Target.objects.create(
        rep=Customer.objects.get(code="TRO-NOR").owner, from_on=date(2026, 1, 1), amount=1, currency="EUR"
    ).save()
    remove_demo(admin, NOW)
    for model in (SellOut, StockLevel, Target):
        assert not model.objects.exists()
        assert not model.history.exists()
    assert not Product.objects.exists()


@pytest.mark.slow
def test_what_is_real_stays(demo, admin, rep):
    """At a customer who stays: what was imported or corrected, not what came with the demo."""
    customer = Customer.objects.get(code="STO-GRA")
    run = ImportRun.objects.create(user=admin, file_name="own.csv", file_hash="0", started_at=NOW)
    make_order(customer, lines=[("AUR-400", 10, "300")], run=run)
    product = Product.objects.get(sku="PIL-AIR")
    real = StockLevel.objects.bulk_create(
        [
            StockLevel(
                customer=customer,
                product=product,
                on=date(2026, 11, 1),
                quantity=4,
                imported={"quantity": "4"},
            )
        ]
    )
    mended = SellOut.objects.filter(customer=customer).first()
    mended.quantity = 5
    mended.save()
    own = make_customer("Ownreal AS", owner=rep)
    goal = Target.objects.create(customer=own, rep=rep, from_on=date(2026, 1, 1), amount=5, currency="EUR")
    remove_demo(admin, NOW)
    assert list(StockLevel.objects.all()) == real
    assert list(SellOut.objects.all()) == [mended]
    assert list(Target.objects.values_list("pk", "rep")) == [(goal.pk, admin.pk)]
    assert set(Product.objects.values_list("sku", flat=True)) == {"AUR-400", "PIL-AIR", mended.product.sku}
