"""The plain text of an HTML message, for programs and people that read no HTML.

A row of a table becomes one line, so that a label stays beside its value; Odoo's
own `html2plaintext` gives each cell a line of its own. The address of a page stands
behind the words that lead to it. What assistive technology is to pass over
(`aria-hidden`), such as a picture of what the text says anyway, is left out.

>>> render("<table><tr><td>To pay</td><td>10.00</td></tr></table>")
'To pay: 10.00'
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = ("head", "style", "script")
_CELLS = ("td", "th")
# They have no end.
_VOID = ("br", "hr", "img", "input", "link", "meta", "wbr")
# They end a line; those of the second kind are followed by an empty one.
_LINES = ("div", "br", "li", "tr", *_CELLS)
_PARAGRAPHS = ("p", "table", "h1", "h2", "h3", "h4", "ul", "ol", "pre")


def render(html):
    """Return the text of an HTML document or fragment."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


@dataclass
class _Part:
    """Lines in the making: of the whole document or of one cell of a table."""

    lines: list = field(default_factory=list)
    words: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    has_rows: bool = False

    def end_line(self):
        """Close the line; a line without words leaves nothing behind."""
        # No-break spaces stay: they keep an amount together.
        line = re.sub(r"[ \t\r\n]+", " ", "".join(self.words)).strip(" ")
        self.words.clear()
        if line:
            self.lines.append(line)

    def end_paragraph(self):
        """Close the line and leave an empty one, but never two."""
        self.end_line()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def end_row(self):
        """Make one line of the cells; a row that holds tables keeps its lines."""
        cells, self.cells = self.cells, []
        self.has_rows = True
        if any(cell.has_rows for cell in cells):
            for cell in cells:
                self.lines += cell.lines
            return
        texts = [", ".join(filter(None, cell.lines)) for cell in cells]
        texts = [text for text in texts if text]
        if texts:
            self.lines.append((": " if len(texts) == 2 else " | ").join(texts))


class _Reader(HTMLParser):
    """Walks through the elements; the last part is the cell that is being read."""

    def __init__(self):
        super().__init__()
        self.parts = [_Part()]
        self.silent = 0
        self.hidden = 0
        self.as_typed = 0
        self.links = []

    def handle_starttag(self, tag, attrs):
        """Begin a line, a cell, or something that is not shown."""
        attributes = dict(attrs)
        if self.hidden or attributes.get("aria-hidden") == "true":
            self.hidden += tag not in _VOID
            return
        self.silent += tag in _SILENT
        self.as_typed += tag == "pre"
        self._begin(tag, attributes)

    def _begin(self, tag, attributes):
        if tag in _LINES:
            self.parts[-1].end_line()
        elif tag in _PARAGRAPHS:
            self.parts[-1].end_paragraph()
        if tag in _CELLS:
            self.parts.append(_Part())
        if tag == "img":
            self.parts[-1].words.append(attributes.get("alt") or "")
        if tag == "a":
            self.links.append(attributes.get("href") or "")

    def handle_endtag(self, tag):
        """End what began."""
        if self.hidden:
            self.hidden -= tag not in _VOID
            return
        self.silent -= tag in _SILENT
        self.as_typed -= tag == "pre"
        if tag in _LINES:
            self.parts[-1].end_line()
        elif tag in _PARAGRAPHS:
            self.parts[-1].end_paragraph()
        if tag in _CELLS and len(self.parts) > 1:
            cell = self.parts.pop()
            self.parts[-1].cells.append(cell)
        elif tag == "tr":
            self.parts[-1].end_row()
        elif tag == "a" and self.links:
            self._end_link(self.links.pop())

    def _end_link(self, address):
        words = self.parts[-1].words
        if address.startswith(("https://", "http://")) and words[-1:] != [address]:
            words.append(f": {address}")

    def handle_data(self, data):
        """Collect the words that are shown."""
        if self.silent or self.hidden:
            return
        part = self.parts[-1]
        first, *others = data.split("\n") if self.as_typed else [data]
        part.words.append(first)
        for line in others:
            # An empty line parts two paragraphs.
            (part.end_line if line.strip() else part.end_paragraph)()
            part.words.append(line)

    def text(self):
        """Return all lines as one text."""
        for part in self.parts:
            part.end_line()
        return "\n".join(self.parts[0].lines).strip()
