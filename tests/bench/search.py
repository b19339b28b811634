"""Search over 100 000 notes, 20 000 people, 4 000 customers and 100 000 orders: as a rep, a manager, an administrator.

Beside it what one would write without an index, `icontains` over the same columns and under the same rule of access.
"""

import random
import statistics
import time

from django.db import connection, transaction
from django.db.models import Q

from accounts.access import visible
from accounts.models import User
from crm.models import Customer, Note, Person, Product, SearchDocument
from crm.searching import index
from crm.searching.hits import FEW, search
from crm.searching.query import found_orders
from tests.bench import people_and_notes as company

CUSTOMERS, PEOPLE, NOTES, ORDERS = 4_000, 20_000, 100_000, 100_000
QUERIES = 200
COLUMNS = {
    Customer: ("code", "name", "city"),
    Person: ("given_name", "family_name", "native_name", "facts", "contact_points__value"),
    Note: ("text", "wants", "why", "can_we", "decision", "promises__text"),
    Product: ("sku", "name", "category"),
}


def run():
    users = people()
    seconds = timed(index.rebuild)
    written = SearchDocument.objects.count()
    print(f"{'documents indexed':<34}{written:>12,}{seconds:>9.1f} s, the whole rebuild")
    print(f"{'the same, nothing to do':<34}{'':>12}{timed(index.rebuild):>9.1f} s")
    analyze()
    print(f"{'size of texts and index':<34}{size() / 1e6:>9.0f} MB")
    print(f"{'a note saved, with its history':<34}{1000 * saving():>9.1f} ms")
    compare(users, mixed_queries(random.Random(7)))


def compare(users, queries):
    print(
        f"\n{'':<12}{'p50':>9}{'p95':>9}{'slowest':>9}   {'icontains p50':>14}{'p95':>9}   {'p50':>7}{'p95':>7}"
    )
    for name, user in users.items():
        ours = sorted(best_of_three(lambda q=q, u=user: search(u, q)) for q in queries)
        plain = sorted(best_of_three(lambda q=q, u=user: icontains(u, q)) for q in queries[::4])
        print(
            f"{name:<12}{median(ours):>6.0f} ms{p95(ours):>6.0f} ms{ours[-1]:>6.0f} ms   "
            f"{median(plain):>11.0f} ms{p95(plain):>6.0f} ms   "
            f"{median(plain) / median(ours):>6.1f}x{p95(plain) / p95(ours):>6.1f}x"
        )


def people():
    if not User.objects.filter(email="admin@bench.example").exists():
        filled = company.fill(CUSTOMERS, PEOPLE, NOTES)
        company.fill_orders(ORDERS)
        return {"rep": filled.rep, "manager": filled.manager, "admin": filled.admin}
    emails = {"rep": "rep0", "manager": "manager", "admin": "admin"}
    return {name: User.objects.get(email=f"{email}@bench.example") for name, email in emails.items()}


def mixed_queries(draw):
    """As people type: names whole and in part, words of notes, common and rare, numbers, codes, initials, nothing."""
    rare = draw.sample(company.RARE, 20)
    kinds = [
        lambda: draw.choice(company.ENGLISH),
        lambda: " ".join(draw.sample(company.ENGLISH, 2)),
        lambda: draw.choice(company.ENGLISH)[:3],
        lambda: draw.choice(company.GERMAN).casefold(),
        lambda: draw.choice(company.KOREAN)[:2],
        lambda: " ".join(draw.sample(company.KOREAN, 2)),
        lambda: draw.choice(rare),
        lambda: draw.choice(company.SURNAMES),
        lambda: f"{draw.choice(company.GIVEN)} {draw.choice(company.SURNAMES)[:3]}",
        lambda: draw.choice(company.FAMILIES) + draw.choice(company.SYLLABLES),
        lambda: "".join(draw.sample("ㄱㅁㅅㅈㅎㅇㄴ", 3)),
        lambda: f"{draw.choice(company.COMPANY_HEADS)} {draw.choice(company.COMPANY_TAILS)}",
        lambda: draw.choice(company.KOREAN_COMPANIES),
        lambda: str(draw.randint(1000, 9999)),
        lambda: f"C{draw.randint(10_000, 13_999)}",
        lambda: f"SO-{draw.randint(100_000, 199_999)}",
        lambda: "+47 " + str(draw.randint(10, 99)),
        lambda: draw.choice("abcdefgs"),
        lambda: "nowhere" + str(draw.randint(0, 9)),
    ]
    return [kinds[number % len(kinds)]() for number in range(QUERIES)]


def icontains(user, typed):
    for model, columns in COLUMNS.items():
        rows = visible(user, model.objects)
        for word in typed.split():
            rows = rows.filter(Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR))
        list(rows.distinct()[: FEW + 1])
    list(found_orders(user, typed)[: FEW + 1])


def saving():
    """Median of saving a note, which refreshes its document."""
    note = Note.objects.order_by("pk").first()
    times = []
    for number in range(20):
        note.text = f"{note.text[:200]} {number}"
        with transaction.atomic():
            times.append(timed(note.save))
    return median(times)


def analyze():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def size():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('crm_searchdocument')")
        else:
            cursor.execute(
                """SELECT SUM(pgsize) FROM dbstat WHERE aggregate = 1
                AND (name LIKE 'crm_searchgrams%' OR name LIKE '%crm_searchdocument%')"""
            )
        return cursor.fetchone()[0]


def timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def best_of_three(call):
    """Milliseconds; the others say how busy the machine is with other things."""
    return 1000 * min(timed(call) for _ in range(3))


def median(times):
    return statistics.median(times)


def p95(times):
    return sorted(times)[int(0.95 * len(times))]
