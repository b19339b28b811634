"""Forty distributors in 25 countries, and who looks after them."""

from dataclasses import dataclass

from crm.demo import MANAGER_EMAIL, REP_EMAIL

MARI, JONAS, HYEJIN = REP_EMAIL, "jonas.keller@demo.example", "hyejin.seo@demo.example"
TEAM = "Overseas sales (demo)"
ZONE = "Europe/Berlin"  # where the manufacturer sits


@dataclass(frozen=True)
class Colleague:
    email: str
    name: str
    role: str


COLLEAGUES = [
    Colleague(MARI, "Mari Olsen", "rep"),
    Colleague(JONAS, "Jonas Keller", "rep"),
    Colleague(HYEJIN, "Hyejin Seo", "rep"),
    Colleague(MANAGER_EMAIL, "Elena Rossi", "manager"),
]


@dataclass(frozen=True)
class Distributor:
    code: str
    name: str
    country: str
    city: str
    zone: str
    currency: str
    rep: str
    fiscal_year_start: int = 1
    south: bool = False  # of the equator: the seasons are the other way round


CUSTOMERS = [
    Distributor("TRO-NOR", "Nordlys Distribution AS", "NO", "Tromsø", "Europe/Oslo", "NOK", MARI),
    Distributor("BGO-FJE", "Fjellheim Handel AS", "NO", "Bergen", "Europe/Oslo", "NOK", MARI),
    Distributor("STO-GRA", "Granskog Sport AB", "SE", "Stockholm", "Europe/Stockholm", "SEK", MARI, 9),
    Distributor("UME-LAP", "Lappvind Grossist AB", "SE", "Umeå", "Europe/Stockholm", "SEK", MARI),
    Distributor("OUL-KAR", "Karhunpolku Oy", "FI", "Oulu", "Europe/Helsinki", "EUR", MARI),
    Distributor("MUC-BER", "Bergfink Handels GmbH", "DE", "Munich", "Europe/Berlin", "EUR", MARI),
    Distributor("HAM-KUE", "Küstenwind Ausrüstung GmbH", "DE", "Hamburg", "Europe/Berlin", "EUR", JONAS),
    Distributor("LEJ-WAL", "Waldsteig Großhandel GmbH", "DE", "Leipzig", "Europe/Berlin", "EUR", JONAS),
    Distributor("INN-GIP", "Gipfelrast Vertriebs GmbH", "AT", "Innsbruck", "Europe/Vienna", "EUR", JONAS),
    Distributor("BRN-STE", "Steinadler Outdoor AG", "CH", "Bern", "Europe/Zurich", "CHF", MARI, 7),
    Distributor("GNB-ALP", "Alpages & Sentiers SARL", "FR", "Grenoble", "Europe/Paris", "EUR", MARI),
    Distributor("LYS-VER", "Verte Cime Distribution SAS", "FR", "Lyon", "Europe/Paris", "EUR", JONAS),
    Distributor("TRN-DOL", "Dolomia Chiara S.r.l.", "IT", "Trento", "Europe/Rome", "EUR", JONAS),
    Distributor("TRN-PAS", "Passo Lungo S.p.A.", "IT", "Turin", "Europe/Rome", "EUR", JONAS),
    Distributor("BCN-SIE", "Sierra Clara Distribuciones S.L.", "ES", "Barcelona", "Europe/Madrid", "EUR", JONAS),
    Distributor("KRK-TAT", "Tatrowid Sp. z o.o.", "PL", "Kraków", "Europe/Warsaw", "PLN", MARI),
    Distributor("GDN-BAL", "Bałtycki Szlak Sp. z o.o.", "PL", "Gdańsk", "Europe/Warsaw", "PLN", JONAS),
    Distributor("PRG-HOR", "Horské Stezky s.r.o.", "CZ", "Prague", "Europe/Prague", "CZK", MARI),
    Distributor("ATH-THA", "Thalassa & Vouno E.P.E.", "GR", "Athens", "Europe/Athens", "EUR", MARI),
    Distributor("BEG-DIN", "Dinarska Staza d.o.o.", "RS", "Belgrade", "Europe/Belgrade", "EUR", HYEJIN),
    Distributor("EDI-GLE", "Glenmoor Outfitters Ltd", "GB", "Edinburgh", "Europe/London", "GBP", MARI, 4),
    Distributor("MAN-PEA", "Peakford Supply Ltd", "GB", "Manchester", "Europe/London", "GBP", MARI, 4),
    Distributor("BRS-SEV", "Severn Trail Ltd", "GB", "Bristol", "Europe/London", "GBP", HYEJIN, 4),
    Distributor("DEN-TAL", "Tallpine Wholesale LLC", "US", "Denver", "America/Denver", "USD", MARI),
    Distributor("BOS-GRA", "Granite Harbor Goods Inc.", "US", "Boston", "America/New_York", "USD", HYEJIN),
    Distributor("SEA-RAI", "Rainfern Outfitting LLC", "US", "Seattle", "America/Los_Angeles", "USD", HYEJIN),
    Distributor("YVR-COA", "Coastline Pack & Paddle Ltd.", "CA", "Vancouver", "America/Vancouver", "CAD", MARI),
    Distributor("YUL-BOR", "Boréale Nord Inc.", "CA", "Montréal", "America/Toronto", "CAD", HYEJIN),
    Distributor("TYO-YAM", "Yamaboshi Shokai K.K.", "JP", "Tokyo", "Asia/Tokyo", "JPY", MARI, 4),
    Distributor("SPK-KIT", "Kitakaze Bussan K.K.", "JP", "Sapporo", "Asia/Tokyo", "JPY", MARI, 4),
    Distributor("SEL-HAN", "Hanbyeol Outdoor Co., Ltd.", "KR", "Seoul", "Asia/Seoul", "KRW", MARI),
    Distributor("PUS-BAD", "Badasan Trading Co.", "KR", "Busan", "Asia/Seoul", "KRW", MARI),
    Distributor("SHA-QIN", "Shanghai Qinglu Trading Co., Ltd.", "CN", "Shanghai", "Asia/Shanghai", "CNY", MARI),
    Distributor("CTU-XUE", "Chengdu Xueling Outdoor Co.", "CN", "Chengdu", "Asia/Shanghai", "CNY", HYEJIN),
    Distributor("TPE-YUL", "Yulin Path Co., Ltd.", "TW", "Taipei", "Asia/Taipei", "USD", MARI),
    Distributor("DXB-QAM", "Qamar Desert Trading LLC", "AE", "Dubai", "Asia/Dubai", "AED", HYEJIN),
    Distributor("KWI-SAH", "Sahra Camping Est.", "KW", "Kuwait City", "Asia/Kuwait", "KWD", MARI, 4),
    Distributor("MEL-BLU", "Bluegum Trail Supplies Pty Ltd", "AU", "Melbourne", "Australia/Melbourne", "AUD", MARI, 7,
                south=True),
    Distributor("CHC-KAH", "Kahu Ridge Ltd", "NZ", "Christchurch", "Pacific/Auckland", "NZD", MARI, 4, south=True),
    Distributor("SCL-AND", "Andes Sur Importadora SpA", "CL", "Santiago", "America/Santiago", "USD", HYEJIN,
                south=True),
]  # fmt: skip

# Looked after by another rep until so many days before today; the orders up to then are credited to him.
HANDED_OVER = {"BGO-FJE": (JONAS, 920), "KRK-TAT": (JONAS, 700), "TPE-YUL": (HYEJIN, 480)}
