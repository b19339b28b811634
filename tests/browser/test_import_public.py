"""The public year of a wholesaler as it is, 398 709 rows, from its upload to its undo."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from analytics.refresh import refresh_stale
from crm.importing import jobs
from crm.importing.digest import digest
from crm.models import Customer, ImportRun
from tests.browser.screens import DESKTOP, PHONE

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_retail_public.csv.gz"
# The customer with the most orders there.
BUYER = "14911"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.exists(), reason=f"needs {FILE.name} beside the project"),
]


@pytest.fixture
def look(page, look):
    """look(name): at the page on a desktop and on a phone."""

    def on_both(name):
        for screen in (PHONE, DESKTOP):
            page.set_viewport_size({"width": screen.width, "height": screen.height})
            look(f"import-public-{name}", screen)

    return on_both


@pytest.fixture
def work(page, look, monkeypatch):
    """work(name): the worker's turn, and a look at the page while it checks the rows."""

    def work(name):
        seen, report = [], jobs._Progress.__call__

        def watched(progress, done, total):
            report(progress, done, total)
            if not seen:
                seen.append(done)
                expect(page.get_by_text("of 398,709 rows")).to_be_visible()
                look(name)

        with monkeypatch.context() as patch:
            patch.setattr(jobs._Progress, "__call__", watched)
            jobs.run_due()

    return work


def test_the_public_file_comes_in_and_goes_again(page, owner, sign_in, look, work, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    before = digest()
    sign_in(page, owner)
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(FILE)
    look("chosen")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Waiting for the worker")).to_be_visible()
    look("waiting")
    jobs.run_due()

    expect(page.get_by_text("Text in UTF-8, separated by comma")).to_be_visible()
    look("recognised")
    page.get_by_role("link", name="Go on to the columns").click()
    expect(page.get_by_label("CustomerID", exact=True)).to_have_value("customer_code")
    page.get_by_label("Currency of all amounts").fill("GBP")
    look("columns")
    page.get_by_role("button", name="Show what would change").click()
    work("checking")

    expect(page.get_by_text("rolled back: nothing has changed yet")).to_be_visible(timeout=60_000)
    lines = page.locator(".counts tr", has_text="Order lines")
    expect(lines).to_contain_text("263,629")
    expect(lines).to_contain_text("135,080")
    expect(page.get_by_text("398,709 rows read")).to_be_visible()
    look("preview")
    assert digest() == before

    page.get_by_role("button", name="Import it").click()
    work("importing")
    expect(page.get_by_text("Orders are known up to")).to_be_visible(timeout=60_000)
    look("applied")
    see_the_buyer(page, look)
    take_back(page, look)
    assert digest() == before


def see_the_buyer(page, look):
    refresh_stale()
    page.goto(f"/customers/{Customer.objects.get(code=BUYER).pk}/")
    expect(page.get_by_role("heading", name=BUYER)).to_be_visible()
    look("dashboard")


def take_back(page, look):
    run = ImportRun.objects.get()
    page.goto("/imports/")
    look("list")
    page.get_by_role("link", name=FILE.name).click()
    page.get_by_role("link", name="Take it back").click()
    look("undo")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Waiting for the worker")).to_be_visible()
    jobs.run_due()
    expect(page.get_by_text("Taken back on")).to_be_visible(timeout=60_000)
    look("undone")
    run.refresh_from_db()
    assert run.state == "undone"
