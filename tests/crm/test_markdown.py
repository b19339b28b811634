import pytest

from crm.markdown import render


def test_what_people_write_is_shown_as_they_mean_it():
    html = render("**200** pcs\n- one\n- two\n\n[site](https://example.com)")
    assert "<strong>200</strong>" in html
    assert "<li>one</li>" in html
    assert 'href="https://example.com"' in html
    assert "noopener" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html;base64,xx)",
        "<a href='javascript:alert(1)'>x</a>", "![x](javascript:alert(1))", "<style>*{}</style>", '<p style="x" onclick="y">',
        "[x](JaVaScRiPt:alert(1))", "<svg/onload=alert(1)>",
    ],
)  # fmt: skip
def test_hostile_text_stays_text(text):
    html = render(text).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert "<svg" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert not [
        tag for tag in html.split("<")[1:] if "onclick" in tag.split(">")[0] or "onerror" in tag.split(">")[0]
    ]
