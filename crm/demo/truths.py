"""What is planted in the demo company, for the generator and for the tests: how each customer buys, and who is who.

Days are counted back from today, so that the story is always fresh; months are those of the calendar. A person is
named by the code of the customer and the place in names.PEOPLE.
"""

from dataclasses import dataclass, field

from crm.calendars.birthdays import GREGORIAN
from crm.calendars.lunar import CHINESE, KOREAN

WINTER = (10, 11, 12, 1, 2)
SUMMER = (4, 5, 6, 7)


@dataclass(frozen=True)
class Truth:
    interval: int  # days between two orders, the median
    turnover: int  # EUR a year, today
    focus: tuple[str, ...]  # over half of the turnover, in nearly every order
    seasonal: dict[str, tuple[int, ...]] = field(default_factory=dict)  # SKU -> the only months he buys it in
    steady: dict[str, str] = field(
        default_factory=dict
    )  # SKU -> why he never stops buying the little he buys
    breadth: int = 28  # other items he buys now and then
    noise: float = 0.2  # standard deviation of the logarithm of the gaps
    growth: float = 1.05  # turnover a year later, as a multiple
    discount: float = 0.18  # off the price list
    lead: int = 21  # days from order to promised delivery
    late: float = 0.06  # share of shipments that leave late
    since: int = 1826  # the first order is about so many days ago
    orders: int | None = None  # exactly so many orders
    overdue: float | None = None  # silent for so many intervals
    going_quiet: int | None = None  # since so many days the gaps stretch and the baskets shrink
    year_end_push: float = 1.0  # quantities in the last month of his fiscal year, as a multiple
    vacation: tuple[str, str] | None = None  # "MM-DD" first and last day without anybody there
    giant: tuple[str, int] | None = None  # SKU and day of an enormous order, cancelled the same day
    replaced: tuple[str, str, int] | None = None  # what he buys instead of what, and since when
    stopped: tuple[str, int] | None = None  # an item that he no longer buys, and since when
    started: tuple[str, int] | None = None  # an item that he had never bought before, and since when
    claim: tuple[str, int] | None = None  # a faulty lot that came back, and when
    freight: bool = False  # pays the freight on small orders


