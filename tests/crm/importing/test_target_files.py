"""Files of targets: for reps, customers, products, and for all together."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.access import visible
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.kinds.registry import likely
from crm.models import Target
from tests.crm.importing.conftest import counts
from tests.factories import make_customer, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def fjord(owner):
    return make_customer("Fjord Handel AS", code="K1", owner=owner)


@pytest.fixture
def bring(bring_file, admin):
    """bring(text, ...): as an administrator, where nobody else is named."""

    def bring(text, **wish):
        return bring_file("targets", text, **({"user": admin, "owner": None} | wish))

    return bring


def reasons(run, level="rejected"):
    return list(run.rows.filter(level=level).values_list("number", "reason"))


def targets():
    rows = Target.objects.order_by("from_on", "-months", "amount")
    return list(rows.values_list("from_on", "months", "amount", "currency"))


TARGETS = (
    "Customer;Sales rep;SKU;Period;Target;Currency\n"
    "K1;;;2026;120000;USD\n"
    ";owner@example.com;;Q1 2026;30000.005;EUR\n"
    "Fjord Handel AS;;A1;2026-08;900;USD\n"
    ";;;2026;2500000;EUR\n"
)


@pytest.mark.both
def test_targets_arrive_once_and_go_again(bring, take_back, owner, fjord):
    lamp = make_product("A1", name="Lamp")
    before = digest()
    run = bring(TARGETS)
    assert counts(run) == (4, 0, 0, 0)
    assert targets() == [
        (date(2026, 1, 1), 12, 120000, "USD"),
        (date(2026, 1, 1), 12, 2500000, "EUR"),
        (date(2026, 1, 1), 3, Decimal("30000.01"), "EUR"),
        (date(2026, 8, 1), 1, 900, "USD"),
    ]
    assert Target.objects.get(amount=900).product == lamp
    assert Target.objects.get(months=3).rep == owner
    assert reasons(run, "warning") == [(5, "whole_company")]
    for _again in range(2):
        assert counts(bring(TARGETS)) == (0, 0, 4, 0)
    take_back(run)
    assert digest() == before


def test_a_changed_target_is_written_and_taken_back_and_a_corrected_one_stays(bring, take_back, fjord):
    text = "Customer;Period;Target\nK1;2026;100\nK1;2027;200\n"
    run = bring(text)
    before = digest()
    again = bring(text.replace("100", "150"))
    assert counts(again) == (0, 1, 1, 0)
    assert targets()[0] == (date(2026, 1, 1), 12, 150, "EUR")
    take_back(again)
    assert digest() == before
    row = Target.objects.get(amount=200)
    row.amount = 222
    row.save()
    later = bring(text.replace("200", "210"))
    assert reasons(later, "warning") == [(3, "edited_since")]
    take_back(later)
    with pytest.raises(ImportRefused):
        take_back(run)
    run.refresh_from_db()
    assert [stay["why"] for stay in run.summary["stays"]] == ["edited"]
    run.options["undo_rest"] = True
    run.save()
    take_back(run)
    assert targets() == [(date(2027, 1, 1), 12, 222, "EUR")]


def test_one_target_said_twice_is_one_and_said_differently_is_none(bring, fjord):
    text = (
        "Customer;Period;Target\nK1;2026;100\nFjord Handel AS;2026년;100\n"
        "K1;2027;100\nFjord Handel AS;2027;101\nK1;2028;1\nK1;2028;2\n"
    )
    run = bring(text)
    assert counts(run) == (2, 0, 0, 4)
    assert reasons(run) == [(row, "said_twice") for row in (4, 5, 6, 7)]
    assert targets() == [(date(2026, 1, 1), 12, 100, "EUR")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Customer;Year;Quarter;Target\nK1;2026;2;5\n", (date(2026, 4, 1), 3)),
        ("거래처코드;연도;월;목표금액\nK1;2026;8월;5\n", (date(2026, 8, 1), 1)),
        ("거래처코드;연도;분기;목표금액\nK1;2026;2분기;5\n", (date(2026, 4, 1), 3)),
        ("Customer;Start date;Months;Target\nK1;2026-04-01;12;5\n", (date(2026, 4, 1), 12)),
        ("Customer;Start date;Period type;Target\nK1;30.04.2026;Quarterly;5\n", (date(2026, 4, 1), 3)),
        ("Customer;Year;Target\nK1;2026;5\n", (date(2026, 1, 1), 12)),
    ],
)
def test_of_which_period(bring, fjord, text, found):
    bring(text)
    assert Target.objects.values_list("from_on", "months").get() == found


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("K9;;;2026;5;EUR", "none_of_yours"),
        (";Nobody;;2026;5;EUR", "no_such_rep"),
        ("K1;;Z9;2026;5;EUR", "unknown_product"),
        ("K1;;;soon;5;EUR", "bad_date"),
        ("K1;;;;5;EUR", "no_period"),
        ("K1;;;2026;0;EUR", "bad_target"),
        ("K1;;;2026;-5;EUR", "bad_target"),
        ("K1;;;2026;much;EUR", "bad_number"),
        ("K1;;;2026;0.001;EUR", "bad_target"),
        ("K1;;;2026;5;XXZ", "bad_currency"),
    ],
)
def test_a_bad_target_is_named_and_the_others_arrive(bring, fjord, row, reason):
    make_product("A1")
    run = bring(TARGETS.replace("K1;;;2026", "K1;;;2025") + row + "\n")
    assert counts(run) == (4, 0, 0, 1)
    assert reasons(run) == [(6, reason)]


def test_an_amount_is_never_put_into_another_currency(bring, fjord):
    """Whichever of the two a person corrected, the file's other one does not go beside it."""
    text = "Customer;Year;Target;Currency\nK1;2026;{};{}\n"
    bring(text.format(1000, "USD"))
    target = Target.objects.get()
    for corrected, said in (((1000, "EUR"), (2000, "USD")), ((3000, "USD"), (900, "EUR"))):
        target.amount, target.currency = corrected
        target.save()
        run = bring(text.format(*said))
        target.refresh_from_db()
        assert (target.amount, target.currency) == corrected
        assert [row.reason for row in run.rows.all()] == ["edited_since"]


