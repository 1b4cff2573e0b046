"""Bar codes as drawings: crisp on paper at any size."""

from reportlab.graphics.barcode.code128 import Code128

# The light margin at both sides that scanners need, in modules.
QUIET_ZONE = 10


def code128_path(text: str) -> tuple[int, str]:
    """Return (width in modules with margins, SVG path of the bars, one module high)."""
    code = Code128(text)
    code.validate()
    code.encode()
    code.decompose()
    place, path = QUIET_ZONE, ""
    # A capital is a bar, a small letter a space; A is one module, B two, and so on.
    for sign in code.decomposed:
        width = ord(sign.upper()) - ord("A") + 1
        if sign.isupper():
            path += f"M{place} 0h{width}v1h-{width}z"
        place += width
    return place + QUIET_ZONE, path