TRUTHS = {
    # Mari's customers -----------------------------------------------------------------------------------
    "TRO-NOR": Truth(
        21, 190_000, ("AUR-400", "MER-B2", "STV-MIN", "DRY-20", "RFV-01"),
        seasonal={"WAX-250": WINTER, "HAM-01": SUMMER},
        steady={
            "TAP-05": "Puts two rolls into every rental tent; the rental fleet is checked each month.",
            "BAT-20": "Sold at the till of his own shop in the harbour, to cruise passengers.",
            "LAC-150": "The municipality's park rangers fetch theirs from him.",
        },
        growth=1.07, vacation=("07-06", "07-26"), replaced=("AUR-350", "AUR-400", 610),
        stopped=("THM-75", 130), started=("SAT-S2", 175),
    ),
    "BGO-FJE": Truth(
        30, 98_000, ("PON-RN", "DRY-40", "DRY-20", "COV-RN"), seasonal={"CAP-SUN": SUMMER},
        steady={"WPR-300": "The rain jackets of the ferry crews are proofed with it, each quarter."},
        vacation=("07-08", "07-28"), growth=1.03,
    ),
    "STO-GRA": Truth(
        14, 310_000, ("MER-B2", "AUR-400", "PAC-28", "MER-SOX", "THM-50"),
        seasonal={"ICE-CLT": WINTER, "MAT-FOA": SUMMER}, breadth=38, growth=1.08, discount=0.24,
        replaced=("AUR-350", "AUR-400", 630), year_end_push=1.5, vacation=("07-10", "07-31"),
    ),
    "UME-LAP": Truth(
        40, 46_000, ("GAI-MTN", "STV-DUO", "BAG-M10"), seasonal={"SKN-110": WINTER, "WAX-CLD": WINTER},
        steady={"FIR-STL": "Goes into the survival course of the upper secondary school, one per pupil."},
        breadth=18, growth=0.97, noise=0.28,
    ),
    "OUL-KAR": Truth(
        26, 82_000, ("THM-75", "CUP-ENA", "MER-SOX", "AUR-400"), seasonal={"SHO-ALU": WINTER},
        steady={"CRD-10": "The dog-sled farms buy it by the box and wear it out."}, going_quiet=210,
    ),
    "MUC-BER": Truth(
        10, 420_000, ("PAC-45", "PAC-28", "AUR-400", "MAT-AIR", "GAS-230", "DRY-20"),
        seasonal={"SKN-110": WINTER, "HAM-01": SUMMER}, breadth=42, discount=0.27, noise=0.22,
        steady={"SEA-50": "His own repair workshop; two tubes a week, nothing else sticks as well."},
        replaced=("AUR-350", "AUR-400", 590), started=("LAN-SOL", 240), vacation=("08-03", "08-16"),
    ),
    "BRN-STE": Truth(
        28, 120_000, ("SKN-110", "PRB-240", "PAC-28", "BAG-M10"),
        seasonal={"WAX-KLI": (1, 2, 3), "CAP-SUN": SUMMER}, year_end_push=2.1, growth=1.04,
        steady={"SPK-TI": "Army canteen surplus shops take a carton each time; the owner is his cousin."},
    ),
    "GNB-ALP": Truth(
        19, 150_000, ("PAC-28", "POU-BLT", "BUF-01", "BOT-1L", "AUR-750"), vacation=("08-01", "08-24"),
        seasonal={"PRB-240": WINTER}, claim=("BOT-1L", 96), growth=1.06,
        steady={"PEG-10": "Campsites of the region order through him; they lose pegs all year round."},
    ),
    "KRK-TAT": Truth(
        17, 135_000, ("GAS-230", "STV-MIN", "POT-1L", "MAT-FOA", "BEA-M"), growth=1.16, discount=0.22,
        started=("SAT-S2", 150), seasonal={"ICE-CLT": WINTER}, replaced=("AUR-350", "AUR-400", 520),
    ),
    "PRG-HOR": Truth(
        35, 64_000, ("MAT-FOA", "CUP-ENA", "GAS-450"), stopped=("LAN-150", 165), growth=1.02,
        steady={"CAR-SET": "Key rings for the brewery museum: they engrave our small carabiners."},
    ),
    "ATH-THA": Truth(
        24, 88_000, ("DRY-20", "DRY-05", "CAP-SUN", "BOT-1L"), seasonal={"HAM-01": SUMMER, "PIL-AIR": SUMMER},
        overdue=2.6, late=0.2, noise=0.14,
    ),
    "EDI-GLE": Truth(
        21, 165_000, ("PON-RN", "MER-B2", "AUR-400", "GAI-MTN", "WPR-300"), year_end_push=2.4, growth=1.05,
        seasonal={"ICE-CLT": WINTER},
        steady={"LAC-150": "The mountain rescue teams; Fiona says they would complain within a week."},
        replaced=("AUR-350", "AUR-400", 600),
    ),
    "MAN-PEA": Truth(
        12, 205_000, ("MER-SOX", "BUF-01", "GAS-230", "THM-50", "PAC-28"), breadth=38, year_end_push=1.6,
        seasonal={"BEA-M": WINTER}, giant=("THM-50", 58), discount=0.23,
    ),
    "DEN-TAL": Truth(
        30, 260_000, ("AUR-750", "BAG-M10", "PAC-65", "FLT-01"), seasonal={"SKN-110": WINTER}, lead=35,
        growth=1.10, steady={"FLT-CAR": "A scout council's standing need; the camp rents out our filters."},
        started=("SAT-S2", 260), discount=0.25,
    ),
    "YVR-COA": Truth(
        33, 115_000, ("DRY-40", "DRY-20", "DRY-05", "PON-RN"), seasonal={"FLT-01": SUMMER}, lead=35, late=0.12,
        growth=1.03,
    ),
    "TYO-YAM": Truth(
        28, 240_000, ("STV-DUO", "POT-SET", "CUP-ENA", "SPK-TI", "LAN-150"), year_end_push=1.9, lead=30,
        vacation=("08-11", "08-17"), growth=1.06, noise=0.10, discount=0.20,
        steady={"FIR-STL": "A magazine's starter set contains one; the contract runs for years."},
    ),
    "SPK-KIT": Truth(
        42, 72_000, ("GAI-MTN", "BAG-M10", "THM-75"), seasonal={"SHO-ALU": WINTER, "WAX-250": WINTER},
        year_end_push=1.5, lead=30, noise=0.15, breadth=18,
    ),
    "SEL-HAN": Truth(
        15, 290_000, ("STV-MIN", "LAN-150", "CUP-ENA", "POT-SET", "LAN-SOL"), growth=1.12, lead=28,
        seasonal={"BAG-M10": WINTER, "HAM-01": SUMMER}, claim=("STV-MIN", 205),
        steady={"GAS-450": "His show kitchen at headquarters; small, but the chairman wants it there."},
    ),
    "PUS-BAD": Truth(
        38, 58_000, ("DRY-20", "DRY-05", "CAP-SUN"), lead=28, growth=1.01, overdue=1.9, breadth=18,
    ),
    "SHA-QIN": Truth(
        23, 175_000, ("LAN-SOL", "HAM-01", "POT-SET", "PAC-28"), vacation=("01-28", "02-14"), growth=1.14,
        lead=30, seasonal={"MAT-AIR": SUMMER}, giant=("LAN-SOL", 402),
    ),
    "TPE-YUL": Truth(
        31, 69_000, ("BUF-01", "PAC-28", "POU-BLT"), lead=28, seasonal={"PON-RN": (4, 5, 6)}, noise=0.2,
        steady={"TAP-05": "River-tracing clubs patch their neoprene with it."},
    ),
    "KWI-SAH": Truth(
        50, 52_000, ("LAN-SOL", "MAT-FOA", "CUP-ENA"), seasonal={"BAG-P5": (10, 11, 12)}, lead=32, breadth=14,
        vacation=("07-01", "08-20"), noise=0.2,
    ),
    "MEL-BLU": Truth(
        27, 125_000, ("PAC-45", "BAG-P5", "STV-MIN", "FLT-01"), year_end_push=2.0, lead=40, late=0.15,
        seasonal={"MER-B2": (4, 5, 6, 7)}, vacation=("12-20", "01-10"),
    ),
    "CHC-KAH": Truth(
        34, 43_000, ("PAC-45", "GAI-MTN", "DRY-20"), since=170, lead=40, breadth=16, growth=1.0,
    ),
    # Jonas' customers -----------------------------------------------------------------------------------
    "HAM-KUE": Truth(16, 140_000, ("PON-RN", "DRY-20", "DRY-40", "THM-50"), freight=True, growth=1.02),
    "LEJ-WAL": Truth(
        25, 76_000, ("MAT-FOA", "GAS-230", "BOT-1L"), replaced=("AUR-350", "AUR-400", 560), freight=True
    ),
    "INN-GIP": Truth(20, 130_000, ("SKN-110", "PRB-240", "AUR-750"), seasonal={"WAX-CLD": WINTER}, growth=1.05),
    "LYS-VER": Truth(29, 84_000, ("PAC-28", "BUF-01", "MAT-AIR"), vacation=("08-01", "08-24")),
    "TRN-DOL": Truth(22, 92_000, ("AUR-400", "PAC-28", "BUF-01"), vacation=("08-08", "08-24"), growth=0.95),
    "TRN-PAS": Truth(36, 55_000, ("PAC-65", "BAG-P5", "HAM-01"), overdue=2.2),
    "BCN-SIE": Truth(18, 110_000, ("CAP-SUN", "BOT-1L", "HAM-01", "DRY-05"), vacation=("08-03", "08-23")),
    "GDN-BAL": Truth(40, 38_000, ("DRY-20", "THM-75"), breadth=14),
    # Hyejin's customers ---------------------------------------------------------------------------------
    "BEG-DIN": Truth(32, 41_000, ("STV-MIN", "GAS-230", "MAT-FOA"), growth=1.09),
    "BRS-SEV": Truth(27, 60_000, ("MER-SOX", "DRY-20"), since=420, year_end_push=1.4),
    "BOS-GRA": Truth(24, 155_000, ("MER-B2", "ICE-CLT", "AUR-400"), lead=35, seasonal={"SHO-ALU": WINTER}),
    "SEA-RAI": Truth(30, 20_000, ("PON-RN", "DRY-20"), orders=1, since=16, lead=35),
    "YUL-BOR": Truth(37, 66_000, ("ICE-CLT", "BAG-M10", "GLV-LIN"), lead=35, seasonal={"SHO-ALU": WINTER}),
    "CTU-XUE": Truth(29, 87_000, ("PAC-65", "BAG-M10", "STV-DUO"), vacation=("01-28", "02-14"), lead=30),
    "DXB-QAM": Truth(30, 30_000, (), orders=0),
    "SCL-AND": Truth(44, 50_000, ("BAG-M10", "PAC-65", "GLV-LIN"), lead=42, seasonal={"SKN-110": (5, 6, 7, 8)}),
}  # fmt: skip


