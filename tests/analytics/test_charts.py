import json

from django.utils import translation

from analytics import charts

AHEAD = {
    "show_months": True,
    "months": ["2026-03", "2026-04"],
    "point": [5, 6],
    "low": [3, 4],
    "high": [7, 9],
    "totals": {},
}
SALES = {"months": ["2026-01", "2026-02", "2026-03"], "amount": [10.0, 0.0, 2.5], "ahead": AHEAD}


def test_a_forecast_is_drawn_as_one():
    bars, high, low, point = charts.sales(SALES, "EUR")["data"]
    assert list(bars["y"]) == SALES["amount"]
    assert bars["marker"]["color"][-1] != bars["marker"]["color"][0], (
        "the running month looks like a whole one"
    )
    assert low["fill"] == "tonexty"
    assert point["line"]["dash"] == "dot"
    assert list(high["x"]) == AHEAD["months"]
    assert point["hovertext"][0] == "Mar 2026, expected<br>EUR 5.00<br>8 in 10: 3.00 – 7.00"
    assert bars["hovertext"][2] == "Mar 2026<br>EUR 2.50"


def test_without_regular_months_there_is_no_line_of_months():
    assert len(charts.sales(SALES | {"ahead": AHEAD | {"show_months": False}}, "EUR")["data"]) == 1


def test_the_largest_item_is_on_top_and_returns_are_no_shade():
    answer = {"items": [1, 2], "months": ["2026-01", "2026-02"], "amount": [[100, 4], [-3, 1]]}
    figure = charts.heat(answer, lambda pk: f"Item {pk}", "EUR")
    assert list(figure["data"][0]["y"]) == ["Item 2", "Item 1"]
    assert [list(row) for row in figure["data"][0]["z"]] == [[0, 1], [10, 2]]
    assert figure["layout"]["height"] == 240


def test_figures_can_go_into_a_page_and_name_no_colour_of_their_own():
    text = json.dumps(charts.sales(SALES, "EUR")) + json.dumps(
        charts.heat({"items": [1], "months": ["2026-01"], "amount": [[1]]}, str, "EUR")
    )
    assert "#" not in text.replace("&#", "")
    assert "bdata" not in text


def test_months_are_named_in_the_readers_language():
    with translation.override("ko"):
        assert charts.sales(SALES, "EUR")["layout"]["xaxis"]["ticktext"][0] == "1월<br>2026"


def test_a_single_month_is_no_bar_as_wide_as_the_card():
    axis = charts.sales(SALES | {"ahead": {}}, "EUR")["layout"]["xaxis"]
    assert axis["range"] == [-9.5, 2.5]


def test_warming_up_works():
    charts.warm_up()
