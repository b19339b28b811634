"""What a cell says, without what exports put around it."""

from crm.importing.memory import make_room

LONGEST_REMEMBERED = 200
GUARDED = frozenset("=+-@＝＋－＠")


def plain_text(cell) -> str:
    """On one line and without spaces around it; what an export guarded from being run as a formula is the same text again."""
    text = cell.strip()
    if "\n" in text or "\r" in text:
        text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and text[1:2] in GUARDED else text


class Cells(dict):
    """{name of a field: what its cell says}; "" where there is none."""

    def __missing__(self, name):
        return ""


class PlainTexts(dict):
    """{cell as it is written: what it says}."""

    def __missing__(self, cell):
        text = plain_text(cell)
        if len(cell) <= LONGEST_REMEMBERED:
            make_room(self)
            self[cell] = text
        return text
