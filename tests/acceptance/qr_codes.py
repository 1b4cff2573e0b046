"""Reads QR codes as a banking app would, with two decoders of different makers."""

import io
from dataclasses import dataclass
from decimal import Decimal

import pypdfium2
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

PRINT_RESOLUTION = 300
_POINTS_PER_INCH = 72


@dataclass(frozen=True)
class Transfer:
    """A credit transfer as an EPC code asks for it (EPC069-12)."""

    creditor: str
    iban: str
    amount: Decimal
    structured: str
    unstructured: str

    @property
    def reference(self):
        """The reference, whichever of the two lines holds it."""
        return self.structured or self.unstructured


def transfers(image):
    """Return the transfers of all EPC codes in a picture.

    :param image: a Pillow image, or the bytes of one
    :raises AssertionError: when the two decoders do not read the same
    """
    if isinstance(image, bytes):
        image = Image.open(io.BytesIO(image))
    # On white: a transparent picture would be black to a decoder.
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    by_zxing = {code.text for code in zxingcpp.read_barcodes(page)}
    by_zbar = {code.data.decode() for code in pyzbar.decode(page)}
    assert by_zxing == by_zbar, (by_zxing, by_zbar)
    return [_transfer(text) for text in sorted(by_zxing) if text.startswith("BCD")]


def transfers_of_pdf(content):
    """Return the transfers of all EPC codes on the printed pages of a PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [
            transfer
            for page in document
            for transfer in transfers(
                page.render(scale=PRINT_RESOLUTION / _POINTS_PER_INCH).to_pil()
            )
        ]
    finally:
        document.close()


def _transfer(text):
    lines = text.split("\n") + [""] * 12
    service, version, charset, identification = lines[:4]
    assert (service, version, charset, identification) == ("BCD", "002", "1", "SCT")
    assert lines[7].startswith("EUR"), lines[7]
    return Transfer(lines[5], lines[6], Decimal(lines[7][3:]), lines[9], lines[10])
