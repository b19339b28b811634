"""What the user answered to the questions of the preview; kept in the options of his run."""

from dataclasses import dataclass, field

OURS, THEIRS = "ours", "theirs"


@dataclass(frozen=True)
class Choices:
    # The file is complete: lines that it no longer has go.
    remove: bool = False
    # Where a person has edited what the file says otherwise now: for all, and {conflict: ...} for single ones.
    conflicts: str = OURS
    each: dict = field(default_factory=dict)
    # {key of a new customer: the known one who he is}
    same: dict = field(default_factory=dict)

    def takes(self, conflict) -> bool:
        """Whether the file's value goes over the person's."""
        return self.each.get(conflict, self.conflicts) == THEIRS


AS_IT_IS = Choices()


def of(options) -> Choices:
    return Choices(**options.get("choices", {}))
