"""Thirty files that somebody might send to do harm, and what may come of each: refused, or stored as a kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from PIL import Image

SCRIPT = b"<script>alert(document.cookie)</script>"


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file; ``stored`` is the only media type that it may be stored as, empty where it must be refused."""

    title: str
    name: str
    content: bytes
    stored: str = ""
    gone: bytes = b""
    """What must not be in what is stored."""


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that claim to be a wall."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zip_of(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
    return out.getvalue()


def with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "GPS 45.4642 9.1900"
    exif[0x8769] = {}
    return picture("JPEG", exif=exif)


def with_text_chunk() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    notes.add_itxt("XML:com.adobe.xmp", "<x>secret place</x>", zip=True)
    return picture("PNG", pnginfo=notes)


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 200
EXE = b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0" + b"\0" * 200

FILES = (
    Hostile("program", "setup.exe", EXE),
    Hostile("program called a picture", "photo.png", EXE),
    Hostile("program with two endings", "photo.png.exe", EXE),
    Hostile("program called a text", "notes.txt", EXE),
    Hostile("Linux program called a log", "system.log", ELF),
    Hostile("vector image with script", "logo.svg", SVG),
    Hostile("vector image with script called a picture", "logo.png", SVG),
    Hostile("vector image with script called a text", "logo.txt", SVG, "text/plain"),
    Hostile("web page", "page.html", HTML),
    Hostile("web page called a picture", "page.jpg", HTML),
    Hostile("web page called a text", "page.txt", HTML, "text/plain"),
    Hostile("web page behind a picture", "a.png", picture() + HTML, "image/png", b"<script>"),
    Hostile("web page behind a photo", "a.jpg", picture("JPEG") + HTML, "image/jpeg", b"<script>"),
    Hostile("archive behind a picture", "a.gif", picture("GIF") + zip_of(EXE), "image/gif", b"PK\x03\x04"),
    Hostile("script in a picture's notes", "a.png", with_text_chunk(), "image/png", b"script"),
    Hostile("place in a photo's metadata", "a.jpg", with_metadata(), "image/jpeg", b"GPS"),
    Hostile("archive", "files.zip", zip_of(b"hello")),
    Hostile("archive bomb", "bomb.zip", zip_of(b"\0" * 20_000_000)),
    Hostile("archive bomb called a picture", "bomb.png", zip_of(b"\0" * 20_000_000)),
    Hostile("office document", "letter.docx", zip_of(b"<w:document/>")),
    Hostile("wall of pixels", "wall.png", huge_png(60_000, 60_000)),
    Hostile("strip of pixels", "strip.png", huge_png(2_000_000_000, 1)),
    Hostile("picture that breaks off", "cut.png", picture()[:40]),
    Hostile("picture with a broken checksum", "broken.png", picture().replace(b"IDAT", b"IDAX")),
    Hostile("nothing but a signature", "head.png", b"\x89PNG\r\n\x1a\n"),
    Hostile("PDF that breaks off", "cut.pdf", PDF[:20]),
    Hostile("PDF behind a program", "odd.pdf", EXE + PDF),
    Hostile("PDF with two endings", "invoice.pdf.exe", PDF, "application/pdf"),
    Hostile("path in a name", "../../../etc/cron.d/x.png", picture(), "image/png"),
    Hostile("name that reads backwards", "photo\u202egnp.exe.png", picture(), "image/png"),
    Hostile("name with a line break", "a\r\nSet-Cookie: x=1.txt", b"hello", "text/plain"),
    Hostile(
        "text with a secret",
        "debug.log",
        b"Authorization: Bearer abcDEF123456789xyz",
        "text/plain",
        b"abcDEF",
    ),
    Hostile("text of control characters", "bell.txt", b"\x00\x01\x02" * 100),
    Hostile("macro language", "run.js", b"require('child_process').exec('rm -rf /')"),
)
