"""Addresses of the same list, asked otherwise."""


def without(query, *names):
    """A query string (of a QueryDict) but these names."""
    query = query.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
