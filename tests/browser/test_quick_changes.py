"""What a visitor sets faster than the server answers: each change counts, and none undoes another."""

from on_stage import drawn
from playwright.sync_api import Page, expect

SET = """(changes) => {
  for (const [key, value] of changes) {
    const field = document.querySelector(`[data-control="${key}"]`);
    field.value = value;
    field.dispatchEvent(new Event("change"));
  }
}"""


def set_at_once(page: Page, *changes: tuple[str, str]) -> None:
    """Set controls, by their keys, before any answer can come."""
    page.evaluate(SET, list(changes))


def address(page: Page) -> str:
    return page.url.replace("%2C", ",")


def test_numbers_that_are_set_at_once_are_all_set_and_undone_one_by_one(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2"))
    set_at_once(page, ("x0", "-1.5"), ("x1", "1.5"), ("y0", "0.5"), ("m", "3"))
    page.wait_for_function("() => location.search.includes('m=3')")
    assert "x=-1.5,1.5&y=0.5,2&m=3" in address(page)
    expect(page.get_by_role("spinbutton", name="x₁", exact=True)).to_have_value("-1.5")
    for left in ("x=-1.5,1.5&y=0.5,2&m=2", "x=-1.5,1.5&y=1,2&m=2", "x=-1.5,1&y=1,2&m=2", "x=-1,1&y=1,2&m=2"):
        page.get_by_role("button", name="Undo (Ctrl+Z)").click()
        page.wait_for_function("(left) => decodeURIComponent(location.search).includes(left)", arg=left)


def test_what_is_set_while_the_page_runs_is_set_on_top_of_what_was_set_before(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2"))
    for step in range(1, 9):
        set_at_once(page, ("x0", f"{-1 - step / 10}"), ("y1", f"{2 + step / 10}"))
        # Not a wait: each pair comes at another moment of the runs before it.
        page.evaluate("(pause) => new Promise((done) => setTimeout(done, pause))", 4 * step)
    page.wait_for_function("() => decodeURIComponent(location.search).includes('x=-1.8,1&y=1,2.8')")
    expect(page.get_by_role("spinbutton", name="y₂", exact=True)).to_have_value("2.8")


def test_an_answer_ends_the_sending_of_what_it_answers(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2"))
    set_at_once(page, ("x0", "-2"), ("y0", "3"))
    page.wait_for_function("() => decodeURIComponent(location.search).includes('x=-2,1&y=3,2')")
    drawn(page)
    page.wait_for_function("""async () => {
      const served = document.querySelector('link[rel=modulepreload][href*="front/served"]').href;
      return (await import(served)).page.stage.unanswered.length === 0;
    }""")
