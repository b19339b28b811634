"""What a cell says, without what exports put around it."""

GUARDED = frozenset("=+-@＝＋－＠")


def plain_text(cell) -> str:
    """On one line and without spaces around it; what an export guarded from being run as a formula is the same text again."""
    text = cell.strip()
    if "\n" in text or "\r" in text:
        text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and text[1:2] in GUARDED else text
