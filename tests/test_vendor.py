from pathlib import Path

from django.contrib.staticfiles import finders

from config.vendor import VENDOR_FILES, WheelFinder, plotly_map_style_id


def test_files_out_of_wheels_are_found_and_collected():
    for name in VENDOR_FILES:
        assert Path(finders.find(name)).stat().st_size > 100_000
    assert [f"{storage.prefix}/{name}" for name, storage in WheelFinder().list([])] == list(VENDOR_FILES)


def test_nothing_else_is_served_out_of_wheels():
    assert not finders.find("vendor/../plotly/__init__.py")
    assert not WheelFinder().find("vendor/other.js")


def test_htmx_comes_out_of_its_wheel():
    assert finders.find("django_htmx/htmx-2.min.js")


def test_the_id_of_plotlys_map_style_is_found_in_this_version_of_the_bundle():
    assert len(plotly_map_style_id()) == 64
