"""What the amounts are in: said by a column, by signs beside the numbers, by the user, or by nobody."""

from tests.files.nasty import HEADER, Nasty, rows, table, text


def priced(what, written, currency, **expected):
    return Nasty(
        what,
        table(price=written),
        arrived={"currency": currency, "price": ["12.5"] * len(currency)},
        **expected,
    )


def with_column(*codes):
    number = [f"A{n + 1}" for n in range(len(codes))]
    return text(
        [
            [*HEADER, "Currency"],
            *([*row, code] for row, code in zip(rows(number=number)[1:], codes, strict=True)),
        ]
    )


FILES = [
    Nasty("a currency for each row", with_column("EUR", "usd", " KRW "), arrived={"currency": ["EUR", "USD", "KRW"]}),
    Nasty("signs in the column of currencies", with_column("€", "₩", "US$", "원"), arrived={"currency": ["EUR", "KRW", "USD", "KRW"]}),
    Nasty("currencies that are none", with_column("EUR", "XXZ", "12"), arrived={"currency": ["EUR"]},
          rejected={3: "bad_currency", 4: "bad_currency"}),
    priced("one sign in the whole file is its currency", ["€ 12.50", "12.50€", "12.50"], ["EUR"] * 3),
    priced("US$12.50 and USD 12.50 are the same", ["US$12.50", "USD 12.50", "12.50 USD", "US$ 12.50"], ["USD"] * 4),
    priced("a dollar sign is many dollars: asked", ["$ 12.50", "$12.50"], ["CAD"] * 2, asks="currency", answers={"currency": "CAD"}),
    Nasty("won by sign and by word", table(price=["1,234원", "₩1,234", "￦1,234"]),
          arrived={"currency": ["KRW"] * 3, "price": ["1234"] * 3}),
    Nasty("two signs: asked, and rows in the other currency are not taken for it",
          table(price=["€12.50", "£12.50", "12.50"]), asks="currency", answers={"currency": "EUR"},
          arrived={"number": ["A1", "A3"], "currency": ["EUR", "EUR"]}, rejected={3: "price_currency"}),
    Nasty("a sign against the row's own currency",
          text([[*HEADER, "Currency"], [*rows()[1][:5], "$12.50", "EUR"], ["A2", *rows()[1][1:5], "€12.50", "EUR"]]),
          arrived={"number": ["A2"]}, rejected={2: "price_currency"}),
    Nasty("a sign in the names of products says nothing", text([[*HEADER, "품명"], [*rows()[1], "원두 5€ 할인"]]),
          asks="currency", answers={"currency": "USD"}, arrived={"currency": ["USD"]}),
    Nasty("no sign anywhere: asked, one answer for the file", table(price=["12.50"]), asks="currency",
          answers={"currency": "NOK"}, arrived={"currency": ["NOK"]}),
]  # fmt: skip
