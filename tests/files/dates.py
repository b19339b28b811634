"""Days as people and programs write them."""

from tests.files.nasty import Nasty, table

FIRST = "2026-03-01"


def days(what, written, read=(FIRST,), **expected):
    read = [read] if isinstance(read, str) else list(read)
    kept = [f"A{n}" for n in range(1, len(written) + 1) if n + 1 not in expected.get("rejected", {})]
    return Nasty(what, table(day=written), arrived={"day": read, "number": kept}, **expected)


FILES = [
    days("ISO days, with time and zone", ["2026-03-01", "2026-03-01T23:59:00Z", "2026-03-01 14:30:00.123"], [FIRST] * 3),
    days("2026.3.1", ["2026.3.1", "2026. 3. 1.", "2026/3/1", "2026-3-1"], [FIRST] * 4),
    days("2026년 3월 1일", ["2026년 3월 1일", "2026년3월1일", "2026년 03월 01일 오후 2:30"], [FIRST] * 3),
    days("months by name", ["1-Mar-26", "01 March 2026", "Mar 1, 2026", "March 1st, 2026", "1. Mar. 2026", "Sun, 1 Mar 2026"],
         [FIRST] * 6),
    days("Excel's serial numbers", ["46082", "46082.75"], [FIRST] * 2),
    days("20260301 and 260301", ["20260301", "260301"], [FIRST], rejected={3: "bad_date"}),
    days("full-width digits", ["２０２６－０３－０１", "２０２６．３．１"], [FIRST] * 2),
    days("day first, as one row of the column shows", ["13/02/2026", "03/04/2026"], ["2026-02-13", "2026-04-03"]),
    days("month first, as one row of the column shows", ["02/13/2026", "03/04/2026"], ["2026-02-13", "2026-03-04"]),
    days("day first with times of day", ["13/02/2026 08:30", "03/04/2026 9:15 PM"], ["2026-02-13", "2026-04-03"]),
    days("nothing tells day from month: asked, and told", ["03/04/2026"], "2026-04-03", asks="dates", answers={"date_order": "dmy"}),
    Nasty("day first and month first mixed", table(day=["13/02/2026", "02/13/2026"]), refused="The dates are mixed"),
    days("short years", ["1.3.26", "01.03.99"], ["2026-03-01", "1999-03-01"]),
    days("years before any order and after any: 1900, 1970, 2999",
         ["1900-01-01", "1970-01-01", "2999-12-31", FIRST], rejected={2: "bad_date", 3: "bad_date", 4: "bad_date"}),
    days("no day, as ERPs write it", ["0000-00-00", "00.00.0000", "", "-", FIRST],
         rejected={2: "no_date", 3: "no_date", 4: "no_date", 5: "no_date"}),
    days("days that no calendar has", ["2026-02-31", "31.02.2026", "2026-13-01", "2025-02-29", "2028-02-29"], "2028-02-29",
         rejected={2: "bad_date", 3: "bad_date", 4: "bad_date", 5: "bad_date"}),
    days("no days at all", ["soon", "Q1 2026", "2026-W09", "#REF!", FIRST],
         rejected={2: "bad_date", 3: "bad_date", 4: "bad_date", 5: "bad_date"}),
    days("a day that would keep a regular expression busy for hours", ["T" * 90_000, "1-" + "-" * 90_000, FIRST],
         rejected={2: "bad_date", 3: "bad_date"}),
]  # fmt: skip
