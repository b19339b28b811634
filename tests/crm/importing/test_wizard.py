"""The import in the browser, step by step, with the worker's part done between the requests."""

import gzip
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from crm.importing import jobs, uploads
from crm.importing import wizard as steps
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.locks import only_worker
from crm.importing.runs import give_up
from crm.models import (
    Customer,
    ImportChange,
    ImportMapping,
    ImportRow,
    ImportRun,
    Order,
    OrderLine,
)
from tests.factories import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HEADER = "전표번호;일자;거래처;품번;품명;수량(EA);단가"
ROWS = [
    "A1;2026.03.01;노르드 상사;X1;등산화;10;1,250.50",
    "A1;2026.03.01;노르드 상사;X2;텐트;2;99",
    "A2;2026.03.09;바다 무역;X1;등산화;-1;1,250.50",
    "A3;언제;바다 무역;X1;등산화;5;1",
]
TEXT = "\n".join(["매출 현황 2026", "", HEADER, *ROWS, ""])
CP949 = TEXT.encode("cp949")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


class Wizard:
    """A user's browser; `work` is the worker's turn."""

    def __init__(self, client):
        self.client = client

    def upload(self, content=CP949, name="매출.csv"):
        """The answer to the upload; `run` is what came of it."""
        before = set(ImportRun.objects.values_list("pk", flat=True))
        self.response = self.client.post(
            reverse("import_new"), {"files": [SimpleUploadedFile(name, content)]}
        )
        self.pk = ImportRun.objects.exclude(pk__in=before).values_list("pk", flat=True).first()
        return self.response

    def work(self):
        jobs.run_due()
        return self.run

    @property
    def run(self):
        return ImportRun.objects.get(pk=self.pk)

    def get(self, name="import_run", **extra):
        return self.client.get(reverse(name, args=[self.pk]), follow=True, **extra)

    def post(self, name, data=None):
        return self.client.post(reverse(name, args=[self.pk]), data or {})

    def columns(self, **answers):
        """Sends the columns as they are suggested, with these answers."""
        run = self.run
        chosen = {f"column_{index}": field for field, index in run.options["columns"].items()}
        return self.post(
            "import_columns",
            {"currency": "EUR", "name": "ERP", "date_order": "", "source": ""} | chosen | answers,
        )

    def preview(self, *upload, **answers):
        self.upload(*upload)
        self.work()
        self.columns(**answers)
        return self.work()

    def apply(self, *upload, **answers):
        self.preview(*upload, **answers)
        self.post("import_apply")
        return self.work()


@pytest.fixture
def wizard(owner, client_for):
    return Wizard(client_for(owner))


def counts(run):
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    return run.created, run.updated, run.unchanged, run.rejected


@pytest.mark.both
def test_a_korean_file_from_upload_to_undo(wizard, owner):
    before = digest()
    wizard.upload()
    assert wizard.response.status_code == 302
    assert "Waiting for the worker" in wizard.get().content.decode()
    wizard.work()
    page = wizard.get().content.decode()
    assert "Korean (CP949)" in page
    assert "semicolon" in page
    assert "The headers are in row 3, 7 columns." in page
    assert "매출 현황 2026" in page

    page = wizard.get("import_columns").content.decode()
    assert "수량(EA)" in page
    assert "likely, by its header" in page
    wizard.columns()
    run = wizard.work()
    assert run.state == "previewed"
    assert counts(run) == (3, 0, 0, 1)
    assert digest() == before
    page = wizard.get().content.decode()
    assert "nothing has changed yet" in page
    assert "This is not a date that can be read." in page
    assert "노르드 상사" in page

    wizard.post("import_apply")
    run = wizard.work()
    assert run.state == "applied"
    assert counts(run) == (3, 0, 0, 1)
    assert set(Customer.objects.values_list("name", "owner")) == {
        ("노르드 상사", owner.pk),
        ("바다 무역", owner.pk),
    }
    assert OrderLine.objects.get(product__sku="X2").amount == 198
    assert "Take it back" in wizard.get().content.decode()

    assert "What stays" in wizard.get("import_undo").content.decode()
    wizard.post("import_undo")
    assert wizard.work().state == "undone"
    assert digest() == before
    assert "Taken back on" in wizard.get().content.decode()


