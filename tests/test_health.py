import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


def test_health_says_that_web_and_database_answer(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"web": "ok", "database": "ok"}
    assert "no-cache" in response["Cache-Control"]


def test_health_is_503_when_the_database_is_gone(client):
    def gone(*_):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(gone):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"web": "ok", "database": "unreachable"}
