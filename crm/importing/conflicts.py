"""Where a person has edited what the file says otherwise now: both values, and whose counts."""

from collections import Counter
from dataclasses import dataclass

from crm.importing.choices import Choices

SHOWN = 25


@dataclass(frozen=True)
class Conflict:
    """news: {field: (the person's value, the file's)}; taken: the file's go over the person's."""

    id: str
    model: type
    row: int
    news: dict
    taken: bool


class Conflicts:
    """Of one attempt: how many, and the first ones of each kind."""

    def __init__(self, choices: Choices):
        self.choices = choices
        self.counts, self.first = Counter(), []

    def takes(self, model, pk, news) -> bool:
        """Notes the conflict of these fields, of which one can't be taken without the others."""
        name = f"{model._meta.model_name}:{pk}:{next(iter(news))}"
        taken = self.choices.takes(name)
        self.counts[model] += 1
        if self.counts[model] <= SHOWN:
            self.first.append(Conflict(name, model, pk, news, taken))
        return taken