@pytest.mark.both
def test_the_same_file_three_times_is_new_once(wizard):
    assert counts(wizard.apply()) == (3, 0, 0, 1)
    for _ in range(2):
        wizard.upload()
        wizard.work()
        assert counts(wizard.run) == (0, 0, 3, 1)
        assert "There is nothing new in this file" in wizard.get().content.decode()
        wizard.post("import_apply")
        assert counts(wizard.work()) == (0, 0, 3, 1)


def test_changes_are_shown_old_and_new(wizard):
    wizard.apply()
    run = wizard.preview(TEXT.replace(";2;99", ";3;99").encode("cp949"))
    assert counts(run) == (0, 1, 2, 1)
    page = wizard.get().content.decode()
    assert "A1 · 텐트" in page
    assert "<del>2</del>" in page
    assert "<ins>3</ins>" in page
    assert run.summary["kinds"]["order"] == {"created": 0, "updated": 1, "unchanged": 1}
    assert [row["fate"] for row in run.summary["rows"]] == ["unchanged", "updated", "unchanged"]


def test_what_looks_odd_is_named_and_imported_all_the_same(wizard):
    wizard.apply()
    odd = TEXT.replace("A2;2026.03.09", "B1;2062.03.09").replace("A1;", "B2;").replace(";2;99", ";2;990")
    run = wizard.preview(odd.encode("cp949"))
    assert counts(run) == (3, 0, 0, 1)
    said = {(row.number, row.value, row.reason) for row in run.rows.filter(level="warning")}
    assert said == {(5, "X2: EUR 990", "unusual_price"), (6, "2062-03-09", "future_date")}
    page = wizard.get().content.decode()
    assert "Worth a look" in page
    assert "The order date is still to come." in page
    wizard.post("import_apply")
    assert counts(wizard.work()) == (3, 0, 0, 1)


def test_a_mapping_is_remembered_and_applied_by_itself(wizard, owner):
    wizard.upload()
    wizard.work()
    wizard.columns(name="매월 수출")
    mapping = ImportMapping.objects.get()
    assert (mapping.user, mapping.name, mapping.columns["quantity"]) == (owner, "매월 수출", "수량(EA)")
    wizard.upload(TEXT.replace("A1;", "B1;").encode("utf-8"), "april.csv")
    run = wizard.work()
    assert run.state == "previewed"
    assert run.currency == "EUR"
    assert "매월 수출" in wizard.get("import_columns").content.decode()
    # Changed there, it is changed for the next file.
    wizard.columns(name="매월 수출", currency="USD", column_4="")
    assert ImportMapping.objects.get().options["currency"] == "USD"
    assert "product_name" not in ImportMapping.objects.get().columns


def test_a_mapping_from_before_a_field_was_known_learns_it(wizard):
    header, rows = f"{HEADER};주문상태", [f"{ROWS[0]};확정", f"{ROWS[1]};주문취소"]
    text = "\n".join((header, *rows)).encode()
    wizard.upload(text)
    wizard.work()
    wizard.columns(name="ERP")
    mapping = ImportMapping.objects.get()
    # As it was saved when there was no such field.
    del mapping.columns["status"], mapping.options["fields"]
    mapping.save()
    wizard.upload(text, "again.csv")
    assert wizard.work().rejected == 1
    # Left out by a person, it stays left out.
    wizard.columns(name="ERP", column_7="")
    wizard.upload(text, "third.csv")
    assert wizard.work().rejected == 0


def test_a_header_means_what_it_meant_in_another_file(wizard):
    ImportMapping.objects.create(user=wizard_user(wizard), name="x", fingerprint="other", used_at=timezone.now(),
                                 columns={"sku": "비고"})  # fmt: skip
    wizard.upload(f"{HEADER};비고\n{ROWS[0]};Z9\n".encode())
    run = wizard.work()
    assert run.options["columns"]["sku"] == 7
    assert "as last time" in wizard.get("import_columns").content.decode()


