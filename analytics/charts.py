"""Answers -> Plotly figures as plain dictionaries. Colours are CSS variables, which the page's script resolves."""

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from crm.templatetags.figures import amount, month, month_name, quantity

AXIS = {"fixedrange": True, "ticks": ""}
# Fewer months leave room on their left: one bar as wide as the card would look like a lot.
MONTHS_AT_LEAST = 12
SHADES = [
    [0, "var(--h0)"], [0.1, "var(--h0)"], [0.11, "var(--h1)"], [0.4, "var(--h2)"], [0.72, "var(--h3)"], [1, "var(--h4)"],
]  # fmt: skip


def layout(height, **options):
    hover = {
        "bgcolor": "var(--tip)",
        "bordercolor": "var(--tip)",
        "font": {"color": "var(--tip-ink)", "size": 12},
    }
    return {
        "height": height,
        "margin": {"l": 48, "r": 8, "t": 8, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "font": {"color": "var(--muted)", "size": 12},
        "hoverlabel": hover,
        "dragmode": False,
        "template": {},
    } | options


def _hover(labels, values, currency):
    return [
        f"{month(label)}<br>{currency} {amount(value, currency)}"
        for label, value in zip(labels, values, strict=True)
    ]


def sales(answer, currency):
    """Orders received by month with the months ahead: a band and a dotted line, so that a forecast looks like one."""
    months, values = answer["months"], answer["amount"]
    bars = go.Bar(
        x=months,
        y=values,
        marker={
            "color": ["var(--accent)"] * (len(months) - 1) + ["var(--accent-mid)"],
            "cornerradius": 3,
        },
        hoverinfo="text",
        hovertext=_hover(months, values, currency),
    )
    traces, ahead = [bars], answer["ahead"]
    if ahead.get("show_months"):
        traces += _ahead(ahead, currency)
        months = list(dict.fromkeys([*months, *ahead["months"]]))
    room = [min(len(months) - MONTHS_AT_LEAST, 0) - 0.5, len(months) - 0.5]
    across = {
        "type": "category", "categoryorder": "array", "categoryarray": months, "range": room, "showgrid": False,
        "showline": True, "linecolor": "var(--line)", **_ticks(months), **AXIS,
    }  # fmt: skip
    up = {
        "gridcolor": "var(--grid)", "zeroline": False, "tickformat": "~s", "nticks": 5, "ticksuffix": " ",
        "rangemode": "tozero", **AXIS,
    }  # fmt: skip
    return figure(traces, layout(344, bargap=0.28, xaxis=across, yaxis=up))


def _ahead(ahead, currency):
    months, low, high = ahead["months"], ahead["low"], ahead["high"]
    words = [
        f"{month(label)}, {_('expected')}<br>{currency} {amount(p, currency)}<br>"
        f"{_('8 in 10')}: {amount(lo, currency)} – {amount(hi, currency)}"
        for label, p, lo, hi in zip(months, ahead["point"], low, high, strict=True)
    ]
    edge = {"x": months, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        go.Scatter(y=high, **edge),
        go.Scatter(y=low, fill="tonexty", fillcolor="var(--fc-band)", **edge),
        go.Scatter(
            x=months, y=ahead["point"], mode="lines+markers", hoverinfo="text", hovertext=words,
            line={"color": "var(--fc)", "width": 2, "dash": "dot"},
            marker={"size": 7, "color": "var(--surface)", "line": {"color": "var(--fc)", "width": 2}},
        ),
    ]  # fmt: skip


def quantities(months, values, unit):
    """How many of a product were ordered by month."""
    words = [
        f"{month(label)}<br>{quantity(value)} {unit}".rstrip()
        for label, value in zip(months, values, strict=True)
    ]
    bars = go.Bar(
        x=months,
        y=values,
        marker={"color": ["var(--accent)"] * (len(months) - 1) + ["var(--accent-mid)"], "cornerradius": 3},
        hoverinfo="text",
        hovertext=words,
    )
    across = {
        "type": "category",
        "showgrid": False,
        "showline": True,
        "linecolor": "var(--line)",
        **_ticks(months),
        **AXIS,
    }
    up = {
        "gridcolor": "var(--grid)",
        "zeroline": False,
        "tickformat": "~s",
        "nticks": 5,
        "ticksuffix": " ",
        **AXIS,
    }
    return figure([bars], layout(240, bargap=0.28, xaxis=across, yaxis=up))


def heat(answer, names, currency):
    """Items x months; shades follow the square root, so that small regular buying stays visible."""
    table, months = answer["amount"][::-1], answer["months"]
    items = [names(item) for item in answer["items"]][::-1]
    spoken = [month(label) for label in months]
    words = [
        [
            f"{name}<br>{label}: {currency} {amount(value, currency)}"
            for label, value in zip(spoken, row, strict=True)
        ]
        for name, row in zip(items, table, strict=True)
    ]
    cells = go.Heatmap(
        x=months, y=[_shorten(name) for name in items], z=[[max(value, 0) ** 0.5 for value in row] for row in table],
        text=words, hoverinfo="text", xgap=2, ygap=2, zmin=0, colorscale=SHADES, showscale=False,
    )  # fmt: skip
    across = {"type": "category", "showgrid": False, "showline": False, **_ticks(months), **AXIS}
    down = {
        "type": "category", "showgrid": False, "ticksuffix": "  ", "tickfont": {"color": "var(--ink)", "size": 12}, **AXIS,
    }  # fmt: skip
    margin = {"l": 186, "r": 4, "t": 4, "b": 36}
    return figure([cells], layout(heat_height(answer), margin=margin, xaxis=across, yaxis=down))


def figure(traces, layout):
    """All in one go: Plotly copies the whole layout at each later change of it."""
    return go.Figure(data=traces, layout=layout).to_dict()


def heat_height(answer):
    """Of two heights the one that gives a row room; fixed, so that the page does not jump when it is drawn."""
    return 468 if len(answer["items"]) > 6 else 240


def _ticks(months):
    """A label each third month; the first and each January also say the year."""
    shown = [label for label in months if label.endswith(("-01", "-04", "-07", "-10"))] or months[:1]
    texts = [
        f"{month_name(label)}<br>{label[:4]}"
        if label.endswith("-01") or label == shown[0]
        else month_name(label)
        for label in shown
    ]
    return {"tickmode": "array", "tickvals": shown, "ticktext": texts}


def _shorten(name, longest=21):
    return name if len(name) <= longest else name[: longest - 1] + "…"


def warm_up():
    """The first figure of a process takes the best part of a second: let no reader wait for it."""
    go.Figure(go.Bar(x=["2026-01"], y=[1])).to_dict()
    go.Figure(go.Heatmap(z=[[1]])).to_dict()
