"""A large made-up company for benches: `fill(4_000, 20_000, 100_000)`. The same numbers make the same rows.

Notes are English, Korean and German in lengths as people write them; words follow Zipf's law, so that common words
stand in a third of the notes and rare ones in a few.
"""

import itertools
import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Team, User
from crm.models import (
    ContactPoint,
    Customer,
    Employment,
    Note,
    NotePerson,
    Order,
    Person,
    PersonDate,
    Product,
    Promise,
)

BATCH = 2000
CUSTOMERS_OF_A_REP = 50
REPS_OF_A_TEAM = 8
PRODUCTS = 2000
YEARS = 5
PLACES = [
    ("NO", "Tromsø", "Europe/Oslo", "NOK", "+47"),
    ("NO", "Ålesund", "Europe/Oslo", "NOK", "+47"),
    ("DE", "München", "Europe/Berlin", "EUR", "+49"),
    ("DE", "Köln", "Europe/Berlin", "EUR", "+49"),
    ("KR", "부산", "Asia/Seoul", "KRW", "+82"),
    ("KR", "서울", "Asia/Seoul", "KRW", "+82"),
    ("FR", "Besançon", "Europe/Paris", "EUR", "+33"),
    ("PL", "Łódź", "Europe/Warsaw", "PLN", "+48"),
    ("US", "Denver", "America/Denver", "USD", "+1"),
    ("GB", "Leeds", "Europe/London", "GBP", "+44"),
]


def words(text):
    return text.split()


COMPANY_HEADS = words(
    "Nord Fjell Alpen Berg Hav Sølv Grün Wald Iberia Delta Aurora Polar Summit Harbor Kvik Ørsted Müller Łuk"
)
COMPANY_TAILS = words(
    "Handel Import Distribution Sport Outdoor Supply Trading Vertrieb Sklep Équipements Agencies Partners"
)
KOREAN_COMPANIES = words("한빛 대성 동명 세종 미래 금강 백두 한라 신우 태평")
KOREAN_TRADES = words("상사 무역 유통 산업 물산 교역")
FAMILIES = words("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍")
SYLLABLES = words("민 준 서 연 지 우 현 수 영 호 진 혜 은 성 재 동 미 경 태 희 상 원 선 주 하 윤")
ROMAN = {
    "김": "Kim",
    "이": "Lee",
    "박": "Park",
    "최": "Choi",
    "정": "Jung",
    "강": "Kang",
    "조": "Cho",
    "윤": "Yoon",
}
GIVEN = words(
    "Ingrid Lars Bríd José Jürgen Anna Marta Søren Łucja Zoë Ole Kari Hélène Günther Ana Piotr John Emma Liam Nora "
    "Håkon Ève Matías Renée Björn Ásta Chloë Øyvind Karsten Uwe"
)
SURNAMES = words(
    "Solberg Müller Núñez Hætta Kowalski Østergård Weiß Lefèvre Smith O'Brien Jansen Dvořák Strøm Bakken Novák Berger "
    "Fjeld Schröder Dąbrowski García Çelik Lindqvist Vogel Åkesson Moreau Brown Taylor Haugen Sæther Krämer"
)
ROLES = [
    "Head of purchasing",
    "Category manager",
    "Buyer",
    "Finance",
    "Warehouse",
    "구매 부장",
    "과장",
    "Einkauf",
]
ENGLISH = words(
    "they the of order we to price and for stock in delivery asked about March wants said container late samples "
    "catalogue margin summer winter competitor discount shipment payment terms visit new shop display returns claim "
    "headlamp thermos jacket zipper colour packaging barcode pallet forecast season promised letter birthday boss "
    "warehouse inventory freight customs invoice agreed declined meeting lunch football daughter university holiday "
    "exclusive territory minimum quantity tender budget approval reorder sellout shelf staff training brochure "
    "warranty complaint replacement certificate testing label translation exchange rate weak strong krone euro dollar"
)
KOREAN = words(
    "가격표를 주문을 다음 달에 보내기로 했다 재고가 많아서 납기 지연 샘플을 요청했고 견적서 계약을 검토 중이라고 경쟁사 할인 "
    "품질 문제로 반품 컨테이너 선적 일정 확인 겨울 시즌 신제품 반응이 좋다고 매장 진열 교육 자료 요청 사장님 생신 골프 "
    "저녁 식사 함께 환율 때문에 걱정이라고 내년 예산 승인 담당자가 바뀌었다 휴가 기간에는 연락이 안 된다 포장 단위 변경 "
    "인증서 제출 통관 서류 누락 최소 수량 조정 독점 판매권 이야기 결제 조건 육십일 클레임 처리 완료 감사 인사 전했다"
)
GERMAN = words(
    "die der und Bestellung Lieferung Preisliste wir haben über Frühjahr besprochen möchte Rabatt größere Menge "
    "Geschäftsführer Lager voll Mitbewerber günstiger Muster schicken Vertrag prüfen Rückgabe Qualität Farbe "
    "Verpackung ändern Messe München Termin vereinbart Zahlungsziel sechzig Tage Nachfolger eingearbeitet Urlaub "
    "August geschlossen Währung Zoll Unterlagen fehlen Schulung Außendienst Umsatz gestiegen Jahresgespräch"
)
LANGUAGES = [(ENGLISH, 50), (KOREAN, 30), (GERMAN, 20)]
# One note in a hundred has one of these: what a search for something particular finds.
RARE = [
    f"{head}{tail}" for head in ("Zephyr", "Quokka", "Mirabel", "가나다", "Größen") for tail in range(200)
]


