"""The manufacturer: his catalogue, prices and costs in euro, and what a euro was worth."""

import math
import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BASE_CURRENCY = "EUR"
PRICE_RISE = 0.035  # every January
COST_RISE = 0.025


@dataclass(frozen=True)
class Item:
    sku: str
    name: str
    category: str
    unit: str
    pack: int
    price: float  # list price in EUR this year
    cost: float
    peak: int | None = None  # the month in which the north buys most of it


LIGHT, SNOW, WATER, COOK = "Lighting", "Winter", "Water and dry storage", "Cooking"
WEAR, SLEEP, CARRY, CARE = "Clothing", "Sleeping", "Packs", "Care and repair"

CATALOGUE = [
    Item("AUR-350", "Aurora 350 headlamp", LIGHT, "pcs", 10, 27.90, 15.10, 11),
    Item("AUR-400", "Aurora 400 headlamp", LIGHT, "pcs", 10, 31.50, 16.40, 11),
    Item("AUR-750", "Aurora 750 headlamp", LIGHT, "pcs", 5, 58.00, 31.20, 11),
    Item("LAN-150", "Camp lantern 150", LIGHT, "pcs", 6, 22.40, 12.30, 6),
    Item("LAN-SOL", "Solar lantern", LIGHT, "pcs", 6, 29.80, 17.20, 5),
    Item("SAT-S2", "Satellite beacon S2", LIGHT, "pcs", 2, 164.00, 98.00),
    Item("BAT-20", "CR2032 cells, 20-pack", LIGHT, "packs", 10, 6.20, 3.50),
    Item("BAT-18", "Cell 18650, twin pack", LIGHT, "packs", 10, 9.80, 5.90),
    Item("RFV-01", "Reflective vest", LIGHT, "pcs", 20, 8.90, 4.10, 10),
    Item("WAX-250", "Ski wax universal 250 ml", SNOW, "pcs", 12, 11.60, 4.90, 11),
    Item("WAX-CLD", "Ski wax cold 60 g", SNOW, "pcs", 24, 7.40, 2.90, 12),
    Item("WAX-KLI", "Klister 55 ml", SNOW, "pcs", 24, 8.10, 3.20, 2),
    Item("SKN-110", "Climbing skins 110 mm", SNOW, "pairs", 4, 69.00, 38.50, 11),
    Item("GAI-MTN", "Mountain gaiters", SNOW, "pairs", 6, 32.50, 17.80, 11),
    Item("SHO-ALU", "Snow shovel, aluminium", SNOW, "pcs", 4, 34.80, 19.60, 12),
    Item("PRB-240", "Avalanche probe 240", SNOW, "pcs", 4, 31.20, 17.90, 12),
    Item("ICE-CLT", "Ice cleats", SNOW, "pairs", 10, 14.60, 6.90, 12),
    Item("DRY-05", "Dry bag 5 l", WATER, "pcs", 10, 8.40, 3.90, 5),
    Item("DRY-20", "Dry bag 20 l", WATER, "pcs", 10, 14.20, 6.60, 5),
    Item("DRY-40", "Dry bag 40 l", WATER, "pcs", 6, 21.80, 10.70, 5),
    Item("THM-75", "Thermos 0.75 l", WATER, "pcs", 6, 19.90, 10.40, 11),
    Item("THM-50", "Thermos 0.5 l", WATER, "pcs", 6, 16.90, 8.90, 11),
    Item("BOT-1L", "Drinking bottle 1 l", WATER, "pcs", 12, 9.20, 4.30, 6),
    Item("FLT-01", "Water filter", WATER, "pcs", 4, 42.00, 24.10, 5),
    Item("FLT-CAR", "Filter cartridge", WATER, "pcs", 10, 15.80, 7.60),
    Item("STV-MIN", "Trail stove mini", COOK, "pcs", 6, 24.60, 13.20, 6),
    Item("STV-DUO", "Camp stove duo", COOK, "pcs", 2, 71.00, 42.30, 6),
    Item("GAS-230", "Gas canister 230 g", COOK, "pcs", 24, 4.10, 2.35, 7),
    Item("GAS-450", "Gas canister 450 g", COOK, "pcs", 12, 6.80, 4.05, 7),
    Item("POT-1L", "Pot 1 l, hard anodised", COOK, "pcs", 6, 21.30, 11.50, 6),
    Item("POT-SET", "Cook set for four", COOK, "sets", 4, 48.50, 27.90, 6),
    Item("SPK-TI", "Titanium spork", COOK, "pcs", 20, 6.90, 3.10),
    Item("FIR-STL", "Fire steel", COOK, "pcs", 20, 5.40, 2.20),
    Item("CUP-ENA", "Enamel mug", COOK, "pcs", 12, 6.60, 3.20, 10),
    Item("MER-B2", "Merino base kit", WEAR, "sets", 5, 61.00, 34.40, 10),
    Item("MER-SOX", "Merino socks", WEAR, "pairs", 12, 11.80, 5.60, 10),
    Item("GLV-LIN", "Liner gloves", WEAR, "pairs", 10, 12.40, 5.80, 11),
    Item("BEA-M", "Knit beanie", WEAR, "pcs", 10, 10.90, 4.70, 11),
    Item("PON-RN", "Rain poncho", WEAR, "pcs", 10, 17.60, 8.80, 4),
    Item("CAP-SUN", "Sun cap", WEAR, "pcs", 12, 9.60, 4.20, 5),
    Item("BUF-01", "Neck tube", WEAR, "pcs", 20, 7.20, 2.80),
    Item("MAT-FOA", "Foam mat", SLEEP, "pcs", 8, 16.40, 7.90, 6),
    Item("MAT-AIR", "Air mat light", SLEEP, "pcs", 4, 54.00, 30.80, 6),
    Item("BAG-P5", "Sleeping bag +5", SLEEP, "pcs", 3, 68.00, 39.40, 6),
    Item("BAG-M10", "Sleeping bag -10", SLEEP, "pcs", 2, 118.00, 69.50, 10),
    Item("LIN-SLK", "Sleeping bag liner", SLEEP, "pcs", 6, 23.80, 12.10),
    Item("HAM-01", "Hammock with straps", SLEEP, "pcs", 4, 39.50, 21.70, 5),
    Item("PIL-AIR", "Air pillow", SLEEP, "pcs", 10, 13.20, 6.10, 6),
    Item("PAC-28", "Day pack 28 l", CARRY, "pcs", 3, 57.00, 33.10, 5),
    Item("PAC-45", "Trek pack 45 l", CARRY, "pcs", 2, 94.00, 55.60, 5),
    Item("PAC-65", "Trek pack 65 l", CARRY, "pcs", 2, 121.00, 72.80, 5),
    Item("COV-RN", "Pack rain cover", CARRY, "pcs", 10, 11.20, 4.90, 4),
    Item("POU-BLT", "Belt pouch", CARRY, "pcs", 10, 12.80, 5.90),
    Item("CAR-SET", "Accessory carabiners, set of 3", CARRY, "sets", 20, 5.80, 2.30),
    Item("TAP-05", "Repair tape 5 m", CARE, "pcs", 20, 4.60, 1.70),
    Item("LAC-150", "Boot laces 150 cm", CARE, "pairs", 20, 3.20, 1.05),
    Item("CRD-10", "Cord 4 mm, 10 m", CARE, "pcs", 20, 4.90, 2.00),
    Item("PEG-10", "Tent pegs, set of 10", CARE, "sets", 10, 9.40, 4.40, 5),
    Item("SEA-50", "Seam sealer 50 ml", CARE, "pcs", 12, 7.10, 2.60),
    Item("WPR-300", "Wash-in proofing 300 ml", CARE, "pcs", 12, 8.80, 3.40, 9),
]
FREIGHT = "FREIGHT"  # the one service
ITEMS = {item.sku: item for item in CATALOGUE}

