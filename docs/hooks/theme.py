"""Leaves out what the theme brings and no page of this site needs, and adds what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.nav import Link

UNUSED = (
    # What the theme's own sources looked like.
    "**/*.map",
    # How other languages than English are searched.
    "assets/javascripts/lunr/**/*",
    # The theme's icon, in place of which the app's is named.
    "assets/images/favicon.png",
    # They need the address of the site, which may be any.
    "404.html",
    "sitemap.xml*",
)


def on_nav(nav: Any, **_: Any) -> Any:
    """Lead back to the app, beside which these pages stand."""
    nav.items.append(Link("The app", "../index.html"))
    return nav


def on_post_page(output: str, **_: Any) -> str:
    """Name the theme's dialog, for those who hear it."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')


def on_post_build(config: Any, **_: Any) -> None:
    """Remove the rest from the folder that was built."""
    folder = Path(config.site_dir)
    for pattern in UNUSED:
        for path in folder.glob(pattern):
            if path.is_file():
                path.unlink()
