"""The quick log as every page carries it."""

import pytest
from django.template import Context, Template
from django.utils import translation

PAGE = Template("{% load quick_log %}{% log_dialog %}")


def carried(user):
    return PAGE.render(Context({"user": user, "csrf_token": "a token of this page"}))


@pytest.mark.django_db
def test_every_page_carries_it_without_a_query(owner, customer, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = carried(owner)
    assert '<textarea name="text"' in page
    assert customer.name not in page


@pytest.mark.django_db
def test_it_is_each_readers_own(owner, mate):
    """Rendered once for many, it still speaks his language, shows his clock, and holds nobody's token."""
    owner.time_zone, mate.time_zone = "Asia/Seoul", "America/New_York"
    assert "Asia/Seoul" in carried(owner)
    assert "Asia/Seoul" not in carried(mate)
    assert f'data-user="{mate.pk}"' in carried(mate)
    assert "a token of this page" not in carried(owner)
    assert "csrfmiddlewaretoken" not in carried(owner)
    with translation.override("ko"):
        assert 'value="call"' in carried(owner)
        assert "What happened?" not in carried(owner)


def test_nobody_gets_none():
    assert carried(None).strip() == ""
