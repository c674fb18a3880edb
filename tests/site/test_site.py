"""The documentation site in a browser: `make test-docs` builds it and opens every page, on a desk and in a pocket.

Needs playwright (`pip install playwright`) and a Chromium, its own (`playwright install chromium`) or the system's.
"""

import shutil

import pytest

from support.devices import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
SITE = ROOT / "docs" / "_build" / "html"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html") if "_modules" not in path.parts)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
UNSEEN = "() => [...document.images].filter(image => !(image.complete && image.naturalWidth)).map(image => image.src)"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found)
        except sync_api.Error as error:
            pytest.skip(f"no Chromium: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=[1280, 390], ids="{} px".format)
def page(browser, request):
    """A page of that width which remembers what the console and the network complain about."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else page.complaints.append(asked.url)
    )
    yield page
    page.close()


def test_the_site_is_built():
    assert "docs/index.html" in PAGES, "run `make docs`"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_all_it_needs_and_fits(page, name):
    page.complaints.clear()
    page.goto((SITE / name).as_uri(), wait_until="load")
    if name == "index.html":  # It leads to the first page.
        page.wait_for_url("**/docs/index.html", wait_until="load")
    assert page.complaints == []
    assert page.evaluate(UNSEEN) == []
    assert page.evaluate(OVERFLOW) <= 0
    text = page.inner_text("body")
    assert "```" not in text
    assert "headline:" not in text or name == "docs/_api/rramgan.headline.html"  # That page says what a mark is.


def test_the_search_finds_without_a_network(page):
    page.goto((SITE / "search.html").as_uri() + "?q=collapsed")
    page.wait_for_selector("ul.search li")
    assert page.locator("ul.search li").count() > 3
