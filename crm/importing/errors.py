class ImportRefused(Exception):
    """The file as a whole can't be imported; the message says why and what to do, in the user's words."""