def wizard_user(wizard):
    return User.objects.get(pk=wizard.client.session["_auth_user_id"])


def test_missing_and_doubled_columns_are_said_at_once(wizard):
    wizard.upload()
    wizard.work()
    said = {"column_0": "order_number", "column_1": "ordered_on", "column_2": "sku", "column_3": "sku"}
    page = wizard.post("import_check", said).content.decode()
    assert "“SKU” is chosen for several columns: 거래처, 품번." in page
    assert "No column is chosen for: Customer, Quantity, Price." in page
    response = wizard.post("import_columns", said | {"name": "x", "currency": "EUR"})
    assert response.status_code == 422
    assert "is chosen for several columns" in response.content.decode()
    assert wizard.run.wanted == ""


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"currency": ""}, "No column says the currency"),
        ({"currency": "QQQ"}, "not an ISO 4217 currency"),
        ({"complete_through": "2999-01-01"}, "still to come"),
        ({"name": ""}, "required"),
    ],
)
def test_bad_answers_are_named_and_what_was_typed_stays(wizard, answers, words):
    wizard.upload()
    wizard.work()
    response = wizard.columns(**{"source": "ERP-2"} | answers)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="ERP-2"' in response.content.decode()


def test_orders_that_dangol_exported_are_known_again_under_the_name_of_their_erp(wizard, owner):
    assert counts(wizard.apply(source="SAP")) == (3, 0, 0, 1)
    exported = wizard.client.get(reverse("orders"), {"lines": "1", "format": "csv"})
    wizard.upload(b"".join(exported), "lines.csv")
    wizard.work()
    assert 'value="SAP"' in wizard.get("import_columns").content.decode()
    wizard.columns(source=wizard.run.source)
    assert counts(wizard.work()) == (0, 0, 3, 0)


def test_a_file_of_other_numbers_has_no_name_of_an_erp(wizard):
    wizard.apply(source="SAP")
    wizard.upload(b"Order no,Order date,Customer,SKU,Qty,Price\nZ9,2026-04-03,Nord,X,1,2\n", "other.csv")
    assert wizard.work().source == ""


def test_ambiguous_dates_are_asked_never_guessed(wizard):
    text = "Order no,Order date,Customer,SKU,Qty,Price\nA1,03/04/2026,Nord,X,1,2\n"
    run = wizard.preview(text.encode())
    assert (run.state, run.wanted) == ("uploaded", "")
    page = wizard.get().content.decode()
    assert "How is 03/04/2026 meant?" in page
    assert wizard.columns().status_code == 422
    wizard.columns(date_order="mdy")
    wizard.work()
    wizard.post("import_apply")
    wizard.work()
    assert str(Order.objects.get().ordered_on) == "2026-03-04"


def test_encoding_delimiter_and_header_row_can_be_said(wizard):
    wizard.upload(b"x;y\n" + "Order no|Café\nA1|1\n".encode("cp1252"))
    wizard.work()
    answer = {"encoding": "cp1252", "delimiter": "|", "header_row": "2"}
    wizard.post("import_file", answer)
    run = wizard.work()
    assert run.found["header"] == ["Order no", "Café"]
    assert run.found["header_row"] == 2
    wizard.post("import_file", answer | {"encoding": "utf-8"})
    run = wizard.work()
    assert run.state == "failed"
    assert "choose another encoding" in wizard.get().content.decode()
    wizard.post("import_file", answer)
    assert wizard.work().state == "uploaded"


def test_rejected_rows_come_back_mended(wizard):
    wizard.apply()
    response = wizard.get("import_rejected")
    text = b"".join(response).decode("utf-8-sig")
    assert text.splitlines()[0] == HEADER.replace(";", ",") + ",Dangol: reason"
    assert text.splitlines()[1].endswith("This is not a date that can be read.")
    assert "attachment" in response["Content-Disposition"]
    wizard.upload(text.replace("언제", "2026.03.10").encode("utf-8-sig"), "mended.csv")
    run = wizard.work()
    # The same headers, so the saved mapping goes on by itself.
    assert run.state == "previewed"
    assert counts(run) == (1, 0, 0, 0)


