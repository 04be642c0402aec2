"""What the documentation site takes from outside docs/: the README as its first page, and the gallery.

A hook of mkdocs. Links are written to work in the repository; here they are made to fit the site.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

_ROOT = Path(__file__).parents[1]


def on_files(files: Files, config: Any) -> Files:
    """Add the README, the page for contributors and the gallery to the files of the site."""
    for source, name in (("README.md", "index.md"), ("CONTRIBUTING.md", "contributing.md")):
        files.append(File.generated(config, name, content=(_ROOT / source).read_text(encoding="utf-8")))
    for path in sorted((_ROOT / "gallery").iterdir()):
        if path.suffix in (".png", ".html", ".md", ".json"):
            files.append(File.generated(config, f"gallery/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links as they are on the site; what is not on it is named without a link."""
    if page.file.src_uri.startswith("gallery/"):
        return markdown
    text = re.sub(r"\[([^\]]+)\]\((?:\.\./)?actviz/[^)]*\)", r"\1", markdown)
    text = re.sub(r"\]\((?:\.\./|docs/)", "](", text)
    return text.replace("](CONTRIBUTING.md)", "](contributing.md)").replace("](README.md)", "](index.md)")
