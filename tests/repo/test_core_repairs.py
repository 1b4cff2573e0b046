"""What the set-up mends in Odoo and in printing stays mended.

Each test fails on a source or an environment where the repair is missing.
"""

import io
import subprocess

import pypdf
import pytest

from toolkit import odoo_repairs, odoo_server, paths, printing

# Not named by any style sheet or script of the modules we use.
UNUSED_LINKS = {
    "web/static/lib/fontawesome/fonts/FontAwesome.otf",
    "web/static/lib/fontawesome/fonts/fontawesome-webfont.eot",
    "web/static/lib/fontawesome/fonts/fontawesome-webfont.ttf",
    "web/static/lib/fontawesome/fonts/fontawesome-webfont.woff",
    "web/static/lib/fontawesome/fonts/fontawesome-webfont.woff2",
    "web/static/src/libs/fontawesome/fonts/fontawesome-webfont.ttf",
}
MODULES = ("account", "base", "mail", "payment", "portal", "sms", "web")


@pytest.fixture(name="source", scope="module")
def fixture_source():
    return odoo_server.source()


@pytest.mark.parametrize("module", MODULES)
def test_no_file_of_a_core_addon_is_missing(source, module):
    folder = odoo_repairs.addon(source, module)
    broken = {
        str(path.relative_to(folder.parent))
        for path in folder.rglob("*")
        if path.is_symlink() and not path.exists()
    }
    assert broken - UNUSED_LINKS == set()


def test_script_of_every_public_page_is_whole(source):
    script = odoo_repairs.addon(source, "web") / "static/lib/jquery/jquery.js"
    assert script.stat().st_size > 100_000


def test_icon_font_of_the_pages_is_whole(source):
    folder = odoo_repairs.addon(source, "web") / "static/src/libs/fontawesome/fonts"
    for name in ("fontawesome-webfont.woff2", "fontawesome-webfont.woff"):
        assert (folder / name).stat().st_size > 50_000


def test_script_of_the_back_end_bundle_exists(source):
    name = "static/lib/selfie_segmentation/selfie_segmentation.js"
    assert (odoo_repairs.addon(source, "mail") / name).exists()


def test_repair_creates_the_missing_script(tmp_path):
    (tmp_path / "odoo" / "addons" / "mail").mkdir(parents=True)
    odoo_repairs.apply(tmp_path)
    folder = tmp_path / "odoo/addons/mail/static/lib/selfie_segmentation"
    script = folder / "selfie_segmentation.js"
    assert script.exists()
    script.write_text("the real one")
    odoo_repairs.apply(tmp_path)
    assert script.read_text() == "the real one"


def text_of(pdf):
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_documents_have_headers_and_several_fit_in_one_call(tmp_path):
    if not printing.DOCUMENTS.works():
        pytest.skip(printing.DOCUMENTS.lost)
    header = tmp_path / "header.html"
    header.write_text("<!DOCTYPE html><html><body>The letterhead</body></html>")
    bodies = []
    for number in (1, 2):
        body = tmp_path / f"{number}.html"
        body.write_text(f"<!DOCTYPE html><html><body>Document {number}</body></html>")
        bodies.append(body)
    target = tmp_path / "all.pdf"
    subprocess.run(
        [
            *(printing.programs() / "wkhtmltopdf", "--quiet", "--margin-top", "30"),
            *("--header-html", header, *bodies, target),
        ],
        check=True,
    )
    pages = text_of(target.read_bytes())
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert "The letterhead" in page
        assert f"Document {number}" in page


def test_odoo_finds_the_same_program(monkeypatch):
    server_path = odoo_server.environment(FakeServer())["PATH"]
    assert server_path.startswith(str(printing.programs()))
    assert (printing.programs() / "wkhtmltopdf").resolve().exists()


class FakeServer:
    """Stands for a database server where only its variables are read."""

    def environment(self):
        """No variables."""
        return {}


def test_letters_are_printed():
    if not printing.LETTERS.works():
        pytest.skip(printing.LETTERS.lost)
    import weasyprint

    html = (
        "<style>@page { @bottom-center { content: 'Page ' counter(page) } }</style>"
        "<p>Geachte</p><p style='break-before: page'>Cher</p>"
    )
    pages = text_of(weasyprint.HTML(string=html).write_pdf())
    assert ["Geachte" in pages[0], "Cher" in pages[1]] == [True, True]
    assert "Page 2" in pages[1]


def test_bar_codes_are_drawn():
    from reportlab.graphics.barcode import createBarcodeDrawing

    drawing = createBarcodeDrawing("QR", value="BCD", format="png")
    assert drawing.asString("png").startswith(b"\x89PNG")


def test_phone_numbers_are_understood():
    import phonenumbers

    number = phonenumbers.parse("0470 12 34 56", "BE")
    assert phonenumbers.is_valid_number(number)


def test_bank_statement_addon_is_found_beside_odoo():
    import odoo.addons

    folders = [
        folder
        for folder in map(str, odoo.addons.__path__)
        if folder.startswith(str(paths.VENV))
    ]
    assert folders, "addons from wheels are not on the path of odoo.addons"
