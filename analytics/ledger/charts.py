"""The ledger's figures for Plotly, as analytics.charts makes them: colours are CSS variables."""

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.charts import AXIS, figure, layout
from crm.templatetags.figures import percent

# Where there is a figure at the axis: tenths would run into one another on a phone.
FIFTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]


def calibration(points):
    """How often it came against how sure one was; on the diagonal both are the same."""
    words = [
        _("said %(stated)s, came %(came)s<br>%(right)s of %(of)s")
        % {"stated": percent(p.stated), "came": percent(p.came), "right": p.right, "of": p.of}
        for p in points
    ]
    most = max(p.of for p in points)
    diagonal = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip",
        line={"color": "var(--line-strong)", "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    came = go.Scatter(
        x=[p.stated for p in points], y=[p.came for p in points], mode="markers", hoverinfo="text", hovertext=words,
        marker={"size": [9 + 11 * (p.of / most) ** 0.5 for p in points], "color": "var(--fc)", "opacity": 0.9},
        error_y={
            "type": "data", "symmetric": False, "array": [p.high - p.came for p in points],
            "arrayminus": [p.came - p.low for p in points], "color": "var(--fc)", "thickness": 1.5, "width": 0,
        },
    )  # fmt: skip
    ticks = {"tickmode": "array", "tickvals": FIFTHS, "ticktext": [percent(share) for share in FIFTHS]}
    across = {
        "range": [0, 1.02],
        "showgrid": False,
        "showline": True,
        "linecolor": "var(--line)",
        **ticks,
        **AXIS,
    }
    across["title"] = {"text": _("said"), "standoff": 8, "font": {"size": 12}}
    up = {
        "range": [0, 1.06],
        "gridcolor": "var(--grid)",
        "zeroline": False,
        "ticksuffix": " ",
        **ticks,
        **AXIS,
    }
    margin = {"l": 56, "r": 10, "t": 8, "b": 44}
    return figure([diagonal, came], layout(240, margin=margin, xaxis=across, yaxis=up))


COLOURS = {"model": "var(--fc)", "naive": "var(--line-strong)", "rep": "var(--accent)"}
DASHES = {"model": "dot", "naive": "dash", "rep": "solid"}


def over_time(quarters, labels, names):
    """Shares of right calls by quarter; `quarters`: {method: [rate or None, ...]} beside `labels`.

    A quarter of few orders has no share: it would leap from nothing to all.
    """
    traces = []
    for method, found in quarters.items():
        rates = [rate if rate and rate.enough else None for rate in found]
        words = [
            f"{label}<br>{names[method]}: {percent(rate.share)} ({rate.right}/{rate.of})" if rate else ""
            for label, rate in zip(labels, rates, strict=True)
        ]
        traces.append(
            go.Scatter(
                x=labels, y=[rate.share if rate else None for rate in rates], mode="lines+markers",
                hoverinfo="text", hovertext=words, connectgaps=False,
                line={"color": COLOURS[method], "width": 2, "dash": DASHES[method]},
                marker={"size": 7, "color": "var(--surface)", "line": {"color": COLOURS[method], "width": 2}},
            )
        )  # fmt: skip
    step = -(-len(labels) // 7)
    shown = labels[::-1][::step][::-1]
    across = {
        "type": "category", "categoryorder": "array", "categoryarray": labels, "range": [-0.4, len(labels) - 0.6],
        "showgrid": False, "showline": True, "linecolor": "var(--line)", "tickmode": "array", "tickvals": shown,
        "ticktext": shown, "tickangle": 0, **AXIS,
    }  # fmt: skip
    up = {
        "range": [0, 1.06], "gridcolor": "var(--grid)", "zeroline": False, "ticksuffix": " ", "tickmode": "array",
        "tickvals": FIFTHS, "ticktext": [percent(share) for share in FIFTHS], **AXIS,
    }  # fmt: skip
    return figure(traces, layout(240, margin={"l": 56, "r": 8, "t": 8, "b": 36}, xaxis=across, yaxis=up))
