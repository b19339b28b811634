"""How often somebody changed his mind of one order: the same rule for the model's forecasts and a rep's calls. No clock."""

from itertools import pairwise


def changes(said) -> int:
    """`said`: (day, what) in the order of the revisions. Of each day its last word counts, and of the first day also the
    first word of all: what was said and taken back on the same day is no change of mind."""
    words = list(said)
    last = dict(words)
    minds = [words[0][1], *last.values()] if words else []
    return sum(mind != before for before, mind in pairwise(minds))


def changes_of_call(revisions) -> int:
    """Of one author, in their order."""
    return changes((one.made_on, one.mind) for one in revisions)
