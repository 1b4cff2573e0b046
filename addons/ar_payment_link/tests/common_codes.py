import io

import pypdfium2
import zxingcpp
from PIL import Image

PRINT_RESOLUTION = 300


def read_codes(image):
    """Return the texts of the QR codes in a picture (PNG bytes or an image)."""
    if isinstance(image, bytes):
        image = Image.open(io.BytesIO(image))
    return [
        found.text
        for found in zxingcpp.read_barcodes(
            image.convert("RGB"), formats=zxingcpp.BarcodeFormat.QRCode
        )
    ]


def print_pages(pdf):
    """Return the pages of a PDF as a printer with 300 dots per inch puts them down."""
    document = pypdfium2.PdfDocument(pdf)
    scale = PRINT_RESOLUTION / 72
    return [page.render(scale=scale).to_pil() for page in document]
