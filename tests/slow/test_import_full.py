"""The public files as they are, whole."""

import csv
import gzip
import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from crm.importing import jobs
from crm.importing.digest import digest
from crm.importing.runs import Wish, run_import
from crm.models import Customer, ImportRun, OrderLine
from crm.money import sum_money
from tests.factories import make_user

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ONE_YEAR = DATA / "online_retail_public.csv.gz"
TWO_YEARS = DATA / "online_retail_ii_public.csv.gz"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not ONE_YEAR.exists(), reason=f"needs {ONE_YEAR.name} beside the project"),
]


@pytest.fixture(scope="module")
def counted():
    """Sums per customer, by the csv module and Decimal alone."""
    sums, lines = defaultdict(Decimal), 0
    with gzip.open(ONE_YEAR, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["CustomerID"].strip():
                sums[row["CustomerID"].strip()] += round(
                    Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]), 2
                )
                lines += 1
    return sums, lines


def counts(run):
    return run.read, run.created, run.updated, run.unchanged, run.rejected


def test_the_public_year_to_the_penny_and_again_without_a_change(counted, tmp_path):
    sums, lines = counted
    wish = Wish(ONE_YEAR, "GBP", make_user())
    run, made = run_import(wish)
    assert counts(run) == (398_709, lines, 0, 0, 135_080)
    assert made["customers"] == len(sums) == 2_710
    assert run.rows.filter(level="rejected", reason="no_customer").count() == 135_080

    stored = {
        code: sum_money(OrderLine.objects.filter(order__customer__code=code))["GBP"]
        for code in random.Random(1).sample(sorted(sums), 300)
    }
    assert stored == {code: sums[code] for code in stored}
    assert sum_money(OrderLine.objects.all()) == {"GBP": sum(sums.values())}

    revisions = dict(Customer.objects.values_list("pk", "orders_rev"))
    assert counts(run_import(wish)[0]) == (398_709, 0, 0, lines, 135_080)
    assert counts(run_import(Wish(shuffled(tmp_path), "GBP", wish.owner))[0]) == (
        398_709,
        0,
        0,
        lines,
        135_080,
    )
    assert dict(Customer.objects.values_list("pk", "orders_rev")) == revisions
    assert OrderLine.objects.count() == lines


def shuffled(folder):
    path = folder / "shuffled.csv"
    with gzip.open(ONE_YEAR, "rt", encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    random.Random(7).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_the_public_year_and_its_corrections_are_taken_back_exactly(tmp_path):
    nothing = digest()
    rep = make_user()
    first, _ = run_import(Wish(ONE_YEAR, "GBP", rep))
    imported = digest()
    second, _ = run_import(Wish(dearer(tmp_path), "GBP", rep))
    assert second.updated == first.created
    for run, before in ((second, imported), (first, nothing)):
        ImportRun.objects.filter(pk=run.pk).update(wanted="undo", asked_at=timezone.now())
        jobs.run_due()
        assert ImportRun.objects.get(pk=run.pk).state == "undone"
        assert digest() == before


def dearer(folder):
    """The same file with another price in each row: the most that a file can change."""
    path = folder / "dearer.csv"
    with gzip.open(ONE_YEAR, "rt", encoding="utf-8", newline="") as old, path.open("w", newline="") as new:
        reader, writer = csv.DictReader(old), csv.writer(new)
        writer.writerow(reader.fieldnames)
        for row in reader:
            writer.writerow((row | {"UnitPrice": Decimal(row["UnitPrice"]) + 1}).values())
    return path


def test_the_two_year_file_imports_too():
    run, made = run_import(Wish(TWO_YEARS, "GBP", make_user()))
    assert run.read == 752_416
    assert run.read == run.created + run.rejected
    assert made["customers"] == Customer.objects.count()