# The older headlamp leaves the catalogue and the newer one takes its place: so many days before today.
SUCCESSION = ("AUR-350", "AUR-400", 640)

# EUR for one unit of the currency, about which the monthly rates wander.
RATES = {
    "AED": 0.250, "AUD": 0.605, "CAD": 0.675, "CHF": 1.045, "CNY": 0.1285, "CZK": 0.0402, "GBP": 1.165,
    "JPY": 0.00625, "KRW": 0.000675, "KWD": 2.985, "NOK": 0.0862, "NZD": 0.558, "PLN": 0.2325, "SEK": 0.0885,
    "USD": 0.918,
}  # fmt: skip


def price_in_eur(item: Item, year: int, this_year: int) -> float:
    return item.price * (1 + PRICE_RISE) ** (year - this_year)


def cost_in_eur(item: Item, year: int, this_year: int) -> float:
    return item.cost * (1 + COST_RISE) ** (year - this_year)


def season(item: Item, month: int, *, south: bool) -> float:
    """How much more (or less) than on average is bought of it in a month."""
    if item.peak is None:
        return 1.0
    peak = item.peak + 6 if south else item.peak
    return 1 + 0.38 * math.cos((month - peak) * math.pi / 6)


def months_until(today: date, years: int = 5) -> list[date]:
    """First days of the months from `years` years ago up to today's month."""
    last = today.year * 12 + today.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - 12 * years, last + 1)]


def monthly_rates(today: date, seed: int) -> dict[tuple[str, date], Decimal]:
    """EUR for one unit, by currency and month: a slow walk that keeps coming back to its middle."""
    rates = {}
    for currency, middle in RATES.items():
        wander = random.Random(f"{seed}:{currency}")
        # The Gulf currencies hang on the dollar, which is calm enough here.
        step, away = 0.012, 0.0
        for month in months_until(today):
            away = 0.93 * away + wander.gauss(0, step)
            rates[currency, month] = Decimal(str(middle * math.exp(away))).quantize(Decimal("0.00000001"))
    return rates
