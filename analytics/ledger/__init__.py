"""What was called of each next order, kept as it was called, and scored when the order came.

refresh calls `keep` for each batch of customers that it stores, and `backfill` at its end for those that are `pending`.
"""

from analytics.ledger.backfilling import backfill, pending
from analytics.ledger.keeping import keep

__all__ = ["backfill", "keep", "pending"]