def test_rejected_rows_hold_no_formula_and_keep_their_numbers(wizard):
    text = "Order no,Order date,Customer,SKU,Qty,Price\n=1+1,nix,Nord,@X,-5,2\n"
    wizard.preview(text.encode())
    row = b"".join(wizard.get("import_rejected")).decode("utf-8-sig").splitlines()[1]
    assert row.startswith("'=1+1,nix,Nord,'@X,-5,2,")
    # What was guarded on the way out is the same on the way in.
    wizard.preview(text.replace("nix", "2026-01-05").replace("=1+1", "'=1+1").encode())
    wizard.post("import_apply")
    wizard.work()
    assert Order.objects.get().number == "=1+1"


def test_customers_of_others_are_rejected_without_a_name(wizard, stranger):
    make_customer("Secret Ltd", code="S1", owner=stranger)
    text = "Order no,Order date,Customer code,SKU,Qty,Price\nA1,2026-01-05,S1,X,1,2\nA2,2026-01-05,K9,X,1,2\n"
    run = wizard.preview(text.encode())
    assert counts(run) == (1, 0, 0, 1)
    assert run.rows.get().reason == "not_yours"
    assert "Secret Ltd" not in wizard.get().content.decode()


def test_a_manager_imports_for_his_team_and_an_administrator_for_anybody(
    manager, admin, owner, stranger, client_for
):
    text = "Order no,Order date,Customer code,SKU,Qty,Price\nA1,2026-01-05,T1,X,1,2\nA2,2026-01-05,S1,X,1,2\n"
    make_customer("Of the team", code="T1", owner=owner)
    make_customer("Of another", code="S1", owner=stranger)
    theirs = Wizard(client_for(manager))
    theirs.upload(text.encode())
    theirs.work()
    page = theirs.get("import_columns").content.decode()
    assert owner.name in page
    assert stranger.name not in page
    assert theirs.columns(owner=stranger.pk).status_code == 422
    theirs.columns(owner=owner.pk)
    assert counts(theirs.work()) == (1, 0, 0, 1)
    anybody = Wizard(client_for(admin))
    assert counts(anybody.preview(text.encode(), "x.csv")) == (2, 0, 0, 0)
    # Whose new customers are is said; the team's manager sees the run, the rep does not.
    assert client_for(owner).get(reverse("import_run", args=[theirs.pk])).status_code == 404


def test_a_rep_cannot_give_customers_away(wizard, stranger):
    wizard.upload()
    wizard.work()
    wizard.columns(owner=stranger.pk)
    wizard.work()
    wizard.post("import_apply")
    wizard.work()
    assert set(Customer.objects.values_list("owner", flat=True)) == {wizard_user(wizard).pk}


REFUSED = {
    "empty": (b"", "x.csv", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "x.csv", "binary data"),
    "a program": (b"MZ\x90\0", "x.txt", "binary data"),
    "another ending": (b"a,b\n1,2\n", "x.pdf", "is not a table"),
    "no ending": (b"a,b\n1,2\n", "orders", "is not a table"),
    "a workbook that is none": (b"a,b\n1,2\n", "x.xlsx", "not what its ending says"),
    "a web page": (b"<html><table><tr><td>1", "x.xls", "web page inside"),
    "not compressed": (b"a,b\n1,2\n", "x.csv.gz", "not what its ending says"),
}


@pytest.mark.parametrize(("content", "name", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_refused_at_the_door(wizard, content, name, words):
    response = wizard.upload(content, name)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ImportRun.objects.exists()
    assert not list(uploads.folder().glob("*"))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04 no zip at all", "x.xlsx", "can&#x27;t be opened"),
        (gzip.compress(TEXT.encode() * 99)[:60], "x.csv.gz", "damaged"),
        (b"a,b,c\n", "x.csv", "no rows below it"),
        (b"\n\n\n", "x.csv", "The file is empty"),
        ((",".join(["x"] * 300) + "\n" + ",".join(["1"] * 300)).encode(), "x.csv", "300 columns"),
        (b'a,b\n1,"' + b"x" * 1_100_000 + b'"\n', "x.csv", "can&#x27;t be read"),
        (gzip.compress(b"a,b\n1," + b"x" * 9_000_000), "x.csv.gz", "can&#x27;t be read"),
    ],
    ids=["no zip", "cut off", "no rows", "empty rows", "many columns", "a huge cell", "a huge line"],
)
def test_what_cannot_be_read_says_why_on_its_page(wizard, content, name, words):
    wizard.upload(content, name)
    assert wizard.work().state == "failed"
    assert words in wizard.get().content.decode()


