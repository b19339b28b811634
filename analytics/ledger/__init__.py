"""What was called of each next order, kept as it was called, and scored when the order came.

refresh asks `lacking_a_past` and calls `keep` for each batch of customers that it stores, and `replay_past` once at its end,
and the nightly run does so with whoever is left.
"""

from analytics.ledger.backfilling import lacking_a_past, replay_past
from analytics.ledger.keeping import keep

__all__ = ["keep", "lacking_a_past", "replay_past"]
