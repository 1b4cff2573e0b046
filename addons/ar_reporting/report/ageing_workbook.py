"""The ageing as a workbook: summary with a chart, debtors, items, proof.

Plain writing: what is written, and in which words, comes from the caller.
"""

import io
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

# Text that a spreadsheet could take for a formula, also after a detour over CSV.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_WIDEST = 46
_MONEY = "#,##0.00;[Red]-#,##0.00"
_LOCAL_DATE = 14  # the number of Excel's own format: as the reader's system writes it
_PRIMARY, _LIGHT, _LINE = "#3F4E66", "#EEF1F5", "#C5CBD5"
# From green over amber to red; grey for credits. As on the dashboard.
COLOURS = (
    "#7FB7A3",
    "#F3D58A",
    "#EFB366",
    "#E5895A",
    "#CF6157",
    "#A6454F",
    "#6F2F45",
    "#9AA3B2",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar kind: `text`, `date`, `number` or `money`
    :ivar total: whether the last row adds it up
    """

    title: str
    kind: str = "text"
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading; a row has one value per column.

    :ivar total: the word before the totals; empty: no row of totals
    """

    columns: list
    rows: list
    heading: str = ""
    total: str = ""


class AgeingWorkbook:
    """Writes sheets one after the other; `content` closes the workbook.

    :param title: what it is, with the day; on top of each sheet and in the properties
    :param notes: lines below the title of each sheet: entities, filters, when made
    """

    def __init__(self, title, notes):
        self.title = title
        self.notes = notes
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer, {"in_memory": True, "strings_to_formulas": False}
        )
        self._book.set_properties({"title": title})
        self._names = set()
        self._formats = {}

    def content(self):
        """Return the bytes of the workbook."""
        self._book.close()
        return self._buffer.getvalue()

    def summary(self, name, tables, chart_title):
        """A sheet of small tables, with a stacked chart of the first one."""
        sheet, row = self._sheet(name)
        first = row
        for table in tables:
            row = self._table(sheet, row, table, filtered=False) + 2
        self._widths(sheet, tables)
        if tables[0].rows:
            self._chart(sheet, name, first + 1, tables[0], chart_title, row)

    def list(self, name, table):
        """A sheet with one long table: header and first column stay in sight."""
        sheet, row = self._sheet(name)
        header = row + bool(table.heading)
        self._table(sheet, row, table, filtered=True)
        sheet.freeze_panes(header + 1, 1)
        sheet.repeat_rows(header)
        self._widths(sheet, [table])

    # Internals

    def _sheet(self, name):
        """A new sheet with title and notes; returns it and the first free row."""
        sheet = self._book.add_worksheet(self._free_name(name))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        self._text(sheet, 0, 0, self.title, bold=True, size=16, colour=_PRIMARY)
        for row, note in enumerate(self.notes, 1):
            self._text(sheet, row, 0, note, colour="#5F6B7C")
        return sheet, len(self.notes) + 2

    def _free_name(self, name):
        clean = "".join("-" if one in "[]:*?/\\'" else one for one in name)
        clean = clean[:_LONGEST_NAME] or "-"
        while clean.lower() in self._names:
            clean = clean[: _LONGEST_NAME - 2] + str(len(self._names))
        self._names.add(clean.lower())
        return clean

    def _table(self, sheet, row, table, *, filtered):
        """Write a table from a row on; returns the row after it."""
        if table.heading:
            self._text(sheet, row, 0, table.heading, bold=True, size=12)
            row += 1
        header = row
        for place, column in enumerate(table.columns):
            align = "left" if column.kind == "text" else "right"
            self._text(sheet, row, place, column.title, head=True, align=align)
        sheet.set_row(row, 30)
        writers = [self._writer(sheet, column.kind) for column in table.columns]
        for values in table.rows:
            row += 1
            for place, (write, value) in enumerate(zip(writers, values, strict=True)):
                if value is not None and value is not False and value != "":
                    write(row, place, value)
        if filtered and table.rows:
            sheet.autofilter(header, 0, row, len(table.columns) - 1)
        if table.total and table.rows:
            row += 1
            self._totals(sheet, header + 1, row, table)
        return row + 1

    def _writer(self, sheet, kind):
        """Return the function that writes a value of a kind of column."""
        if kind == "text":
            plain, quoted = self._format(), self._format(quoted=True)

            def write_text(row, place, text):
                style = quoted if text.startswith(_FORMULA_STARTS) else plain
                sheet.write_string(row, place, text[:_LONGEST_TEXT], style)

            return write_text
        number = {"date": _LOCAL_DATE, "money": _MONEY}.get(kind, "0")
        style = self._format(number=number)
        write = sheet.write_datetime if kind == "date" else sheet.write_number
        return lambda row, place, value: write(row, place, value, style)

    def _totals(self, sheet, first, row, table):
        for place, column in enumerate(table.columns):
            if column.total:
                sum_ = sum(values[place] or 0 for values in table.rows)
                top, bottom = (
                    xl_rowcol_to_cell(line, place) for line in (first, row - 1)
                )
                style = self._format(number=_MONEY, bold=True, ruled=True)
                # SUBTOTAL: after filtering, the total is that of what is shown.
                formula = f"=SUBTOTAL(109,{top}:{bottom})"
                sheet.write_formula(row, place, formula, style, round(sum_, 2))
            else:
                word = table.total if place == 0 else ""
                self._text(sheet, row, place, word, bold=True, ruled=True)

    def _chart(self, sheet, name, header, table, title, row):
        """Stacked columns: a column per row of the table, a piece per money column."""
        chart = self._book.add_chart({"type": "column", "subtype": "stacked"})
        sheet_name = sheet.get_name()
        last = header + len(table.rows)
        pieces = [
            place
            for place, column in enumerate(table.columns[:-1])
            if column.kind == "money"
        ]
        for colour, place in zip(COLOURS, pieces, strict=True):
            chart.add_series(
                {
                    "name": [sheet_name, header, place],
                    "categories": [sheet_name, header + 1, 0, last, 0],
                    "values": [sheet_name, header + 1, place, last, place],
                    "fill": {"color": colour},
                    "gap": 60,
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
        chart.set_legend({"position": "right"})
        chart.set_y_axis(
            {
                "num_format": "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": _LINE}},
                "line": {"none": True},
            }
        )
        chart.set_size({"width": 900, "height": 360})
        sheet.insert_chart(row, 0, chart, {"description": title})

    def _widths(self, sheet, tables):
        """Columns as wide as their text, within reason."""
        widths = {}
        for table in tables:
            for place, column in enumerate(table.columns):
                texts = [column.title] if column.kind != "money" else ["1,234,567.89"]
                if column.kind == "text":
                    texts += [row[place] or "" for row in table.rows[:2000]]
                if column.kind == "date":
                    texts.append("31-12-2026")
                longest = max(map(len, map(str, texts)))
                widths[place] = max(widths.get(place, 0), min(longest + 2, _WIDEST))
        for place, width in widths.items():
            sheet.set_column(place, place, width)

    def _text(self, sheet, row, place, text, **style):
        """Write text as text, whatever it begins with."""
        text = str(text)[:_LONGEST_TEXT]
        style["quoted"] = text.startswith(_FORMULA_STARTS)
        if text:
            sheet.write_string(row, place, text, self._format(**style))
        else:
            sheet.write_blank(row, place, None, self._format(**style))

    def _format(
        self,
        *,
        number=None,
        bold=False,
        size=10,
        colour=None,
        head=False,
        align=None,
        ruled=False,
        quoted=False,
    ):
        key = (number, bold, size, colour, head, align, ruled, quoted)
        if key not in self._formats:
            look = {"font_size": size, "bold": bold or head, "valign": "vcenter"}
            if number is not None:
                look["num_format"] = number
            if colour:
                look["font_color"] = colour
            if align:
                look["align"] = align
            if head:
                look |= {"bg_color": _LIGHT, "bottom": 1, "bottom_color": _LINE}
                look |= {"text_wrap": True}
            if ruled:
                look |= {"top": 1, "top_color": _PRIMARY}
            if quoted:
                look["quote_prefix"] = True
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]
