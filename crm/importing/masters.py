"""Customers and products of a file: found by their keys, made where new, changed field by field.

A file knows them by the key it said last: who corrects a code, a name or a SKU here does not make them strangers there.
A field is written only where the file's value differs from the value last imported and no person has changed it since,
or where the user wants the file's all the same.
"""

from django.db.models import F
from django.db.models.fields.json import KT

from accounts.access import visible_q
from crm.importing import bulk
from crm.importing.countries import country_code, time_zone
from crm.models import Customer, Product
from crm.searching import index

CUSTOMER_FIELDS = ("name", "country", "city")
PRODUCT_FIELDS = ("name", "unit", "kind")
IDENTITY = ("code", "name", "country", "imported")


def write_customers(cursor, checker, keys, wish, known_through, journal):
    """Makes and changes the customers with these keys; fills import_customer (key, id).

    known_through: up to which day the file says what new ones ordered. Returns how many were made, and the ids of those
    for whom something changed that forecasts are computed from.
    """
    said = {key: _customer_values(key, values, journal) for key, values in checker.customers if key in keys}
    ids, adopted = _meant(said.keys(), wish)
    rows = {row.pk: row for row in _in_chunks(Customer.objects, "pk", {*ids.values(), *adopted.values()})}
    existing = {key: rows[pk] for key, pk in (ids | adopted).items()}
    new = {
        key: Customer(
            code=values["code"],
            name=values["name"] or values["code"],
            country=values["country"],
            city=values["city"],
            time_zone=time_zone(values["country"]),
            currency=values["currency"],
            owner=wish.owner,
            orders_known_through=known_through,
            imported={field: values[field] for field in ("code", *CUSTOMER_FIELDS)},
        )
        for key, values in said.items()
        if key not in existing
    }
    Customer.objects.bulk_create(new.values(), batch_size=500)
    journal.made(Customer, [customer.pk for customer in new.values()])
    _learn({key: existing[key] for key in said if key in adopted}, journal)
    before = {row.pk: _computed_from(row) for row in existing.values()}
    changed = _update(
        Customer,
        [
            (row, said[key])
            for key, row in existing.items()
            # What a further key of his says would contradict the first one, again with each file.
            if key not in (row.imported or {}).get("keys", [])
        ],
        journal,
    )
    index.refresh_on_commit("customer", [*(customer.pk for customer in new.values()), *changed])
    ids = {key: customer.pk for key, customer in (existing | new).items()}
    cursor.execute("CREATE TEMP TABLE import_customer (key VARCHAR(300) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_customer", ("key", "id"), ids.items())
    bulk.analyze(cursor, "import_customer")
    return len(new), {row.pk for row in existing.values() if _computed_from(row) != before[row.pk]}


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
    existing = existing_products(said)
    new = {sku: Product(imported=values, **values) for sku, values in said.items() if sku not in existing}
    Product.objects.bulk_create(new.values(), batch_size=500)
    journal.made(Product, [product.pk for product in new.values()])
    changed = _update(
        Product, [(existing[sku], values) for sku, values in said.items() if sku in existing], journal
    )
    index.refresh_on_commit("product", [*(product.pk for product in new.values()), *changed])
    ids = {sku: product.pk for sku, product in (existing | new).items()}
    cursor.execute("CREATE TEMP TABLE import_product (key VARCHAR(80) PRIMARY KEY, id BIGINT)")
    bulk.insert_into("import_product", ("key", "id"), ids.items())
    bulk.analyze(cursor, "import_product")
    return len(new)


def _computed_from(customer):
    return [getattr(customer, name) for name in sorted(Customer.COMPUTED_FROM)]


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


def keys_of(code, name, country, imported) -> dict[str, int]:
    """By what a file may mean this customer, and how surely."""
    last = imported or {}
    keys = {name_key(name, country): 0}
    if last.get("name"):
        keys[name_key(last["name"], last.get("country", ""))] = 1
    # What a person said of a name or a code that a file had for him.
    keys |= dict.fromkeys(last.get("keys", []), 2)
    return keys | {code_key(known): sure for sure, known in enumerate((code, last.get("code")), 3) if known}


def not_visible(owner):
    """Customers that the owner of a file may not see."""
    if owner is None:
        return Customer.objects.none()
    # Not exclude(visible_q): an administrator's rule is empty, and excluding nothing would leave everybody.
    return Customer.objects.exclude(pk__in=Customer.objects.filter(visible_q(owner)).values("pk"))


