"""Short words for a birthday in the person's own language."""

BIRTHDAY = {
    "en": ("Happy birthday, {name}!", "Happy belated birthday, {name}!"),
    "ko": ("{name} 님, 생일 축하드립니다!", "{name} 님, 늦었지만 생일 축하드립니다!"),
    "de": ("Alles Gute zum Geburtstag, {name}!", "Nachträglich alles Gute zum Geburtstag, {name}!"),
    "fr": ("Joyeux anniversaire, {name} !", "Joyeux anniversaire avec un peu de retard, {name} !"),
    "es": ("¡Feliz cumpleaños, {name}!", "¡Feliz cumpleaños con retraso, {name}!"),
    "pt": ("Feliz aniversário, {name}!", "Feliz aniversário atrasado, {name}!"),
    "it": ("Buon compleanno, {name}!", "Buon compleanno in ritardo, {name}!"),
    "nl": ("Gefeliciteerd met je verjaardag, {name}!", "Alsnog gefeliciteerd met je verjaardag, {name}!"),
    "pl": (
        "Wszystkiego najlepszego z okazji urodzin, {name}!",
        "Spóźnione, ale serdeczne życzenia urodzinowe, {name}!",
    ),
    "cs": ("Všechno nejlepší k narozeninám, {name}!", "Dodatečně všechno nejlepší k narozeninám, {name}!"),
    "da": ("Tillykke med fødselsdagen, {name}!", "Tillykke med fødselsdagen – lidt forsinket, {name}!"),
    "nb": ("Gratulerer med dagen, {name}!", "Gratulerer med dagen på etterskudd, {name}!"),
    "sv": ("Grattis på födelsedagen, {name}!", "Grattis i efterskott, {name}!"),
    "fi": ("Hyvää syntymäpäivää, {name}!", "Hyvää syntymäpäivää näin jälkikäteen, {name}!"),
    "et": ("Palju õnne sünnipäevaks, {name}!", "Hilinenud õnnitlused sünnipäevaks, {name}!"),
    "hu": ("Boldog születésnapot, {name}!", "Utólag is boldog születésnapot, {name}!"),
    "tr": ("Doğum günün kutlu olsun, {name}!", "Geçmiş doğum günün kutlu olsun, {name}!"),
    "ru": ("С днём рождения, {name}!", "С прошедшим днём рождения, {name}!"),
    "ja": (
        "{name}さん、お誕生日おめでとうございます！",
        "{name}さん、遅くなりましたが、お誕生日おめでとうございます！",
    ),
    "zh": ("{name}，生日快乐！", "{name}，迟到的生日祝福，生日快乐！"),
    "vi": ("Chúc mừng sinh nhật {name}!", "Chúc mừng sinh nhật muộn {name}!"),
    "id": ("Selamat ulang tahun, {name}!", "Selamat ulang tahun, {name}, maaf terlambat!"),
    "th": ("สุขสันต์วันเกิด {name}!", "สุขสันต์วันเกิดย้อนหลัง {name}!"),
    "ar": ("عيد ميلاد سعيد {name}!", "عيد ميلاد سعيد {name}، وإن جاء متأخرًا!"),
}
ALIASES = {"no": "nb", "nn": "nb"}
# Here one is called by the family name and a title, or by the whole name.
BY_WHOLE_NAME = {"ko", "ja", "zh"}


def words(person, kind, late=0) -> str:
    """A greeting to copy; empty for days of which nobody can say what one wishes."""
    if kind != "birthday":
        return ""
    language = (person.language or "en").partition("-")[0].lower()
    language = ALIASES.get(language, language)
    on_time, belated = BIRTHDAY.get(language, BIRTHDAY["en"])
    return (belated if late else on_time).format(name=called(person, language))


def called(person, language) -> str:
    if language in BY_WHOLE_NAME:
        return person.native_name or person.latin_name
    return person.given_name or person.latin_name or person.native_name
