"""A small logo for each entity: its initials over a river, as PNG."""

import base64
import io

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 360, 120
# Drawn larger and scaled down, so that edges are smooth.
_SCALE = 4


def png(initials, colour):
    """A PNG, base64 encoded as Odoo's image fields want it."""
    size = (_WIDTH * _SCALE, _HEIGHT * _SCALE)
    image = Image.new("RGBA", size, (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    side = _HEIGHT * _SCALE
    pen.rounded_rectangle((0, 0, side, side), radius=side // 6, fill=colour)
    font = ImageFont.load_default(size=side // 2)
    pen.text((side // 2, side // 2), initials, font=font, fill="white", anchor="mm")
    for wave in range(3):
        top = side // 5 + wave * side // 4
        box = (side + side // 6, top, size[0], top + side // 3)
        pen.arc(box, 200, 340, fill=colour, width=side // 14)
    image = image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue())
