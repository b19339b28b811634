"""Addresses of the same list, asked otherwise."""

# What asks for a file, which no page goes on with.
OF_DOWNLOADS = ("format", "lines")


def without(query, *names):
    """A query string (of a QueryDict) but these names, and what asks for a file."""
    query = query.copy()
    for name in (*names, *OF_DOWNLOADS):
        query.pop(name, None)
    return query.urlencode()
