"""The lunisolar calendar out of the sky alone: what tests compare the libraries with. No table of any calendar in here.

New moons: Meeus, Astronomical Algorithms (2nd edition), chapter 49. The sun's apparent longitude: the series of
Bretagnon and Simon (1986) as Reingold and Dershowitz print it, with aberration and nutation. Both are good to about a
minute of time in this century; dynamical time minus universal time is guessed for the years to come, to within half a
minute.

A month begins on the civil day of the new moon, month 11 has the winter solstice, and of thirteen months between two
solstices the first without a principal term (a multiple of 30 degrees of the sun's longitude) is the leap month.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import cos, floor, radians, sin

J2000 = datetime(2000, 1, 1, 12)
KOREA, CHINA = timedelta(hours=9), timedelta(hours=8)  # east of Greenwich
SYNODIC = 29.530588861
TROPICAL = 365.242189

# Coefficient in days; multiples of the sun's anomaly, the moon's anomaly, the moon's latitude argument.
PERIODIC = [
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0), (-0.00007, 2, 1, 0),
    (0.00004, 0, 2, -2), (0.00004, 3, 0, 0), (0.00003, 1, 1, -2), (0.00003, 0, 2, 2), (-0.00003, 1, 1, 2),
    (0.00003, -1, 1, 2), (-0.00002, -1, 1, -2), (-0.00002, 1, 3, 0), (0.00002, 0, 4, 0),
]  # fmt: skip
# The planets' part: coefficient, angle at k = 0, angle per lunation.
PLANETARY = [
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860), (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
]  # fmt: skip
# The sun: coefficient, angle at J2000, angle per Julian century.
SOLAR = [
    (403406, 270.54861, 0.9287892), (195207, 340.19128, 35999.1376958), (119433, 63.91854, 35999.4089666),
    (112392, 331.26220, 35998.7287385), (3891, 317.843, 71998.20261), (2819, 86.631, 71998.4403),
    (1721, 240.052, 36000.35726), (660, 310.26, 71997.4812), (350, 247.23, 32964.4678), (334, 260.87, -19.4410),
    (314, 297.82, 445267.1117), (268, 343.14, 45036.8840), (242, 166.79, 3.1008), (234, 81.53, 22518.4434),
    (158, 3.50, -19.9739), (132, 132.75, 65928.9345), (129, 182.95, 9038.0293), (114, 162.03, 3034.7684),
    (99, 29.8, 33718.148), (93, 266.4, 3034.448), (86, 249.2, -2280.773), (78, 157.6, 29929.992),
    (72, 257.8, 31556.493), (68, 185.1, 149.588), (64, 69.9, 9037.750), (46, 8.0, 107997.405),
    (38, 197.1, -4444.176), (37, 250.4, 151.771), (32, 65.3, 67555.316), (29, 162.7, 31556.080),
    (28, 341.5, -4561.540), (27, 291.6, 107996.706), (27, 98.5, 1221.655), (25, 146.7, 62894.167),
    (24, 110.0, 31437.369), (21, 5.2, 14578.298), (21, 342.6, -31931.757), (20, 230.9, 34777.243),
    (18, 256.1, 1221.999), (17, 45.3, 62894.511), (14, 242.9, -4442.039), (13, 115.2, 107997.909),
    (13, 151.8, 119.066), (13, 285.3, 16859.071), (12, 53.3, -4.578), (10, 126.6, 26895.292),
    (10, 205.7, -39.127), (10, 85.9, 12297.536), (10, 146.1, 90073.778),
]  # fmt: skip


@dataclass(frozen=True)
class SkyMonth:
    year: int
    number: int
    leap: bool
    first: date
    new_moon: datetime  # universal time


def delta_t(year: float) -> float:
    """Dynamical minus universal time in seconds: 69.1 measured in 2025, and rising slowly of late."""
    return 69.1 + 0.35 * (year - 2025)


def universal(days: float) -> datetime:
    """Days of dynamical time since J2000 -> universal time."""
    return J2000 + timedelta(days=days, seconds=-delta_t(2000 + days / 365.25))


@cache
def new_moon_dynamical(lunation: int) -> float:
    """Days from J2000 to a new moon, by its number since the one of 6 January 2000."""
    k, t = lunation, lunation / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3 - 0.000000058 * t**4
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3 + 0.000000011 * t**4
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
    mean = 5.09766 + SYNODIC * k + 0.00015437 * t**2 - 0.000000150 * t**3 + 0.00000000073 * t**4
    periodic = sum(
        size * e ** abs(of_sun) * sin(radians(of_sun * sun + of_moon * moon + of_latitude * latitude))
        for size, of_sun, of_moon, of_latitude in PERIODIC
    )
    planetary = PLANETARY[0][0] * sin(radians(299.77 + 0.107408 * k - 0.009173 * t**2))
    planetary += sum(size * sin(radians(at + per * k)) for size, at, per in PLANETARY[1:])
    return mean + periodic - 0.00017 * sin(radians(node)) + planetary


def sun_longitude(days: float) -> float:
    """Apparent, in degrees, at so many days of dynamical time since J2000."""
    c = days / 36525
    series = sum(size * sin(radians(at + per * c)) for size, at, per in SOLAR)
    aberration = 0.0000974 * cos(radians(177.63 + 35999.01848 * c)) - 0.005575
    nutation = -0.004778 * sin(radians(124.90 - 1934.134 * c + 0.002063 * c**2))
    nutation -= 0.0003667 * sin(radians(201.11 + 72001.5377 * c + 0.00057 * c**2))
    return (282.7771834 + 36000.76953744 * c + 0.000005729577951308232 * series + aberration + nutation) % 360


@cache
def solar_term(year: int, degrees: int) -> datetime:
    """When the sun reaches a longitude in a civil year (270: the winter solstice), in universal time."""
    days = (date(year, 3, 20) - J2000.date()).days + degrees * TROPICAL / 360
    if degrees >= 285:
        days -= TROPICAL  # January and February
    for _ in range(6):
        days += ((degrees - sun_longitude(days) + 180) % 360 - 180) * TROPICAL / 360
    return universal(days)


@cache
def new_moon(lunation: int) -> datetime:
    return universal(new_moon_dynamical(lunation))


@cache
def sui(year: int, zone: timedelta) -> tuple[tuple[int, bool, date, datetime], ...]:
    """The months from the one with the solstice of `year - 1` up to the one before that of `year`, as (number, leap,
    first day, new moon)."""
    first, last = (_month_with_solstice(y, zone) for y in (year - 1, year))
    starts = [(civil(new_moon(k), zone), new_moon(k)) for k in range(first, last + 1)]
    terms = [civil(solar_term(y, d), zone) for y in (year - 1, year) for d in range(0, 360, 30)]
    months, number, leap_found = [], 10, False
    for (begins, moon), (ends, _) in pairwise(starts):
        leap = last - first == 13 and not leap_found and not any(begins <= term < ends for term in terms)
        leap_found |= leap
        number += not leap
        months.append(((number - 1) % 12 + 1, leap, begins, moon))
    return tuple(months)


def lunar_year(year: int, zone: timedelta) -> list[SkyMonth]:
    """The months of a lunar year: of its solstice year all from month 1 on, and of the next one months 11 and 12."""
    begun = [month for month in sui(year, zone) if month[0] < 11]
    ended = [month for month in sui(year + 1, zone) if month[0] >= 11]
    return [SkyMonth(year, *month) for month in begun + ended]


def civil(moment: datetime, zone: timedelta) -> date:
    return (moment + zone).date()


def to_midnight(moment: datetime, zone: timedelta) -> timedelta:
    """How far it is from the nearest midnight in the zone: from where a small error makes it another day."""
    there = moment + zone
    after = there - datetime.combine(there.date(), datetime.min.time())
    return min(after, timedelta(days=1) - after)


def _month_with_solstice(year, zone):
    """The lunation whose month has the winter solstice of a year."""
    solstice = solar_term(year, 270)
    k = floor((solstice - J2000).days / SYNODIC) + 1
    while civil(new_moon(k), zone) > civil(solstice, zone):
        k -= 1
    return k