def find_customers(said, importer) -> dict[str, int]:
    """{key: id} of the known ones. A file without codes finds a customer by name and country, whether he has a code or not;
    where it has no country either, the only one of that name is meant.

    A namesake that the importer may not see is not meant.
    """
    found, hidden = {}, set(not_visible(importer).values_list("pk", flat=True))
    named = {}
    # One without a code comes last, and so is preferred.
    for pk, *identity in Customer.objects.order_by("-code", "-pk").values_list("pk", *IDENTITY):
        for key, sureness in {} if pk in hidden else keys_of(*identity).items():
            if key in said and sureness >= found.get(key, (0,))[0]:
                found[key] = (sureness, pk)
        if pk not in hidden and (key := name_key(identity[1], "")) in said:
            named.setdefault(key, []).append(pk)
    only = {key: pks[0] for key, pks in named.items() if len(pks) == 1}
    return only | {key: pk for key, (_, pk) in found.items()}


def existing_customers(said, importer):
    """key -> customer."""
    ids = find_customers(said, importer)
    rows = {row.pk: row for row in _in_chunks(Customer.objects, "pk", set(ids.values()))}
    return {key: rows[pk] for key, pk in ids.items()}


def known_customers(keys, wish) -> dict[str, int]:
    """{key: id}: whom a file means by these keys, or whom its user says that it means."""
    ids, adopted = _meant(keys, wish)
    return ids | adopted


def _meant(keys, wish):
    """({key: id} of those found, of those who are so by the user's word)."""
    ids = find_customers(keys, wish.importer)
    return ids, _adopted(keys - ids.keys(), wish)


def _adopted(new, wish):
    """{key: customer's id} of new ones who the user says are known; a customer that he may not see is not meant."""
    same = {key: pk for key, pk in wish.choices.same.items() if key in new}
    known = Customer.objects.filter(pk__in=same.values()).exclude(
        pk__in=not_visible(wish.importer).values("pk")
    )
    visible = set(known.values_list("pk", flat=True)) if same else set()
    return {key: pk for key, pk in same.items() if pk in visible}


def _learn(adopted, journal):
    """The next file finds them by these keys: as their code where no file spoke of them yet, else as a further key."""
    for key, row in adopted.items():
        before, last = row.imported, row.imported or {}
        if last.get("code") or last.get("name"):
            row.imported = last | {"keys": [*last.get("keys", []), key]}
        elif key.startswith("code:"):
            row.imported = last | {"code": key.removeprefix("code:")}
        else:
            continue  # by the name that the file has for him, which is remembered with the other values
        journal.change(Customer, row.pk, {"imported": before}, {"imported": row.imported})
    learned = {row.pk: row.imported for row in adopted.values() if row.imported}
    bulk.update(Customer, ["imported"], list(learned.items()))


def renamed_products():
    """product -> the SKU by which files know it, where a person has given it another."""
    said = Product.objects.filter(imported__sku__isnull=False).annotate(said=KT("imported__sku"))
    return dict(said.exclude(said=F("sku")).values_list("pk", "said"))


def existing_products(said):
    """sku -> product: the one that a file called so, else the one that is called so here."""
    existing = {product.sku: product for product in _in_chunks(Product.objects, "sku", list(said))}
    renamed = {pk: sku for pk, sku in renamed_products().items() if sku in said}
    return existing | {renamed[row.pk]: row for row in _in_chunks(Product.objects, "pk", list(renamed))}


def _in_chunks(manager, field, values, size=5000):
    values = list(values)
    for start in range(0, len(values), size):
        yield from manager.filter(**{f"{field}__in": values[start : start + size]})


def _update(model, pairs, journal):
    """Three-way: what the file said last time, what it says now, what stands there. Returns the changed rows' keys."""
    fields = CUSTOMER_FIELDS if model is Customer else PRODUCT_FIELDS
    columns = (*fields, "time_zone", "imported") if model is Customer else (*fields, "imported")
    user, changed = journal.run.user, {}
    # What managers corrected in the catalogue is not a rep's to overrule.
    kept = model is Product and user is not None and not Product().editable_by(user)
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
            edited = current and current not in (value, last.get(field))
            if edited and kept:
                journal.warn(0, field, f"{row}: {value}", "catalogue_kept")
            elif edited and not journal.conflicts.takes(model, row.pk, {field: (current, value)}):
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
        [(row.pk, *(getattr(row, column) for column in columns)) for row in changed.values()],
    )
    return list(changed)
