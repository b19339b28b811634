"""Contacts of phones and mail programs, as people."""

import base64
import csv
import gzip
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.importing import jobs, recognition, uploads
from crm.importing.errors import ImportRefused
from crm.importing.files import AS_FOUND, opened
from crm.importing.kinds.people import People
from crm.importing.kinds.registry import likely
from crm.importing.runs import Wish, run_import
from crm.importing.vcards import HEADER, write_table
from crm.models import ImportRun, Person
from tests.crm.importing.conftest import counts
from tests.factories import make_customer

PHONE = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80;=EB=AF=BC=EC=A4=80;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80=EB=AF=BC=EC=A4=80
TEL;CELL;PREF:010-1234-5678
TEL;WORK;FAX:02-555-1234
EMAIL;INTERNET:mj@hanbit.kr
ORG:Hanbit;Purchasing
X-KAKAOTALK:mjkim
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=EC=BB=A4=ED=94=BC=
=EB=A5=BC =EC=A2=8B=EC=95=84=ED=95=A8
BDAY:1985-11-28
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD/2wBDAAgGBgcG==

END:VCARD
"""
APPLE = """BEGIN:VCARD
VERSION:3.0
N:Solheim;Ingrid;Marie;Ms.;
FN:Ingrid Marie Solheim
ORG:Nordlys AS;
TITLE:Head of\\, well\\, purchasing
item1.EMAIL;type=INTERNET;type=pref:ingrid@nordlys.no
EMAIL;type=HOME:ingrid@home.no
TEL;type=CELL;type=VOICE;type=pref:+47 912 34 567
TEL;type=WORK;type=VOICE:+47 22 33 44 55
item2.ADR;type=WORK:;;Storgata 1;Oslo;;0155;Norway
item2.X-ABADR:no
BDAY;X-APPLE-OMIT-YEAR=1604;value=date:1604-10-09
NOTE:Skis\\, and
  sails.\\nTwo children
