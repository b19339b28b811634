"""Of many rows about the same thing the latest word on each of its fields."""

from dataclasses import dataclass, field

MANY_SAID = 50


@dataclass
class Fold:
    """The latest non-empty value of each field of each key; row order never shows, the later date and value win.

    Most rows say of a customer or a product what others said before: kept is, of each key, what was said and when last.
    """

    names: tuple
    values: dict = field(default_factory=dict)

    def add(self, key, when, *said):
        """`said`: a value for each of the names."""
        known = self.values.setdefault(key, {})
        if said not in known or when > known[said]:
            known[said] = when
            if len(known) > MANY_SAID:
                self.values[key] = self._latest(known)

    def _latest(self, known):
        """No more than is needed of what was said: for each field the row that has its latest value."""
        kept = {}
        for place in range(len(self.names)):
            filled = [(when, said[place], said) for said, when in known.items() if said[place]]
            if filled:
                when, _value, said = max(filled)
                kept[said] = when
        return kept

    def __iter__(self):
        for key, known in self.values.items():
            latest = {}
            for said, when in known.items():
                for name, value in zip(self.names, said, strict=True):
                    if value and (name not in latest or (when, value) > latest[name]):
                        latest[name] = (when, value)
            yield key, {name: value for name, (_, value) in latest.items()}
