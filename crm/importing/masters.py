"""Customers and products of a file: found by their keys, made where new, changed field by field.

A field is written only where the file's value differs from the value last imported and no person has changed it since.
"""

from crm.importing import bulk, log
from crm.importing.countries import country_code, time_zone
from crm.models import Customer, Product

CUSTOMER_FIELDS = ("name", "country", "city")
PRODUCT_FIELDS = ("name", "unit", "kind")


def write_customers(cursor, run, checker, owner):
    """Fills the temporary table import_customer (key, id); returns how many customers were made."""
    said = {key: _customer_values(run, key, values) for key, values in checker.customers}
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
            imported={field: values[field] for field in CUSTOMER_FIELDS},
        )
        for key, values in said.items()
        if key not in existing
    }
    Customer.objects.bulk_create(new.values(), batch_size=500)
    _update(run, "customer", [(existing[key], values) for key, values in said.items() if key in existing])
    ids = {key: customer.pk for key, customer in existing.items()}
    ids |= {key: customer.pk for key, customer in new.items()}
    cursor.execute("CREATE TEMP TABLE import_customer (key VARCHAR(300) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_customer", ("key", "id"), ids.items())
    return len(new)


def write_products(cursor, run, checker):
    """Fills the temporary table import_product (key, id); returns how many products were made."""
    said = {
        sku: {"name": values.get("name", ""), "unit": values.get("unit", ""), "kind": values["kind"]}
        for sku, values in checker.products
    }
    existing = {product.sku: product for product in _in_chunks(Product.objects, "sku", list(said))}
    new = [Product(sku=sku, imported=values, **values) for sku, values in said.items() if sku not in existing]
    Product.objects.bulk_create(new, batch_size=500)
    _update(run, "product", [(existing[sku], values) for sku, values in said.items() if sku in existing])
    ids = {product.sku: product.pk for product in [*existing.values(), *new]}
    cursor.execute("CREATE TEMP TABLE import_product (key VARCHAR(80) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_product", ("key", "id"), ids.items())
    return len(new)


def _customer_values(run, key, values):
    written = values.get("country", "")
    country = country_code(written)
    if written and not country:
        log.say(run, "warning", [(0, key.partition(":")[2], written, "unknown_country")])
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


def _existing_customers(said):
    """key -> customer. A file without codes finds a customer by name and country, whether he has a code or not."""
    codes = [values["code"] for values in said.values() if values["code"]]
    found = {code_key(customer.code): customer for customer in _in_chunks(Customer.objects, "code", codes)}
    if len(codes) < len(said):
        # One without a code comes last, and so is preferred.
        for customer in Customer.objects.order_by("-code"):
            key = name_key(customer.name, customer.country)
            if key in said:
                found[key] = customer
    return found


def _in_chunks(manager, field, values, size=5000):
    for start in range(0, len(values), size):
        yield from manager.filter(**{f"{field}__in": values[start : start + size]})


def _update(run, model, pairs):
    """Three-way: what the file said last time, what it says now, what stands there."""
    fields = CUSTOMER_FIELDS if model == "customer" else PRODUCT_FIELDS
    changed, kept = [], []
    for row, values in pairs:
        last = row.imported or {}
        # An empty cell says nothing; it does not say that the value is empty.
        news = {
            field: values[field] for field in fields if values[field] and values[field] != last.get(field)
        }
        if not news:
            continue
        before = {"imported": row.imported}
        for field, value in news.items():
            current = getattr(row, field)
            if current == value:
                continue
            if current and current != last.get(field):
                log.say(run, "warning", [(0, field, f"{row}: {value}", "edited_since")])
                continue
            before[field] = current
            setattr(row, field, value)
        # Also what was not written is remembered as said: the same file again has no news.
        row.imported = last | news
        changed.append(row)
        kept.append((row.pk, before, {field: getattr(row, field) for field in before}))
    if changed:
        type(changed[0]).objects.bulk_update(changed, [*fields, "imported"], batch_size=500)
        log.keep(run, model, kept)
