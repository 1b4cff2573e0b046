"""QR codes as images: crisp on paper, small in an e-mail."""

import io

import qrcode
from qrcode.image.pil import PilImage

# The light margin that readers need, in modules.
QUIET_ZONE = 4
# The largest version that banking apps have to read (EPC069-12).
MAXIMUM_VERSION = 13


def png(text: str, pixels_per_module: int = 6) -> bytes:
    """Return the code of a text as a PNG with whole pixels for every module.

    Raises ValueError for a text that needs a larger code than all apps read.
    """
    stream = io.BytesIO()
    _code(text, pixels_per_module).make_image(image_factory=PilImage).save(stream)
    return stream.getvalue()


def svg_path(text: str) -> tuple[int, str]:
    """Return (side in modules with margin, path of the dark modules) for an SVG.

    Raises ValueError like `png`.
    """
    matrix = _code(text, 1).get_matrix()
    dark = (
        f"M{column} {row}h1v1h-1z"
        for row, modules in enumerate(matrix)
        for column, filled in enumerate(modules)
        if filled
    )
    return len(matrix), "".join(dark)


def _code(text: str, box_size: int) -> qrcode.QRCode:
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        box_size=box_size,
        border=QUIET_ZONE,
    )
    # As bytes in one piece: the standard of the code for transfers knows no other way.
    code.add_data(text.encode(), optimize=0)
    code.make(fit=True)
    if code.version > MAXIMUM_VERSION:
        raise ValueError("the text is too long for a code that every app reads")
    return code
