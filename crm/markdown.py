"""A note's markdown -> HTML that is safe whatever was typed: no raw HTML in, an allow-list out."""

import nh3
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "hr"}


def render(text, links=None):
    """`links` finds in a piece of plain text what leads somewhere: [(start, end, address)]."""
    html = nh3.clean(
        _parser.render(text, {"links": links}),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)


def _add_links(state):
    """A rule of the parser: plain text is linked, neither code nor what is in a link already."""
    links = state.env.get("links")
    for block in state.tokens if links else []:
        if block.type == "inline":
            block.children = list(_linked(block.children, links))


def _linked(tokens, links):
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not depth:
            yield from _pieces(token.content, links(token.content))
        else:
            yield token


def _pieces(text, found):
    end = 0
    for start, stop, address in found:
        yield Token("text", "", 0, content=text[end:start])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=text[start:stop])
        yield Token("link_close", "a", -1)
        end = stop
    yield Token("text", "", 0, content=text[end:])


_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
_parser.core.ruler.push("links", _add_links)
