"""All that a user may see as one ZIP: a CSV file for each table, and a README that says what is what.

Streamed: neither memory nor the first byte waits for the whole.
"""

import io
import zipfile

from django.apps import apps
from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from accounts.access import visible
from accounts.models import User
from crm.exporting import BOM, csv_lines
from crm.models import (
    Assignment,
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Employment,
    Greeting,
    Note,
    NotePerson,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    ProductSuccession,
    Promise,
    SellOut,
    Shipment,
    ShipmentLine,
    StockLevel,
    Target,
)
from crm.orders_export import line_rows

MODELS = (
    Customer, Closure, Assignment, Person, Employment, ContactPoint, PersonDate, Greeting, Product, ProductSuccession, CustomerItem,
    Order, OrderLine, Shipment, ShipmentLine, SellOut, StockLevel, Target, Note, NotePerson, Promise,
)  # fmt: skip


def models():
    """Those of this app, and what people have entered that other apps keep."""
    return (*MODELS, *map(apps.get_model, settings.TAKEOUT_MODELS))


# What the site notes down for itself.
OWN_BUSINESS = {"imported", "imported_hash", "is_demo", "orders_rev", "run"}
CHUNK = 2000


def takeout_response(user, today):
    # Words of the reader's language, which is left when the stream is read.
    readme, lines = _readme(user, today), line_rows(visible(user, OrderLine.objects))
    response = StreamingHttpResponse(_zipped(readme, lines, user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="dangol-{today:%Y-%m-%d}.zip"'
    return response


def file_of(model):
    return f"tables/{model._meta.db_table.removeprefix('crm_')}.csv"


def columns_of(model):
    """Colleagues by their names, for their table is not in it; whatever else is pointed at by its id."""
    fields = [field for field in model._meta.concrete_fields if field.name not in OWN_BUSINESS]
    return [f"{f.name}__name" if f.related_model is User else f.attname for f in fields]


def _readme(user, day):
    about = _(
        "All customers, people, orders, products and notes that %(user)s may see, as of %(day)s.\n"
        "\n"
        "order-lines.csv: every line of every order with its customer and product, in one table. Dangol imports\n"
        "it again: the orders that have a number, under the source that you name.\n"
        "tables/: each table as it is kept. A column that ends in _id names a row of another table by its id.\n"
        "\n"
        "Every file is CSV in UTF-8 with a comma between the columns and opens in Excel by double click. A text that begins\n"
        "with = + - or @ has an apostrophe before it, so that no program takes it for a formula.\n"
    ) % {"user": user, "day": day.isoformat()}
    listed = "".join(f"\n{file_of(model)}: {model._meta.verbose_name_plural}" for model in models())
    return about + listed + "\n"


def _zipped(readme, lines, user):
    stream = _Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", BOM + readme)
        yield from _file(archive, stream, "order-lines.csv", *lines)
        for model in models():
            columns = columns_of(model)
            rows = visible(user, model.objects).order_by("pk").values_list(*columns)
            header = [column.removesuffix("__name") for column in columns]
            yield from _file(archive, stream, file_of(model), header, rows.iterator(CHUNK))
    yield stream.taken()


def _file(archive, stream, name, header, rows):
    with archive.open(name, "w", force_zip64=True) as file:
        for line in csv_lines(header, rows):
            file.write(line.encode())
            if stream.size > io.DEFAULT_BUFFER_SIZE:
                yield stream.taken()
    yield stream.taken()


class _Stream:
    """What the archive writes, to be taken piece by piece."""

    def __init__(self):
        self.pieces, self.size = [], 0

    def write(self, data):
        self.pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self):
        pass

    def taken(self):
        piece = b"".join(self.pieces)
        self.pieces, self.size = [], 0
        return piece