@dataclass
class Filled:
    """Who may look at it: one rep with his fifty customers, the manager of his team, the administrator."""

    rep: User
    manager: User
    admin: User


def fill(customers, people, notes, seed=7) -> Filled:
    draw = random.Random(seed)
    filled, reps = make_users(customers)
    shops = make_customers(draw, customers, reps)
    make_products(draw)
    known = make_people(draw, people, shops)
    make_notes(draw, notes, shops, known)
    return filled


def make_users(customers):
    count = -(-customers // CUSTOMERS_OF_A_REP)
    teams = Team.objects.bulk_create(
        [Team(name=f"Bench team {number}") for number in range(-(-count // REPS_OF_A_TEAM))]
    )
    reps = User.objects.bulk_create(
        [
            User(
                email=f"rep{n}@bench.example", name=f"Rep {n}", team=teams[n // REPS_OF_A_TEAM], password="!"
            )
            for n in range(count)
        ]
    )
    manager = User(email="manager@bench.example", name="Manager", role=User.Role.MANAGER, team=teams[0])
    admin = User(email="admin@bench.example", name="Admin", role=User.Role.ADMIN)
    for user in (manager, admin):
        user.set_unusable_password()
        user.save()
    return Filled(reps[0], manager, admin), reps


def make_customers(draw, count, reps):
    rows = []
    for number in range(count):
        country, city, zone, currency, _prefix = draw.choice(PLACES)
        names = (KOREAN_COMPANIES, KOREAN_TRADES) if country == "KR" else (COMPANY_HEADS, COMPANY_TAILS)
        name = f"{' '.join(map(draw.choice, names))} {number}"
        rep = reps[number // CUSTOMERS_OF_A_REP]
        rows.append(
            Customer(
                code=f"C{10_000 + number}", name=name, country=country, city=city, time_zone=zone,
                currency=currency, owner=rep,
            )
        )  # fmt: skip
    return Customer.objects.bulk_create(rows, batch_size=BATCH)


def make_products(draw):
    kinds = words(
        "Headlamp Thermos Jacket Tent Stove Rope Wax Bag Beacon Glove Boot Socke Mütze Zelt 등산화 장갑 배낭 텐트"
    )
    Product.objects.bulk_create(
        [
            Product(
                sku=f"{draw.choice('ABCDEFG')}{draw.choice('KLMNOP')}-{1000 + number}",
                name=f"{draw.choice(kinds)} {draw.choice(COMPANY_HEADS)} {number}",
                category=draw.choice(kinds),
            )
            for number in range(PRODUCTS)
        ],
        batch_size=BATCH,
    )


def make_people(draw, count, shops):
    """{customer: its people}"""
    people, employments, contacts, dates = [], [], [], []
    known = {}
    for number in range(count):
        shop = shops[number % len(shops)]
        korean = shop.country == "KR"
        person = korean_person(draw) if korean else Person(
            given_name=draw.choice(GIVEN), family_name=f"{draw.choice(SURNAMES)}"
        )  # fmt: skip
        person.owner_id = shop.owner_id
        people.append(person)
        known.setdefault(shop.pk, []).append(person)
        employments.append(Employment(person=person, customer=shop, role=draw.choice(ROLES)))
        prefix = next(place[4] for place in PLACES if place[0] == shop.country)
        phone = f"{prefix} {draw.randint(10, 99)} {draw.randint(100, 999)} {draw.randint(1000, 9999)}"
        contacts.append(ContactPoint(person=person, kind=ContactPoint.Kind.PHONE, value=phone))
        email = f"person{number}@shop{shop.pk}.example"
        contacts.append(ContactPoint(person=person, kind=ContactPoint.Kind.EMAIL, value=email))
        if draw.random() < 0.6:
            dates.append(PersonDate(person=person, month=draw.randint(1, 12), day=draw.randint(1, 28)))
    for rows in (people, employments, contacts, dates):
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=BATCH)
    return known


def korean_person(draw):
    family = draw.choice(FAMILIES)
    given = "".join(draw.choice(SYLLABLES) for _ in range(2))
    return Person(
        native_name=f"{family}{given}",
        family_name=ROMAN.get(family, ""),
        given_name="Min-jun" if family in ROMAN else "",
        name_order=Person.NameOrder.FAMILY_FIRST,
    )


def make_notes(draw, count, shops, known):
    now = timezone.now()
    kinds = [kind.value for kind in Note.Kind]
    cumulated = [
        (pool, list(itertools.accumulate(1 / rank for rank in range(1, len(pool) + 1))))
        for pool, _share in LANGUAGES
    ]
    shares = [share for _words, share in LANGUAGES]
    for start in range(0, count, BATCH * 5):
        notes, present, promises = [], [], []
        for _ in range(min(BATCH * 5, count - start)):
            shop = draw.choice(shops)
            pool, weights = draw.choices(cumulated, shares)[0]
            note = Note(
                customer=shop, author_id=shop.owner_id, kind=draw.choice(kinds),
                happened_at=now - timedelta(minutes=draw.randint(1, YEARS * 365 * 24 * 60)),
                text=some_text(draw, pool, weights), private=draw.random() < 0.02,
            )  # fmt: skip
            if draw.random() < 0.1:
                note.wants = some_text(draw, pool, weights)[:200]
            notes.append(note)
            if shop.pk in known:
                present.append(NotePerson(note=note, person=draw.choice(known[shop.pk])))
            if draw.random() < 0.1:
                due = now.date() + timedelta(days=draw.randint(-900, 60))
                done = now if due < now.date() and draw.random() < 0.97 else None
                promises.append(
                    Promise(note=note, text=" ".join(draw.choices(pool, k=5)), due_on=due, done_at=done)
                )
        for rows in (notes, present, promises):
            if rows:
                type(rows[0]).objects.bulk_create(rows, batch_size=BATCH)


def some_text(draw, pool, weights):
    """From half a line to half a page: half of all notes are shorter than 200 characters."""
    length = min(int(draw.lognormvariate(3.2, 0.8)) + 4, 250)
    text = draw.choices(pool, cum_weights=weights, k=length)
    if draw.random() < 0.01:
        text[draw.randrange(length)] = draw.choice(RARE)
    text[0] = text[0].title()
    return f"{' '.join(text)}."


def fill_orders(count, seed=7):
    """Orders without lines, in series of numbers as an ERP gives them."""
    draw = random.Random(seed)
    shops = list(Customer.objects.order_by("pk"))
    today = date(2026, 11, 1)
    for start in range(0, count, BATCH * 5):
        Order.objects.bulk_create(
            [
                Order(
                    customer=(shop := draw.choice(shops)), source="bench", number=f"SO-{100_000 + number}",
                    ordered_on=today - timedelta(days=draw.randint(0, YEARS * 365)), currency=shop.currency,
                    credited_to_id=shop.owner_id,
                )
                for number in range(start, min(start + BATCH * 5, count))
            ],
            batch_size=BATCH,
        )  # fmt: skip
