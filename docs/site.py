"""Pages of the site that lie outside docs/, and links that lead out of it (a hook of MkDocs)."""

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
# By their place in the repository; README.md of the repository is the first page.
PAGES = {
    "README.md": "index.md",
    "config/README.md": "configuration.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")


def on_files(files, config):
    """Add the pages from outside docs/."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_within_site(text, source, page)))
    return files


def on_page_markdown(markdown, page, config, files):
    """Rewrite the links of a page from docs/."""
    if page.file.generated_by:
        return markdown
    return _within_site(markdown, f"docs/{page.file.src_uri}", page.file.src_uri)


def _within_site(text: str, source: str, page: str) -> str:
    """Point links of a document of the repository at pages of the site; of links to anything else keep the text."""

    def rewrite(link: re.Match) -> str:
        image, label, target, anchor = link.groups()
        if "://" in target or not target:
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        inside = PAGES.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else None)
        if inside is None or not (ROOT / path).is_file():
            return label
        found = posixpath.relpath(inside, posixpath.dirname(page) or ".")
        return f"{image}[{label}]({found}{anchor or ''})"

    return _LINK.sub(rewrite, text)