def test_a_body_beyond_any_file_is_refused_before_it_is_read(wizard, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    wizard.client.raise_request_exception = False
    assert wizard.upload(b"a,b\n" * 5000).status_code in {400, 413}
    assert not ImportRun.objects.exists()


def test_several_files_are_several_imports(wizard):
    files = [SimpleUploadedFile(f"{n}.csv", TEXT.encode("cp949")) for n in range(3)]
    response = wizard.client.post(
        reverse("import_new"), {"files": [*files, SimpleUploadedFile("x.pdf", b"x")]}, follow=True
    )
    assert ImportRun.objects.count() == 3
    assert "3 files are being read" in response.content.decode()
    assert "“x.pdf” is not a table" in response.content.decode()


def test_the_kept_name_is_random_and_the_folder_is_not_served(wizard):
    wizard.upload(name="../../etc/passwd.csv")
    run = wizard.run
    assert run.file_name == "passwd.csv"
    assert len(run.stored) == 40
    assert wizard.client.get(f"/media/imports/{run.stored}").status_code == 404


@pytest.mark.both
def test_an_import_can_be_cancelled_before_and_while_it_works(wizard, monkeypatch):
    wizard.upload()
    wizard.work()
    wizard.columns()
    wizard.post("import_cancel")
    assert (wizard.work().state, wizard.run.wanted) == ("uploaded", "")

    class Impatient(jobs._Progress):
        def __call__(self, done, total):
            wizard.post("import_cancel")
            super().__call__(done, total)

    monkeypatch.setattr(jobs, "_Progress", Impatient)
    wizard.columns()
    assert (wizard.work().state, wizard.run.wanted) == ("uploaded", "")
    assert not Order.objects.exists()


@pytest.mark.both
def test_what_a_dead_worker_left_is_done_by_the_next(wizard):
    wizard.preview()
    wizard.post("import_apply")
    ImportRun.objects.update(state=ImportRun.State.STAGING, attempts=1)
    assert "it has started again" not in wizard.get().content.decode()
    ImportRun.objects.update(attempts=2)
    assert "it has started again" in wizard.get().content.decode()
    assert wizard.work().state == "applied"
    assert OrderLine.objects.count() == 3


@pytest.mark.both
def test_a_file_that_kills_three_workers_is_given_up(wizard):
    wizard.upload()
    ImportRun.objects.update(attempts=3)
    assert wizard.work().state == "failed"
    assert "stopped three times" in wizard.get().content.decode()


@pytest.mark.both
def test_a_fault_in_one_run_does_not_hold_up_the_others(wizard, monkeypatch):
    wizard.upload()
    first = wizard.pk
    wizard.upload()
    read = jobs.WORK["read"]

    def stumbling(run):
        if run.pk == first:
            raise ZeroDivisionError
        read(run)

    monkeypatch.setitem(jobs.WORK, "read", stumbling)
    with pytest.raises(ZeroDivisionError):
        jobs.run_due()
    with pytest.raises(ZeroDivisionError):
        jobs.run_due()
    assert wizard.run.found
    assert ImportRun.objects.get(pk=first).wanted == "read"


@pytest.mark.both
def test_a_second_worker_leaves_the_work_to_the_first(wizard, monkeypatch):
    """It neither waits nor counts as an attempt, however often the schedule calls it."""
    wizard.upload()
    read, seen, tries = jobs.WORK["read"], [], []

    def joined(run):
        other = threading.Thread(target=second)
        other.start()
        other.join()
        tries.append(wizard.run.attempts)
        read(run)

    def second():
        with only_worker() as mine:
            seen.append(mine)
        connection.close()

    monkeypatch.setitem(jobs.WORK, "read", joined)
    wizard.work()
    assert seen == [False]
    assert tries == [1]
    assert wizard.run.found


def lock_while_announced():
    def try_it():
        with only_worker() as mine:
            found.append(mine)
        connection.close()

    other = threading.Thread(target=try_it)
    other.start()
    other.join()


found = []


@pytest.mark.both
def test_what_changed_is_told_when_the_lock_is_let_go(wizard, settings):
    """Whoever is told may close the connection, and on PostgreSQL a lock goes with it."""
    found.clear()
    settings.AFTER_IMPORT = [f"{__name__}.lock_while_announced"]
    wizard.preview()
    assert not found
    wizard.post("import_apply")
    wizard.work()
    assert found == [True]


def test_progress_is_asked_for_and_ends_by_itself(wizard):
    wizard.upload()
    working = wizard.client.get(reverse("import_progress", args=[wizard.pk]), headers={"HX-Request": "true"})
    assert "every 1s" in working.content.decode()
    wizard.work()
    done = wizard.client.get(reverse("import_progress", args=[wizard.pk]), headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"


def test_a_missing_worker_is_said(wizard):
    wizard.upload()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert "No worker has taken this up yet" in wizard.get().content.decode()


@pytest.mark.both
def test_files_runs_and_journals_are_forgotten_after_ninety_days(wizard):
    wizard.apply()
    stored = uploads.path(wizard.run.stored)
    with time_machine.travel(timezone.now() + timedelta(days=89)):
        jobs.forget_old()
        assert stored.exists()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        jobs.forget_old()
    assert not stored.exists()
    assert not uploads.rejected_path(stored.name).exists()
    assert not any(model.objects.exists() for model in (ImportRun, ImportChange, ImportRow))
    assert Order.objects.filter(run=None).count() == 2


def test_a_file_can_be_discarded_but_not_an_import(wizard, django_capture_on_commit_callbacks):
    wizard.upload()
    wizard.work()
    stored = uploads.path(wizard.run.stored)
    with django_capture_on_commit_callbacks(execute=True):
        wizard.post("import_discard")
    assert not stored.exists()
    assert not ImportRun.objects.exists()
    wizard.apply()
    wizard.post("import_discard")
    assert wizard.run.state == "applied"


def test_steps_out_of_order_change_nothing(wizard):
    wizard.upload()
    wizard.work()
    for name in ("import_apply", "import_undo", "import_preview"):
        assert wizard.post(name).status_code == 302
    assert wizard.run.wanted in {"", "preview"}
    wizard.apply()
    state = ImportRun.objects.values().get(pk=wizard.pk)
    for name in (
        "import_apply",
        "import_cancel",
        "import_preview",
        "import_file",
        "import_columns",
        "import_check",
    ):
        assert wizard.post(name).status_code == 302
    assert ImportRun.objects.values().get(pk=wizard.pk) == state


def test_mappings_are_renamed_and_forgotten(wizard):
    wizard.preview()
    mapping = ImportMapping.objects.get()
    address = reverse("import_mapping", args=[mapping.pk])
    wizard.client.post(address, {"name": "Monthly"})
    assert "Monthly" in wizard.client.get(reverse("import_mappings")).content.decode()
    wizard.client.post(address, {"forget": "1"})
    assert not ImportMapping.objects.exists()


def test_the_list_asks_as_often_for_many_as_for_few(wizard, owner):
    numbers = []
    for n in (3, 20):
        for _ in range(n):
            ImportRun.objects.create(user=owner, file_name="x", file_hash="", started_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            wizard.client.get(reverse("imports"))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@pytest.mark.both
def test_everybody_sees_his_own_runs_and_managers_their_teams(
    wizard, mate, manager, stranger, admin, client_for
):
    wizard.upload(name="secret-plan.csv")
    for user, sees in ((mate, False), (stranger, False), (manager, True), (admin, True)):
        assert ("secret-plan" in client_for(user).get(reverse("imports")).content.decode()) is sees


def test_messages_are_in_the_language_of_the_user(client_for):
    korean = Wizard(client_for(make_user(language="ko")))
    korean.upload(b"a,b,c\n")
    assert "no rows" not in korean.work().message


def test_an_import_stands_where_its_rejected_rows_cannot_be_kept(wizard, monkeypatch):
    def refuse(*_arguments):
        raise ImportRefused("There is no file.")

    wizard.preview()
    monkeypatch.setattr(jobs.mended, "write", refuse)
    wizard.post("import_apply")
    run = wizard.work()
    assert (run.state, run.wanted, run.message) == ("applied", "", "")
    assert not uploads.rejected_path(run.stored).exists()
    assert "There is no file." in wizard.get("import_rejected").content.decode()
    give_up(run, ImportRefused("too late"))
    assert wizard.run.state == "applied"


@pytest.mark.both
def test_what_is_being_forgotten_is_not_taken_back(wizard, monkeypatch):
    wizard.apply()
    before = digest()

    def die(_name):
        raise OSError

    monkeypatch.setattr(jobs.uploads, "remove", die)
    with time_machine.travel(timezone.now() + timedelta(days=91)), pytest.raises(OSError):  # noqa: PT011 -- the fault itself
        jobs.forget_old()
    wizard.post("import_undo")
    assert wizard.run.wanted == ""
    ImportRun.objects.update(wanted="undo", asked_at=timezone.now())
    run = wizard.work()
    assert (run.state, run.wanted) == ("applied", "")
    assert run.message == "There is nothing to take back here."
    assert digest() == before


def test_an_import_ages_from_the_day_it_was_applied_and_what_is_asked_for_stays(wizard):
    wizard.apply()
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=100))
    jobs.forget_old()
    assert wizard.run.applied_at
    ImportRun.objects.update(applied_at=timezone.now() - timedelta(days=100), wanted="undo")
    jobs.forget_old()
    assert wizard.run.applied_at


@pytest.mark.both
def test_what_is_asked_for_meanwhile_is_not_discarded(wizard):
    run = wizard.preview()
    wizard.post("import_apply")
    assert run.is_open  # as it was read before the click
    assert not steps.discard(run)
    assert wizard.work().state == "applied"
    assert not steps.discard(run)
    assert uploads.path(run.stored).exists()


@pytest.mark.both
def test_attempts_at_reading_do_not_count_against_the_try(wizard, monkeypatch):
    wizard.preview()
    wizard.upload(TEXT.replace("A1;", "B1;").encode("utf-8"), "april.csv")
    ImportRun.objects.filter(pk=wizard.pk).update(attempts=2, done=7)
    monkeypatch.setitem(jobs.WORK, "preview", steps.cancel)
    run = wizard.work()
    assert (run.attempts, run.done) == (1, 0)


@pytest.mark.both
def test_rejected_rows_are_kept_whole_or_not_at_all_and_for_nobody_else(wizard, monkeypatch):
    text = "Order no,Order date,Customer,SKU,Qty,Price,=1+1\n=1+1,nix,Nord,@X,-5,2,\n"
    run = wizard.preview(text.encode())
    kept = uploads.rejected_path(run.stored)
    said = b"".join(wizard.get("import_rejected")).decode("utf-8-sig")
    assert said.startswith("Order no,Order date,Customer,SKU,Qty,Price,'=1+1,")
    assert kept.stat().st_mode & 0o777 == 0o600

    def fail(_text):
        raise OSError("no space left")

    monkeypatch.setattr(jobs.mended, "guarded", fail)
    with pytest.raises(OSError, match="no space"):
        jobs.mended.write(run, steps.wish_of(run).reading, "en")
    assert kept.read_text("utf-8-sig") == said.replace("\r\n", "\n")
    assert {path.name for path in uploads.folder().iterdir()} == {run.stored, kept.name}


@pytest.mark.both
@pytest.mark.parametrize("state", ["staging", "staged"])
def test_a_run_of_the_command_line_is_waited_for_without_loading_the_page_again(wizard, state):
    wizard.preview()
    ImportRun.objects.update(state=state, wanted="")
    answer = wizard.get("import_progress", headers={"HX-Request": "true"})
    assert "HX-Refresh" not in answer
    assert "every 1s" in answer.content.decode()


def test_what_an_administrator_of_the_team_brings_in_its_manager_does_not_see(manager, client_for):
    admin = make_user(role=User.Role.ADMIN, team=manager.team)
    wizard = Wizard(client_for(admin))
    wizard.preview()
    helper = Wizard(client_for(manager))
    helper.pk = wizard.pk
    assert helper.get().status_code == 404
    assert helper.post("import_apply").status_code == 404
    assert wizard.run.file_name not in helper.client.get(reverse("imports")).content.decode()


def test_a_file_of_customers_says_nothing_of_how_far_orders_are_known(wizard):
    text = "Order no;Date;Customer;SKU;Quantity;Price\nA1;2026-03-01;Fjord;X;1;2\n"
    assert wizard.preview(text.encode(), "orders.csv").complete_through
    wizard.post("import_kind", {"kind": "customers"})
    wizard.work()
    wizard.columns()
    run = wizard.work()
    assert (run.state, run.kind) == ("previewed", "customers")
    assert run.complete_through is None
    assert "Orders will count as complete" not in wizard.get().content.decode()


def test_who_helps_is_offered_what_the_files_user_may_bring(wizard, admin, client_for):
    wizard.upload()
    wizard.work()
    helper = Wizard(client_for(admin))
    helper.pk = wizard.pk
    assert "Exchange rates" not in helper.get("import_columns").content.decode()
    for kind in ("rates", "nonsense", ""):
        assert helper.post("import_kind", {"kind": kind}).status_code == 302
        assert not wizard.run.wanted


def test_a_mapping_is_its_users_alone(wizard, manager, client_for):
    wizard.preview()
    mapping = ImportMapping.objects.get()
    helper = Wizard(client_for(manager))
    helper.pk = wizard.pk
    assert (
        helper.client.post(reverse("import_mapping", args=[mapping.pk]), {"forget": "1"}).status_code == 404
    )
    helper.columns(name="Helped", currency="USD", owner=wizard.run.owner_id)
    assert helper.work().currency == "USD"
    mapping.refresh_from_db()
    assert (mapping.name, mapping.options["currency"]) == ("ERP", "EUR")
    assert ImportMapping.objects.count() == 1


@pytest.mark.both
def test_a_second_click_on_import_is_silent(wizard):
    wizard.preview()
    wizard.post("import_apply")
    asked_at = wizard.run.asked_at
    wizard.post("import_apply")
    assert "not ready" not in wizard.get().content.decode()
    assert (wizard.run.wanted, wizard.run.asked_at) == ("apply", asked_at)


def test_thousands_beside_decimals_of_one_column_are_named(wizard):
    text = b"Order no;Order date;Customer;SKU;Qty;Price;Memo\nA1;2026-01-05;Nord;X;1;1,500;1,5\nA2;2026-01-06;Nord;Y;1,000;1,5;1,500\n"
    words = "“Price”: “1,500” is read as 1.5, because “1,5” shows decimals."
    wizard.upload(text, "orders.csv")
    wizard.work()
    for step in ("import_columns", "import_run"):
        page = wizard.get(step).content.decode()
        assert words in page
        assert "“Qty”:" not in page
        assert "“Memo”:" not in page
        wizard.columns()
        wizard.work()


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU"])
def test_what_iso_calls_no_currency_is_none(wizard, code):
    text = f"Order no,Order date,Customer,SKU,Qty,Price,Currency\nA1,2026-01-05,Nord,X,1,2,{code}\n".encode()
    run = wizard.preview(text, "orders.csv")
    assert run.rows.get().reason == "bad_currency"
    wizard.upload(text.replace(b",Currency", b"").replace(f",{code}".encode(), b""), "without.csv")
    wizard.work()
    response = wizard.columns(currency=code)
    assert response.status_code == 422
    assert f"“{code}” is not an ISO 4217 currency like EUR." in response.content.decode()
