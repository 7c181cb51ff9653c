"""The front page without a server, as HTML: its heading, its panels, its controls and the place of its stage."""

from __future__ import annotations

from html import escape

from landscape.formatting import counted
from landscape.lessons import shipped
from landscape.scenario import Scenario, query_string
from landscape.scenario.presets import PRESETS
from landscape.web.frame import TITLE
from landscape.web.front.lead import lead_of
from landscape.web.front.show_me import LESSON

NEEDS_THE_APP = (
    "More features, a bias, the formulas and the proof of a picture take the app: this page draws one feature, without "
    "a server."
)
NO_SCRIPT = "The pictures are drawn by JavaScript, which this browser does not run."


def presets() -> list[dict[str, str]]:
    """Return name, title, caption and query of each preset."""
    return [
        {"name": p.name, "title": p.title, "caption": p.caption, "query": query_string(p.scenario)} for p in PRESETS
    ]


def front_body(menu: str, lesson: str, *, shares: bool = True) -> str:
    """Return the body of the page.

    Arguments
        menu: the links to other pages, as HTML; lesson: the address of *Show me*; shares: whether it has an address.
    """
    story = shipped(LESSON)
    steps = len(story.scenes)
    share = (
        ""
        if not shares
        else """
<button type="button" class="site-button" popovertarget="share" title="Link of this picture">Share</button>"""
    )
    return f"""<div class="site-body">
<aside class="site-side" id="controls" popover aria-label="Controls">
<button type="button" class="site-button site-narrow site-shut" popovertarget="controls"
  popovertargetaction="hide" autofocus>Close</button>
{menu}
<div data-place="controls"></div>
</aside>
<div class="site-page">
<header class="site-head">
<div><h1>{TITLE}</h1><p class="site-lead" data-place="lead">{escape(lead_of(Scenario()))}</p></div>
<div class="site-buttons">
<button type="button" class="site-button lesson-button" data-lesson="{escape(lesson)}" aria-haspopup="dialog"
  title="The story of this page in {counted(steps, "step")}">{escape(story.title)}<small> in {steps}
  steps</small></button>
<button type="button" class="site-button site-narrow" popovertarget="controls">Controls</button>
<button type="button" class="site-button" popovertarget="presets" title="Scenarios worth a look">Presets</button>{share}
</div>
</header>
<div class="site-panel" id="presets" popover><div class="site-presets" data-place="presets"></div></div>
<div class="site-panel" id="share" popover><div class="site-share">
<p>Opens exactly this picture. The button at its right copies it.</p>
<input type="text" readonly aria-label="Link" data-place="link"><button type="button" class="site-button"
  data-place="copy">Copy</button>
</div></div>
<div class="site-note" role="status" data-place="notes"></div>
<main data-place="main"></main>
<noscript><p>{NO_SCRIPT}</p></noscript>
<footer class="site-foot">{NEEDS_THE_APP}</footer>
</div>
</div>"""
