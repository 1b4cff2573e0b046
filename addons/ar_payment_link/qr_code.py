"""QR codes as images: crisp on paper, small in an e-mail.

The code of a Swiss QR bill has the Swiss cross in its middle, 7 of its 46 millimetres
wide; its error correction makes up for what is covered (Swiss Implementation
Guidelines QR-bill, version 2.3, section 6).
"""

import io

import qrcode
from PIL import ImageDraw
from qrcode.image.pil import PilImage

# The light margin that readers need, in modules.
QUIET_ZONE = 4
# The largest version that banking apps have to read (EPC069-12).
MAXIMUM_VERSION = 13
_SWISS = "SPC\n"
_MAXIMUM_SWISS_VERSION = 25
# Side of the cross in the code, and bars of the cross in its field, as shares.
_CROSS = 7 / 46
_BAR_LENGTH, _BAR_WIDTH, _RIM = 20 / 32, 6 / 32, 1 / 16


def png(text: str, pixels_per_module: int = 6) -> bytes:
    """Return the code of a text as a PNG with whole pixels for every module.

    Raises ValueError for a text that needs a larger code than all apps read.
    """
    stream = io.BytesIO()
    code = _code(text, pixels_per_module)
    image = code.make_image(image_factory=PilImage).get_image().convert("RGB")
    if is_swiss(text):
        draw = ImageDraw.Draw(image)
        for colour, *corners in cross(image.width, QUIET_ZONE * pixels_per_module):
            draw.rectangle([round(corner) for corner in corners], fill=colour)
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def is_swiss(text: str) -> bool:
    """Whether a text is that of a Swiss QR bill."""
    return text.startswith(_SWISS)


def cross(side: float, margin: float) -> list[tuple[str, float, float, float, float]]:
    """Return the rectangles of the Swiss cross: colour, left, top, right, bottom.

    ``side`` is that of the picture, ``margin`` its quiet zone, in one unit.
    """
    middle, field = side / 2, (side - 2 * margin) * _CROSS

    def around(colour, width, height):
        return (
            colour,
            middle - width / 2,
            middle - height / 2,
            middle + width / 2,
            middle + height / 2,
        )

    inner = field * (1 - 2 * _RIM)
    length, width = inner * _BAR_LENGTH, inner * _BAR_WIDTH
    return [
        around("white", field, field),
        around("black", inner, inner),
        around("white", length, width),
        around("white", width, length),
    ]


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
    if code.version > (_MAXIMUM_SWISS_VERSION if is_swiss(text) else MAXIMUM_VERSION):
        raise ValueError("the text is too long for a code that every app reads")
    return code
