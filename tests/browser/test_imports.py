"""A file from its upload to its undo, as a person meets it. The worker's part is done by the test, between the clicks."""

import re

import pytest
from playwright.sync_api import expect

from analytics.refresh import refresh_stale
from crm.importing import jobs
from crm.importing.digest import digest
from crm.models import Customer, ImportRun
from tests.browser.screens import on_every_screen

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "전표;주문일;거래처(해외);품번;품명;수량(EA);단가(외화);비고"
LINES = [
    f"S{n:03};{1 + n % 27:02}/{1 + n % 12:02}/2026;{('Nordlys Distribution AS', 'Fjell & Fritid', 'Baltic Outdoor AS')[n % 3]};"
    f"AUR-{n % 4}00;헤드램프 {n % 4};{12 * (1 + n % 5)};1,2{n % 10}0.50;"
    for n in range(40)
]
AMBIGUOUS = [
    f"T{n};0{1 + n}/0{1 + n % 3}/2026;Nordlys Distribution AS;AUR-100;헤드램프;{n + 1};10;" for n in range(5)
]
NASTY = [
    "S900;언젠가;Nordlys Distribution AS;AUR-100;헤드램프;3;10;",
    ";01/02/2026;Fjell & Fritid;AUR-100;헤드램프;3;10;",
]
TITLE = ["수출 매출 현황", "기간: 2026.01.01 ~ 2026.12.31", ""]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def korean(*lines):
    return "\r\n".join([*TITLE, HEADER, *lines, ""]).encode("cp949")


@pytest.fixture
def look(look):
    return lambda name: look(f"import-{name}")


def upload(page, content, name="수출 2026.csv"):
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()


def work(page):
    """The worker's turn, as soon as the page waits for it."""
    expect(page.locator("#progress")).to_be_visible()
    jobs.run_due()


def choose(page, column, field):
    page.get_by_label(column, exact=True).select_option(label=field)


@on_every_screen
def test_a_korean_export_is_mapped_previewed_imported_and_taken_back(page, owner, sign_in, look):
    before = digest()
    sign_in(page, owner)
    page.goto("/imports/")
    expect(page.get_by_role("heading", name="Nothing imported yet")).to_be_visible()
    look("empty")
    page.goto("/imports/new/")
    look("new")
    map_columns(page, look)
    preview_and_import(page, look, before)
    take_back(page, look)
    assert digest() == before
    assert not Customer.objects.exists()


def map_columns(page, look):
    upload(page, korean(*LINES, *NASTY))
    expect(page.get_by_role("heading", name="Waiting for the worker")).to_be_visible()
    look("waiting")
    work(page)
    expect(page.get_by_text("Text in Korean (CP949), separated by semicolon")).to_be_visible()
    expect(page.get_by_text("수출 매출 현황")).to_be_visible()
    look("file")

    page.get_by_role("link", name="Go on to the columns").click()
    choose(page, "전표", "SKU")
    expect(page.get_by_text("“SKU” is chosen for several columns")).to_be_visible()
    look("columns-doubled")
    choose(page, "전표", "Order number")
    lacking = page.get_by_text("No column says the currency of the amounts")
    expect(lacking).to_be_visible()
    page.get_by_role("button", name="Show what would change").click()
    expect(lacking.first).to_be_visible()
    look("columns-refused")
    page.get_by_label("Currency of all amounts").fill("eur")
    page.get_by_label("Remember as").fill("수출 매출")


