"""Customers and products of a file: found by their keys, made where new, changed field by field.

A file knows them by the key it said last: who corrects a code, a name or a SKU here does not make them strangers there.
A field is written only where the file's value differs from the value last imported and no person has changed it since.
"""

import json

from django.db.models import F
from django.db.models.fields.json import KT

from accounts.access import visible_q
from crm.importing import bulk
from crm.importing.countries import country_code, time_zone
from crm.models import Customer, Product

CUSTOMER_FIELDS = ("name", "country", "city")
PRODUCT_FIELDS = ("name", "unit", "kind")
IDENTITY = ("code", "name", "country", "imported")


def write_customers(cursor, checker, keys, owner, journal):
    """Makes and changes the customers with these keys; fills import_customer (key, id). Returns how many were made."""
    said = {key: _customer_values(key, values, journal) for key, values in checker.customers if key in keys}
    existing = _existing_customers(said)
    new = {
        key: Customer(
            code=values["code"],
            name=values["name"] or values["code"],
            country=values["country"],
            city=values["city"],
            time_zone=time_zone(values["country"]),
            currency=values["currency"],
            owner=owner,
            imported={field: values[field] for field in ("code", *CUSTOMER_FIELDS)},
        )
        for key, values in said.items()
        if key not in existing
    }
    Customer.objects.bulk_create(new.values(), batch_size=500)
    journal.made(Customer, [customer.pk for customer in new.values()])
    _update(Customer, [(existing[key], values) for key, values in said.items() if key in existing], journal)
    ids = {key: customer.pk for key, customer in (existing | new).items()}
    cursor.execute("CREATE TEMP TABLE import_customer (key VARCHAR(300) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_customer", ("key", "id"), ids.items())
    bulk.analyze(cursor, "import_customer")
    return len(new)


def write_products(cursor, checker, skus, journal):
    """Makes and changes the products with these SKUs; fills import_product (key, id). Returns how many were made."""
    said = {
        sku: {
            "sku": sku,
            "name": values.get("name", ""),
            "unit": values.get("unit", ""),
            "kind": values["kind"],
        }
        for sku, values in checker.products
        if sku in skus
    }
    existing = _existing_products(said)
    new = {sku: Product(imported=values, **values) for sku, values in said.items() if sku not in existing}
    Product.objects.bulk_create(new.values(), batch_size=500)
    journal.made(Product, [product.pk for product in new.values()])
    _update(Product, [(existing[sku], values) for sku, values in said.items() if sku in existing], journal)
    ids = {sku: product.pk for sku, product in (existing | new).items()}
    cursor.execute("CREATE TEMP TABLE import_product (key VARCHAR(80) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_product", ("key", "id"), ids.items())
    bulk.analyze(cursor, "import_product")
    return len(new)


def _customer_values(key, values, journal):
    written = values.get("country", "")
    country = country_code(written)
    if written and not country:
        journal.warn(0, key.partition(":")[2], written, "unknown_country")
    return {
        "code": values.get("code", ""),
        "name": values.get("name", ""),
        "country": country,
        "city": values.get("city", "")[:100],
        "currency": values["currency"],
    }


def code_key(code):
    return f"code:{code}"


def name_key(name, country):
    return f"name:{name.casefold()}|{country}"


def keys_of(code, name, country, imported):
    """By what a file may mean this customer, the least sure first."""
    last = imported or {}
    keys = [name_key(name, country)]
    if last.get("name"):
        keys.append(name_key(last["name"], last.get("country", "")))
    keys += [code_key(known) for known in (code, last.get("code")) if known]
    return keys


def not_visible(owner):
    """Customers that the owner of a file may not see."""
    if owner is None:
        return Customer.objects.none()
    # Not exclude(visible_q): an administrator's rule is empty, and excluding nothing would leave everybody.
    return Customer.objects.exclude(pk__in=Customer.objects.filter(visible_q(owner)).values("pk"))


def _existing_customers(said):
    """key -> customer. A file without codes finds a customer by name and country, whether he has a code or not."""
    found = {}
    # One without a code comes last, and so is preferred.
    for pk, *identity in Customer.objects.order_by("-code", "-pk").values_list("pk", *IDENTITY):
        for sureness, key in enumerate(keys_of(*identity)):
            if key in said and sureness >= found.get(key, (0,))[0]:
                found[key] = (sureness, pk)
    customers = {}
    for row in _in_chunks(Customer.objects, "pk", [pk for _, pk in found.values()]):
        customers[row.pk] = row
    return {key: customers[pk] for key, (_, pk) in found.items()}


def renamed_products():
    """product -> the SKU by which files know it, where a person has given it another."""
    said = Product.objects.filter(imported__sku__isnull=False).annotate(said=KT("imported__sku"))
    return dict(said.exclude(said=F("sku")).values_list("pk", "said"))


def _existing_products(said):
    """sku -> product: the one that a file called so, else the one that is called so here."""
    existing = {product.sku: product for product in _in_chunks(Product.objects, "sku", list(said))}
    renamed = {pk: sku for pk, sku in renamed_products().items() if sku in said}
    return existing | {renamed[row.pk]: row for row in _in_chunks(Product.objects, "pk", list(renamed))}


def _in_chunks(manager, field, values, size=5000):
    for start in range(0, len(values), size):
        yield from manager.filter(**{f"{field}__in": values[start : start + size]})


def _update(model, pairs, journal):
    """Three-way: what the file said last time, what it says now, what stands there."""
    fields = CUSTOMER_FIELDS if model is Customer else PRODUCT_FIELDS
    columns = (*fields, "time_zone", "imported") if model is Customer else (*fields, "imported")
    changed = {}
    for row, values in pairs:
        last = row.imported or {}
        # An empty cell says nothing; it does not say that the value is empty.
        news = {
            field: values[field] for field in fields if values[field] and values[field] != last.get(field)
        }
        if not news:
            continue
        before = {column: getattr(row, column) for column in columns}
        for field, value in news.items():
            current = getattr(row, field)
            if current and current not in (value, last.get(field)):
                journal.warn(0, field, f"{row}: {value}", "edited_since")
            else:
                setattr(row, field, value)
        if model is Customer and not row.time_zone:
            row.time_zone = time_zone(row.country)
        # Also what was not written is remembered as said: the same file again has no news.
        row.imported = last | news
        after = {column: getattr(row, column) for column in columns}
        differing = [column for column in columns if before[column] != after[column]]
        journal.change(model, row.pk, {c: before[c] for c in differing}, {c: after[c] for c in differing})
        changed[row.pk] = row
    bulk.update(
        model,
        columns,
        [
            (row.pk, *(getattr(row, column) for column in columns[:-1]), json.dumps(row.imported))
            for row in changed.values()
        ],
    )
