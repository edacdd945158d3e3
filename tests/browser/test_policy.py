"""Pages work under the policy they are sent with: a real browser blocks nothing, and asks no other host."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from greenapi.access.models import Token
from tests.browser.test_desk import log_in


class Watched:
    """What a page asked for, and what the browser complained of."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


def test_home_page_and_documentation(browser: Browser, service: str) -> None:
    page = browser.new_page(base_url=service)
    seen = Watched(page)

    page.goto("/")
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "640px"
    page.goto("/api/v1/docs")
    expect(page.locator("#swagger-ui .info .title")).to_contain_text("greenapi", timeout=60_000)
    expect(page.locator("#operations-api-root")).to_be_visible(timeout=60_000)

    assert seen.complaints == []
    assert seen.hosts - {""} == {urlsplit(service).netloc}
    assert page.context.cookies() == []


def test_desk_and_a_token_made_there(browser: Browser, service: str) -> None:
    page = log_in(browser, service, username="ada")
    seen = Watched(page)

    page.goto("/admin/indicators/observation/add/")
    page.click("#id_segment + .select2-container")
    page.goto("/admin/access/token/add/")
    page.click("#calendarlink0")
    page.fill("#id_name", "notebook")
    page.select_option("#id_scope", "propose")
    page.click("text=Make the token")
    shown = page.locator("#new-token").inner_text()
    page.goto("/admin/access/token/")
    expect(page.locator("#result_list")).to_contain_text(Token.objects.get().prefix)

    assert shown.startswith(f"greenapi_{Token.objects.get().prefix}_")
    assert seen.complaints == []
    assert seen.hosts - {""} == {urlsplit(service).netloc}