IMPP;X-SERVICE-TYPE=WhatsApp:x-apple:whatsapp:+4791234567
END:VCARD
"""
NEW = """BEGIN:VCARD\r
VERSION:4.0\r
FN:Lars Berg\r
N:Berg;Lars;;;\r
TEL;VALUE=uri;TYPE="voice,work":tel:+47-22-33-44-66;ext=12\r
BDAY:--0229\r
LANG:no\r
TZ:Europe/Oslo\r
END:VCARD\r
"""


def table(content, tmp_path):
    path = tmp_path / "contacts.vcf"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with opened(path) as source:
        header, *rows = (cells for _number, cells in source.rows())
    return [{name: cell for name, cell in zip(header, cells, strict=True) if cell} for cells in rows]


def test_cards_of_three_versions_become_a_table(tmp_path):
    kim, ingrid, lars = table(PHONE + APPLE + NEW, tmp_path)
    assert kim == {
        "Full name": "김민준",
        "Family name": "김",
        "Given name": "민준",
        "Company": "Hanbit",
        "E-mail": "mj@hanbit.kr",
        "Mobile": "010-1234-5678",
        "KakaoTalk": "mjkim",
        "Birthday": "1985-11-28",
        "Notes": "커피를 좋아함",
    }
    assert ingrid == {
        "Full name": "Ingrid Marie Solheim",
        "Family name": "Solheim",
        "Given name": "Ingrid",
        "Middle name": "Marie",
        "Company": "Nordlys AS",
        "Position": "Head of, well, purchasing",
        "E-mail": "ingrid@nordlys.no; ingrid@home.no",
        "Mobile": "+47 912 34 567",
        "Phone": "+47 22 33 44 55",
        "WhatsApp": "+4791234567",
        "Birthday": "--10-09",
        "Address": "Storgata 1, 0155 Oslo, Norway",
        "Country": "Norway",
        "Notes": "Skis, and sails.\nTwo children",
    }
    assert lars == {
        "Full name": "Lars Berg",
        "Family name": "Berg",
        "Given name": "Lars",
        "Phone": "+47-22-33-44-66 ext. 12",
        "Birthday": "--0229",
        "Language": "no",
        "Time zone": "Europe/Oslo",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_an_address_book_in_any_encoding(tmp_path, encoding):
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:김민준\r\nORG:한빛상사\r\nNOTE:오늘도 좋은 하루 되세요\r\nEND:VCARD\r\n"
    (card,) = table(text.encode(encoding), tmp_path)
    assert (card["Full name"], card["Company"]) == ("김민준", "한빛상사")


def test_a_card_says_its_own_charset(tmp_path):
    text = b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=EUC-KR:" + "김;민준".encode("euc-kr") + b"\nEND:VCARD\n"
    assert table(text, tmp_path) == [{"Family name": "김", "Given name": "민준"}]


def test_broken_cards_lose_no_other(tmp_path):
    text = (
        "BEGIN:VCARD\nFN:One\nBEGIN:VCARD\nFN:Two\nAGENT:\nBEGIN:VCARD\nFN:Aide\nEND:VCARD\nnonsense\n"
        "TITLE:Buyer\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nFN:Three"
    )
    assert [card["Full name"] for card in table(text, tmp_path)] == ["One", "Two", "Three"]
    assert len(table(text.replace("\n", "\r"), tmp_path)) == 3


def test_contacts_are_recognised_by_themselves(tmp_path, owner):
    path = tmp_path / "stored"
    path.write_bytes(gzip.compress(APPLE.encode()))
    found = recognition.look(path, AS_FOUND)
    assert likely(found["header"], owner).name == "people"
    assert {People().field_of(name) for name in HEADER} <= set(People.fields)


@pytest.mark.django_db
@time_machine.travel("2026-11-23 09:00", tick=False)
def test_a_contact_whose_birth_is_to_come_is_rejected(tmp_path, owner):
    make_customer("Hanbit", owner=owner)
    path = tmp_path / "contacts.vcf"
    path.write_text(PHONE.replace("BDAY:1985-11-28", "BDAY:20261224"), encoding="utf-8")
    run, _made = run_import(Wish(path, kind="people", user=owner, owner=owner))
    assert run.rows.get(level="rejected").reason == "birthday_to_come"
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_contacts_arrive_as_people_three_times_the_same(tmp_path, owner):
    make_customer("Nordlys AS", owner=owner)
    make_customer("Hanbit", country="KR", owner=owner)
    path = tmp_path / "contacts.vcf"
    path.write_text(PHONE + APPLE + NEW, encoding="utf-8")
    for made in ((3, 0, 0, 0), (0, 0, 3, 0), (0, 0, 3, 0)):
        run, _made = run_import(Wish(path, kind="people", user=owner, owner=owner))
        assert counts(run) == made
    ingrid = Person.objects.get(family_name="Solheim")
    assert (ingrid.given_name, ingrid.dates.get().month, ingrid.dates.get().year) == (
        "Ingrid Marie",
        10,
        None,
    )
    assert ingrid.employments.get().role == "Head of, well, purchasing"
    kim = Person.objects.get(native_name="김민준")
    assert kim.contact_points.get(label="mobile").value == "+82 10-1234-5678"


@pytest.mark.django_db
def test_contacts_go_through_the_wizard(owner, client_for, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_customer("Nordlys AS", owner=owner)
    client = client_for(owner)
    client.post(
        reverse("import_new"), {"files": [SimpleUploadedFile("contacts.vcf", (PHONE + APPLE).encode())]}
    )
    jobs.run_due()
    run = ImportRun.objects.get()
    assert (run.kind, run.wanted, run.message) == ("people", "", "")
    page = client.get(reverse("import_file", args=[run.pk])).content.decode()
    assert "Contacts of an address book" in page
    assert 'name="encoding"' not in page
    answers = {f"column_{index}": name for name, index in run.options["columns"].items()}
    client.post(reverse("import_columns", args=[run.pk]), answers | {"name": "Contacts", "date_order": ""})
    jobs.run_due()
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected) == ("previewed", 1, 1)
    assert (
        "Ingrid Marie Solheim"
        in client.get(reverse("import_run", args=[run.pk]), follow=True).content.decode()
    )
    client.post(reverse("import_apply", args=[run.pk]))
    jobs.run_due()
    page = client.get(reverse("import_run", args=[run.pk]), follow=True).content.decode()
    assert f'href="{reverse("people")}">See the people' in page
    rejected = b"".join(client.get(reverse("import_rejected", args=[run.pk])).streaming_content).decode(
        "utf-8-sig"
    )
    assert "김민준" in rejected


def test_what_is_no_address_book_stays_outside():
    good = SimpleUploadedFile("contacts.vcf", APPLE.encode())
    uploads.check(good)
    uploads.check(SimpleUploadedFile("contacts.vcf", APPLE.encode("utf-16")))
    for content in (b"Name,Mail\nA,b\n", b"<html>", b"MZ\0\0", b"\0" * 10):
        with pytest.raises(ImportRefused):
            uploads.check(SimpleUploadedFile("contacts.vcf", content))


def test_cards_without_anything_are_refused(tmp_path):
    with pytest.raises(ImportRefused):
        table("BEGIN:VCARD\nEND:VCARD\n", tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "TEL;a" + "," * 100_000,
        "TEL" + ";" * 100_000 + ":1",
        'TEL;TYPE="' + '"a' * 100_000,
        "N:" + "\\;" * 500_000,
        "NOTE:" + "\n ".join(["x" * 70] * 30_000),
        "NOTE;QUOTED-PRINTABLE:" + "=\n".join(["x" * 70] * 30_000),
        "\n".join(f"EMAIL:a{n}@b.no" for n in range(60_000)),
        "\n".join(["BEGIN:VCARD"] * 100_000),
        "PHOTO;ENCODING=b:" + "\n ".join([base64.b64encode(b"x" * 57).decode()] * 100_000),
        "A" * 5_000_000,
    ],
    ids=lambda line: line[:12],
)
def test_a_hostile_card_is_read_like_any_other(tmp_path, line):
    cards = table(f"BEGIN:VCARD\nFN:Mallory\n{line}\nEND:VCARD\n", tmp_path)
    assert cards[0]["Full name"] == "Mallory"


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [b"BEGIN:VCARD", b"END:VCARD", b"FN:A", b"N:;;;", b"TEL;=:", b"NOTE;QUOTED-PRINTABLE:=", b" x", b"BDAY;CHARSET=zlib:1"]
        ),
        st.binary(max_size=40),
        st.builds(
            lambda name, parameters, value: f"{name};{parameters}:".encode() + value,
            st.sampled_from(["FN", "N", "ORG", "TEL", "ADR", "BDAY", "IMPP", "X-LINE", "LANG", "PHOTO"]),
            st.text(max_size=20),
            st.binary(max_size=40),
        ),
    ),
    max_size=20,
)  # fmt: skip


@examples(max_examples=150)
@given(lines=LINES, encoding=st.sampled_from(["utf-8", "cp949", "latin-1"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, lines, encoding):
    out = tmp_path_factory.getbasetemp() / "any.csv"
    try:
        write_table(io.BytesIO(b"\r\n".join([b"BEGIN:VCARD", *lines])), encoding, out)
    except ImportRefused:
        return
    with out.open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {len(HEADER)}
