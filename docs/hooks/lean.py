"""Leaves out what the theme brings and no page loads: maps of its sources, and how other languages are searched."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def on_post_build(config: Any, **_: Any) -> None:
    """Remove it from the folder that was built."""
    folder = Path(config.site_dir)
    for path in (*folder.rglob("*.map"), *folder.rglob("assets/javascripts/lunr/**/*")):
        if path.is_file():
            path.unlink()
    (folder / "sitemap.xml.gz").unlink(missing_ok=True)