# People ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Move:
    """To another of our customers, so many days ago; he comes last among the people there."""

    to: str
    role: str
    ago: int


# Came later than the others.
JOINED = {("YVR-COA", 1): 345}
MOVED = {("UME-LAP", 1): Move("STO-GRA", "Buyer", 396), ("MAN-PEA", 2): Move("BRS-SEV", "Buyer", 392)}
RETIRED = {("TRO-NOR", 4): 900}
DECEASED = {("BRN-STE", 2): 335}
# Is here and well, and has asked not to be congratulated.
NOT_GREETED = {("TRO-NOR", 1)}

# With whom one means to keep in touch, at least every so many days, and does.
IN_TOUCH = {
    ("TRO-NOR", 0): 30, ("BGO-FJE", 0): 60, ("STO-GRA", 0): 120, ("OUL-KAR", 1): 60, ("MUC-BER", 1): 30,
    ("BRN-STE", 1): 45, ("GNB-ALP", 0): 30, ("KRK-TAT", 0): 45, ("ATH-THA", 0): 60, ("EDI-GLE", 0): 45,
    ("MAN-PEA", 0): 30, ("DEN-TAL", 0): 45, ("TYO-YAM", 1): 45, ("SEL-HAN", 0): 30, ("SEL-HAN", 1): 30,
    ("SHA-QIN", 1): 60, ("TPE-YUL", 0): 60, ("KWI-SAH", 1): 90, ("MEL-BLU", 0): 45, ("CHC-KAH", 0): 60,
}  # fmt: skip
# With whom one means to and does not: the same, and how long ago the last contact was (None: there never was one).
OUT_OF_TOUCH = {
    ("EDI-GLE", 1): (90, 240), ("BGO-FJE", 1): (180, 383), ("DEN-TAL", 1): (180, 282), ("SEL-HAN", 2): (365, 900),
    ("YVR-COA", 1): (120, None),
}  # fmt: skip