def preview_and_import(page, look, before):
    page.get_by_role("button", name="Show what would change").click()
    work(page)
    expect(page.get_by_text("rolled back: nothing has changed yet")).to_be_visible()
    assert digest() == before
    expect(page.get_by_text("This is not a date that can be read.").first).to_be_visible()
    page.reload()
    look("preview")
    with page.expect_download() as download:
        page.get_by_role("link", name="Mend them in a spreadsheet").click()
    assert "언젠가" in download.value.path().read_text("utf-8")

    page.get_by_role("button", name="Import it").click()
    work(page)
    expect(page.get_by_text("Orders are known up to")).to_be_visible()
    look("result")
    refresh_stale()
    page.get_by_role("link", name="See the customers").click()
    page.get_by_role("link", name="Nordlys Distribution AS").first.click()
    expect(page.get_by_role("heading", name="Nordlys Distribution AS")).to_be_visible()
    expect(page.get_by_text("헤드램프").first).to_be_visible()


def take_back(page, look):
    page.goto("/imports/")
    look("list")
    page.get_by_role("link", name="수출 2026.csv").click()
    page.get_by_role("link", name="Take it back").click()
    look("undo")
    page.get_by_role("button", name="Take it back").click()
    work(page)
    expect(page.get_by_text("Taken back on")).to_be_visible()
    look("undone")
    page.goto("/imports/mappings/")
    expect(page.get_by_role("heading", name="수출 매출")).to_be_visible()
    look("mappings")


@pytest.mark.slow
@on_every_screen
def test_dates_are_asked_failures_explained_and_edits_kept(page, owner, sign_in, look):
    sign_in(page, owner)
    upload(page, korean(*AMBIGUOUS))
    work(page)
    page.get_by_role("link", name="Go on to the columns").click()
    choose(page, "전표", "Order number")
    page.get_by_label("Currency of all amounts").fill("EUR")
    page.get_by_role("button", name="Show what would change").click()
    work(page)
    expect(page.get_by_role("heading", name=re.compile("How is .* meant"))).to_be_visible()
    look("dates")
    page.get_by_label("day first: 03/04 is 3 April").check()
    page.get_by_role("button", name="Show what would change").click()
    work(page)
    page.get_by_role("button", name="Import it").click()
    work(page)
    expect(page.get_by_role("link", name="Take it back")).to_be_visible()

    # The next export, by the mapping that was kept: a changed line is shown old and new.
    changed = [line.replace(";10;", ";12;") for line in AMBIGUOUS]
    upload(page, korean(*changed), "수출 4월.csv")
    work(page)
    expect(page.get_by_text("Changed: Order lines")).to_be_visible()
    look("preview-changes")

    customer = Customer.objects.get()
    customer.city = "Tromsø"
    customer.save()
    run = ImportRun.objects.order_by("pk").first()
    page.goto(f"/imports/{run.pk}/undo/")
    page.get_by_role("button", name="Take it back").click()
    work(page)
    expect(page.get_by_role("button", name="Take back the rest")).to_be_visible()
    expect(page.get_by_text("edited since")).to_be_visible()
    look("stays")

    upload(page, b"a,b\n", "empty.csv")
    work(page)
    expect(page.get_by_text("This did not work, and nothing was changed.")).to_be_visible()
    look("failed")


def test_files_are_dropped_on_the_page(page, owner, sign_in):
    sign_in(page, owner)
    page.goto("/imports/new/")
    data = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        for (const name of ["one.csv", "two.csv"]) data.items.add(new File(["a,b\\n1,2\\n"], name));
        return data; }"""
    )
    page.dispatch_event("[data-drop]", "dragenter", {"dataTransfer": data})
    expect(page.locator(".drop.over")).to_be_visible()
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    expect(page.get_by_text("two.csv · ")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 files are being read.")).to_be_visible()
    assert ImportRun.objects.count() == 2


def test_a_file_beyond_the_limit_is_told_before_it_is_sent(page, owner, sign_in):
    sign_in(page, owner)
    page.goto("/imports/new/")
    page.locator("[data-too-large]").evaluate("e => { e.dataset.limit = 3; }")
    page.locator("input[type=file]").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    expect(page.get_by_text("A file is larger than")).to_be_visible()
    expect(page.get_by_role("button", name="Upload")).to_be_disabled()
