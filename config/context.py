from config.vendor import plotly_map_style_id


def page(request):
    """What the base layout needs on every page."""
    return {"plotly_map_style_id": plotly_map_style_id()}
