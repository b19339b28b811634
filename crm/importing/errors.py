class ImportRefused(Exception):
    """The file as a whole can't be imported; the message says why and what to do, in the user's words."""


class OrdersMoved(Exception):
    """Somebody changed these orders between plan and transaction: plan again."""


class Cancelled(ImportRefused):
    """Who asked for it no longer wants it, or wants something else."""
