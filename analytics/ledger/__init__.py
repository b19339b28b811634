"""What was called of each next order, kept as it was called, and scored when the order came.

refresh calls `keep` for each batch of customers that it stores, and `replay_past` once at its end.
"""

from analytics.ledger.backfilling import replay_past
from analytics.ledger.keeping import keep

__all__ = ["keep", "replay_past"]
