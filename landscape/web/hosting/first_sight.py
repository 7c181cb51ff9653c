"""What a visitor sees before Streamlit's code has come: the app's name, a picture of its subject, and that it comes.

Streamlit's page is empty until 1 MB of code has come and run, which takes a slow phone many seconds.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from starlette.types import ASGIApp, Receive, Scope, Send

from landscape.web.assets import plotly_url, stage_modules, stage_url
from landscape.web.hosting.answers import encoded, encoding_of, path_of, whole_answer

NAME = "Hidden convex landscape"
SUBJECT = "Why training a ReLU network is hard, and the convex problem that it hides"

ROOT = '<div id="root"></div>'
"""Where Streamlit's page goes; what stands in it until then is replaced."""

NO_PAGES = frozenset({"static", "app", "media", "component", "_stcore", "room"})
"""How addresses begin that are none of Streamlit's page."""

STYLE = """
.coming{color-scheme:light dark;position:fixed;inset:0;display:flex;flex-direction:column;align-items:center;
justify-content:center;gap:1rem;padding:1rem;text-align:center;font:1rem/1.5 system-ui,sans-serif;
color:#1f2730;background:#fff}
.coming h1{font-size:1.75rem;font-weight:650;line-height:1.25;margin:0}
.coming p{margin:0;max-width:32rem}
.coming svg{width:min(60vw,15rem);height:auto}
.coming i{display:block;width:min(60vw,15rem);height:4px;border-radius:2px;overflow:hidden;background:#d5dae0}
.coming i::before{content:"";display:block;width:40%;height:100%;border-radius:2px;background:#00659e;
animation:coming 1.4s ease-in-out infinite alternate}
@keyframes coming{to{transform:translateX(150%)}}
@media(prefers-color-scheme:dark){.coming{color:#e6eaef;background:#15181d}.coming i{background:#3a424d}
.coming i::before{background:#56b4e9}}
@media(prefers-reduced-motion:reduce){.coming i::before{animation:none;width:100%}}
"""

# Level lines of a bowl, a way down, and the star that marks its lowest point in every picture of the app.
PICTURE = """<svg viewBox="0 0 240 150" aria-hidden="true">
<g fill="#56b4e9" stroke="#0072b2" stroke-width="1.5" fill-opacity=".16">
<ellipse cx="120" cy="75" rx="112" ry="68"/><ellipse cx="122" cy="77" rx="84" ry="50"/>
<ellipse cx="124" cy="79" rx="56" ry="33"/><ellipse cx="126" cy="81" rx="28" ry="16"/></g>
<path d="M42 34C60 62 84 74 124 80" fill="none" stroke="#d55e00" stroke-width="3" stroke-linecap="round"/>
<circle cx="42" cy="34" r="5" fill="#fff" stroke="#d55e00" stroke-width="3"/>
<path d="M126 70l3.2 7.6 8.2.6-6.3 5.3 2 8-7.1-4.3-7.1 4.3 2-8-6.3-5.3 8.2-.6z" fill="#f0e442" stroke="#1f2730"/>
</svg>"""


class FirstSight:
    """Middleware that puts a sign of what comes into Streamlit's page, and lets the app's own code come early."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not _may_be_a_page(path_of(scope)):
            await self.app(scope, receive, send)
            return
        answer = await whole_answer(self.app, scope)
        if answer.status == 200 and answer.header("content-type").startswith("text/html"):
            encoding = encoding_of(scope)
            answer.headers = [
                (name, value) for name, value in answer.headers if name not in {b"etag", b"last-modified"}
            ]
            answer.body = _page(answer.body)
            if encoding is not None:
                answer.body = encoded(answer.body, encoding)
                answer.set_headers(content_encoding=encoding)
            answer.set_headers(content_length=str(len(answer.body)), vary="Accept-Encoding")
        await answer.send(scope, send)


def _may_be_a_page(path: str) -> bool:
    """Whether Streamlit's page may stand at an address: it does below any that names no file and no service.

    What is taken for a page is waited for until it has come whole: a room's events have no end.
    """
    first = path.lstrip("/").split("/")[0]
    return (
        first not in {"static", "app", "media", "component", "_stcore", "room"} and "." not in path.rsplit("/", 1)[-1]
    )


@lru_cache(maxsize=4)
def _page(streamlits: bytes) -> bytes:
    """Streamlit's page with ours in it until it has begun."""
    text = streamlits.decode()
    sign = (
        f'<div class="coming" role="status">{PICTURE}<h1>{escape(NAME)}</h1><p>{escape(SUBJECT)}</p>'
        "<i></i><p>The page is on its way.</p></div>"
    )
    head = (
        f'<meta name="description" content="{escape(SUBJECT)}"><style>{STYLE}</style>'
        # Without JavaScript nothing is on its way; Streamlit's page says so.
        "<noscript><style>.coming{display:none}</style></noscript>"
        # Streamlit's own code is needed first, and plotly.js only once the stage draws.
        f'<link rel="prefetch" as="script" href="./{plotly_url()}">'
        # All at once: what a module imports a browser knows only when it has come.
        + "".join(f'<link rel="modulepreload" href="./{stage_url()}/{name}">' for name in stage_modules())
    )
    text = text.replace("<title>Streamlit</title>", f"<title>{escape(NAME)}</title>")
    text = text.replace("</head>", f"{head}</head>").replace(ROOT, f'<div id="root">{sign}</div>')
    return text.encode()
