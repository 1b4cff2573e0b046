"""One file that holds a dossier, with checksums that anybody can verify."""

import hashlib
import io
import re
import unicodedata
import zipfile

CHECKSUMS = "SHA256SUMS"
# A ZIP knows no date before this one.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_LONGEST_NAME = 80


def file_name(text, ending, taken=()):
    """Return a name for a file that every system accepts, unlike those in `taken`.

    >>> file_name("INV/2026/0001", "pdf")
    'INV-2026-0001.pdf'
    """
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")[:_LONGEST_NAME] or "file"
    lower = {name.lower() for name in taken}
    name, number = f"{stem}.{ending}", 1
    while name.lower() in lower:
        number += 1
        name = f"{stem}-{number}.{ending}"
    return name


def digest(content):
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def checksums(files):
    """Return the text that `sha256sum --check` reads.

    :param files: {path: bytes}; paths made of names by `file_name` and folders
    :raises ValueError: for a path that would not survive being read back
    """
    for path in files:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", path):
            raise ValueError(f"not a path of a dossier: {path!r}")
    return "".join(f"{digest(files[path])}  {path}\n" for path in sorted(files))


def packed(files, moment):
    """Return a ZIP of the files and their checksums, always the same for the same.

    :param files: {path: bytes}
    :param moment: datetime that all entries carry
    """
    complete = {**files, CHECKSUMS: checksums(files).encode()}
    stamp = max(moment.timetuple()[:6], _EARLIEST)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path in sorted(complete):
            entry = zipfile.ZipInfo(path, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: the same bytes wherever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, complete[path], compresslevel=6)
    return written.getvalue()