# Whose birthday comes in so many days, and the calendar it is kept in.
SOON = {
    ("TRO-NOR", 0): (4, GREGORIAN), ("SEL-HAN", 0): (6, KOREAN), ("SHA-QIN", 0): (9, CHINESE),
    ("EDI-GLE", 0): (0, GREGORIAN), ("PUS-BAD", 0): (12, KOREAN), ("TYO-YAM", 1): (11, GREGORIAN),
    ("MUC-BER", 1): (2, GREGORIAN), ("DEN-TAL", 0): (13, GREGORIAN), ("TPE-YUL", 0): (20, CHINESE),
    ("INN-GIP", 0): (5, GREGORIAN), ("BOS-GRA", 0): (7, GREGORIAN), ("TRO-NOR", 1): (3, GREGORIAN),
}  # fmt: skip
BOSS_IN_DAYS = 8
# How old somebody becomes this year, where the notes speak of it.
AGES = {("TYO-YAM", 2): 27, ("SPK-KIT", 1): 71, ("OUL-KAR", 1): 61, ("TRO-NOR", 0): 46}
# Days that not every year has: 29 February, a 30th of a lunar month, a leap month. The last: what to do without it.
SPECIAL = {
    ("STO-GRA", 0): (GREGORIAN, 2, 29, False, 1984, "before"),
    ("EDI-GLE", 1): (GREGORIAN, 2, 29, False, None, "after"),
    ("SEL-HAN", 2): (KOREAN, 8, 30, False, None, "before"),
    ("SEL-HAN", 3): (KOREAN, 6, 9, True, 1987, "before"),
    ("CTU-XUE", 0): (CHINESE, 6, 30, False, None, "after"),
}

# Trips: so many days ago a week of visits, one customer a day.
TRIPS = [
    (1071, ("EDI-GLE", "MAN-PEA")), (905, ("DEN-TAL", "YVR-COA")), (821, ("TYO-YAM", "SPK-KIT", "SEL-HAN", "SHA-QIN")),
    (742, ("STO-GRA", "UME-LAP", "TRO-NOR", "BGO-FJE")), (668, ("EDI-GLE", "MAN-PEA")),
    (611, ("MUC-BER", "BRN-STE", "GNB-ALP")), (560, ("KWI-SAH",)), (455, ("KRK-TAT", "PRG-HOR", "ATH-THA")),
    (440, ("TYO-YAM", "SPK-KIT", "SEL-HAN", "PUS-BAD", "SHA-QIN", "TPE-YUL")), (377, ("STO-GRA", "TRO-NOR", "BGO-FJE")),
    (338, ("SEL-HAN", "PUS-BAD", "TYO-YAM", "SHA-QIN")), (316, ("DEN-TAL", "YVR-COA")),
    (268, ("MUC-BER", "BRN-STE", "GNB-ALP")), (226, ("STO-GRA", "UME-LAP", "BGO-FJE")), (202, ("EDI-GLE", "MAN-PEA")),
    (160, ("TRO-NOR", "BGO-FJE")), (146, ("MUC-BER", "GNB-ALP")), (132, ("KRK-TAT", "PRG-HOR")),
    (118, ("MEL-BLU", "CHC-KAH")), (90, ("DEN-TAL", "YVR-COA")), (83, ("TYO-YAM", "SEL-HAN", "SHA-QIN", "TPE-YUL")),
    (68, ("KRK-TAT",)), (47, ("STO-GRA", "UME-LAP", "TRO-NOR")), (39, ("MUC-BER", "BRN-STE")),
]  # fmt: skip
