"""A real browser against the running site.

`page` opens paths of the site ("/customers/") and fails its test when the content security policy was violated or
something was written to the console as an error. A test marked with `screens.on_every_screen` runs in light and dark,
on a desktop and on a phone: on the dark phone in the quick round, on the others in the slow one. Of whatever has several
cases the quick round shows the first. Playwright's `wait_for_function` needs eval, which the policy forbids: wait for locators.
"""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.screens import DESKTOP

# Reports each violation on the console, where `page` collects it.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP ${event.effectiveDirective} refused ${event.blockedURI || "inline"} ${event.sample || ""}`);
});
"""
# The browser asks for an icon by itself; 422 is a form's answer that names what is wrong in it.
HARMLESS = re.compile(r"favicon\.ico|status of 422")


@pytest.hookimpl(tryfirst=True)  # before the marks choose what runs
def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    seen = set()
    for item in items:
        if not item.path.is_relative_to(here):
            continue
        item.add_marker(pytest.mark.browser)
        test = item.nodeid.split("[")[0]
        if test in seen:
            item.add_marker(pytest.mark.slow)
        elif not item.get_closest_marker("slow"):
            seen.add(test)


# A busy machine is no failure.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser():
    path = chromium.find()
    if not path:
        pytest.skip(chromium.MISSING)
    # Playwright's loop runs in this thread; Django would take queries of the test for queries of a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def screen(request):
    return getattr(request, "param", DESKTOP)


@pytest.fixture
def page(browser, live_server, screen):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.theme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(20_000)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda message: complain(complaints, page, message))
    yield page
    page.close()
    context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def complain(complaints, page, message):
    source = message.location.get("url", "")
    line = f"{page.url}: {message.text} ({source})"
    # That the page itself is a 404 is for its test to judge.
    is_status_of_page = "responded with a status" in message.text and source == page.url
    if message.type == "error" and not is_status_of_page and not HARMLESS.search(line):
        complaints.append(line)


@pytest.fixture
def sign_in(live_server):
    """sign_in(page, user): signed in by a session cookie, without the form."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def axe():
    """axe(page): the page as it stands has no accessibility finding."""

    def check(page):
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def shot(screen):
    """shot(page, name): with SCREENSHOTS=1, the whole page as var/screenshots/name-1440-light.png."""

    def shoot(page, name, screen=screen):
        if os.environ.get("SCREENSHOTS"):
            folder = settings.BASE_DIR / "var" / "screenshots"
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{screen}.png", full_page=True)

    return shoot


@pytest.fixture
def look(page, axe, shot, screen):
    """look(name): the page fits, is accessible and is photographed."""

    def look(name, screen=screen):
        assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth"), (
            f"{name} scrolls sideways at {screen}"
        )
        axe(page)
        shot(page, name, screen)

    return look