def test_whose_targets_one_may_set(bring, owner, mate, manager, stranger, fjord):
    make_customer("Mate's", code="K2", owner=mate)
    make_customer("Secret", code="K3", owner=stranger)
    make_product("A1")
    text = (
        "Customer;Sales rep;SKU;Year;Target\nK1;;;2026;1\nK2;;;2026;1\nK3;;;2026;1\n;mate@example.com;;2026;1\n"
        ";stranger@example.com;;2026;1\n;;A1;2026;1\n;;;2026;1\n;owner@example.com;;2026;1\nK1;owner@example.com;;2026;1\n"
    )
    said = {}
    for user in (owner, manager):
        run = bring(text, user=user, dry_run=True)
        said[user] = dict(reasons(run))
    of_nobody = {7: "not_your_target", 8: "not_your_target"}
    hidden = {4: "none_of_yours", 6: "no_such_rep"}
    assert said[manager] == of_nobody | hidden
    assert said[owner] == of_nobody | hidden | {3: "none_of_yours", 5: "no_such_rep", 9: "not_your_target"}
    assert counts(bring(text)) == (9, 0, 0, 0)


def test_who_sees_which_target(bring, owner, mate, manager, stranger, admin, fjord):
    bring(
        "Customer;Sales rep;Year;Target\nK1;;2026;1\n;owner@example.com;2026;2\n;;2026;3\n"
        ";stranger@example.com;2026;4\nK1;stranger@example.com;2026;5\n"
    )

    def seen(user):
        return {int(amount) for amount in visible(user, Target.objects).values_list("amount", flat=True)}

    assert seen(owner) == seen(manager) == {1, 2, 5}
    assert seen(mate) == set()
    assert seen(stranger) == {4}
    assert seen(admin) == {1, 2, 3, 4, 5}


@pytest.mark.both
def test_the_database_keeps_one_target_for_one_period_and_whom(fjord):
    for whom in ({}, {"customer": fjord}):
        Target.objects.create(from_on=date(2026, 1, 1), amount=1, currency="EUR", **whom)
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.create(from_on=date(2026, 1, 1), amount=2, currency="USD", **whom)
    Target.objects.create(from_on=date(2026, 1, 1), months=3, amount=2, currency="EUR", customer=fjord)
    assert Target.objects.count() == 3


def test_amounts_need_a_currency(bring, fjord):
    with pytest.raises(ImportRefused, match="currency"):
        bring("Customer;Year;Target\nK1;2026;5\n", currency="")


@pytest.mark.parametrize(
    "header",
    [
        "Customer;Year;Target;Currency",
        "Sales rep;Quarter;Year;Target amount",
        "거래처;연도;목표금액",
        "담당자;목표월;수주목표",
    ],
)
def test_a_file_of_targets_is_known_by_its_headers(owner, header):
    assert likely(header.split(";"), owner).name == "targets"
