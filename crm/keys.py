"""What was sent as the number of a row."""

LARGEST_KEY = 2**63 - 1
LONGEST_KEY = len(str(LARGEST_KEY))


def row_key(text):
    """The number, where it can be one of a row; None for anything else, however many digits it has."""
    # int() refuses thousands of digits.
    if not text.isdecimal() or len(text) > LONGEST_KEY:
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None
