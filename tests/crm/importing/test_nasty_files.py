"""Every nasty file goes the whole way of a user: upload, recognition, preview, import. What tests/files says of it is so."""

from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Length
from django.urls import reverse

from crm.importing import jobs, uploads
from crm.importing.digest import digest
from crm.models import ImportRun, OrderLine
from tests.files import FILES, keys, numbers
from tests.files.journey import travel

pytestmark = pytest.mark.django_db
# What PostgreSQL is to take in the quick round: what a cell says, and not how a file is made.
WRITTEN = [*numbers.FILES, *keys.FILES]
# How many; the slow round has thousands of them. The questions that are asked of PostgreSQL take longer.
COMPOSED = {"sqlite": 8, "postgresql": 4}
VALUES = {
    "number": lambda line: line.order.number,
    "day": lambda line: line.order.ordered_on.isoformat(),
    "customer": lambda line: line.order.customer.name,
    "code": lambda line: line.order.customer.code,
    "sku": lambda line: line.product.sku,
    "product": lambda line: line.product.name,
    "quantity": lambda line: f"{line.quantity.normalize():f}",
    "price": lambda line: f"{line.unit_price.normalize():f}",
    "currency": lambda line: line.order.currency,
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def user(owner, client_for):
    return User(client_for(owner))


class User:
    """Brings a file and goes on as long as the pages let him; every page opens."""

    def __init__(self, client):
        self.client = client

    def brings(self, nasty):
        """(why nothing of it comes in, the run)."""
        upload = SimpleUploadedFile(nasty.name, nasty.bytes())
        response = self.client.post(reverse("import_new"), {"files": [upload]})
        if response.status_code == 422:
            return response.content.decode(), None
        if self.work().state == "failed":
            return self.run.message, self.run
        asked_currency = not (self.run.currency or "currency" in self.run.options["columns"])
        assert asked_currency or nasty.asks != "currency"
        assert not asked_currency or nasty.asks == "currency" or nasty.arrived.get("currency") is None
        if words := self.says_columns(nasty.answers):
            return words, self.run
        if self.work().options.get("ask_dates"):
            assert nasty.asks == "dates"
            assert not self.says_columns(nasty.answers)
            self.work()
        if self.run.state == "failed":
            return self.run.message, self.run
        return "", self.run

    def says_columns(self, answers):
        """As they are suggested, beside these answers; returns what the form finds wrong."""
        chosen = {f"column_{index}": field for field, index in self.run.options["columns"].items()}
        said = {"currency": self.run.currency or "EUR", "name": "ERP", "date_order": "", "source": ""}
        if not self.run.options.get("ask_dates"):
            answers = {name: answer for name, answer in answers.items() if name != "date_order"}
        response = self.client.post(self.at("import_columns"), said | chosen | answers)
        return response.content.decode() if response.status_code == 422 else ""

    def applies(self):
        self.client.post(self.at("import_apply"))
        return self.work()

    def work(self):
        jobs.run_due()
        # What was found in the file is shown with its columns; a run that is applied is shown as its preview was.
        if self.run.state != "applied":
            page = "import_columns" if self.run.state == "uploaded" else "import_run"
            assert self.client.get(self.at(page)).status_code == 200
        return self.run

    def at(self, name):
        return reverse(name, args=[self.run.pk])

    @property
    def run(self):
        return ImportRun.objects.latest("pk")


def counts(run):
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    return run.read, run.created, run.updated, run.unchanged, run.rejected


def marks(nasty):
    """Of the reading of bytes no database hears; numbers and signs go into its columns. The quick round takes a fifth, always the
    same whatever files come to them."""
    slow, once = nasty.slow or crc32(nasty.what.encode()) % 5, nasty not in WRITTEN
    return [mark for mark, applies in ((pytest.mark.slow, slow), (pytest.mark.once, once)) if applies]


@pytest.mark.parametrize(
    "nasty",
    [pytest.param(nasty, id=nasty.what, marks=marks(nasty)) for nasty in FILES],
)
def test_a_nasty_file_gets_its_answer(user, nasty):
    before = digest()
    refused, run = user.brings(nasty)
    assert digest() == before
    if nasty.refused:
        assert nasty.refused in refused
        return
    assert not refused
    said = dict(run.rows.filter(level="rejected").values_list("number", "reason"))
    assert said == nasty.rejected
    lines = max(map(len, nasty.arrived.values()))
    expected = (lines + len(said), lines, 0, 0, len(said))
    assert counts(run) == expected
    run = user.applies()
    assert (run.state, counts(run)) == ("applied", expected)
    assert arrived(nasty.arrived) == nasty.arrived
    assert uploads.rejected_path(run.stored).exists() == bool(said)


def arrived(columns):
    rows = OrderLine.objects.select_related("order__customer", "product")
    # As the file counts its orders; in which order rows get their ids is the database's business.
    found = rows.order_by(Length("order__number"), "order__number", "pk")
    return {name: [VALUES[name](line) for line in found] for name in columns}


@pytest.mark.slow
def test_composed_files_come_in_whole_and_go_out_whole(owner):
    """A few of those that tests/slow brings in thousands."""
    travel(owner, COMPOSED[connection.vendor], same=True)
