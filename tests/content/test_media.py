from __future__ import annotations

from pathlib import Path

import pytest

from kb.content.media import ImageError, Size, read_image
from tests.content.conftest import PIXEL_PNG

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080014001e0101110000ffd9")
GIF = b"GIF89a" + (30).to_bytes(2, "little") + (20).to_bytes(2, "little") + b"\0\0\0;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L"
AVIF = b"\0\0\0\x20ftypavif\0\0\0\0"


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [
        ("a.png", PIXEL_PNG, Size(3, 2)),
        ("a.jpg", JPEG, Size(30, 20)),
        ("a.JPEG", JPEG, Size(30, 20)),
        ("a.gif", GIF, Size(30, 20)),
        ("a.webp", WEBP, None),
        ("a.avif", AVIF, None),
        ("cut.png", PIXEL_PNG[:10], None),
        ("cut.jpg", JPEG[:8], None),
    ],
)
def test_images_are_known_by_their_content(
    tmp_path: Path, name: str, content: bytes, size: Size | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert read_image(path).size == size


def test_the_name_follows_the_content(tmp_path: Path) -> None:
    one, two = tmp_path / "Sign In.png", tmp_path / "Other.png"
    one.write_bytes(PIXEL_PNG)
    two.write_bytes(PIXEL_PNG + b"x")
    first, second = read_image(one).media.name, read_image(two).media.name
    assert first.endswith("-sign-in.png")
    assert len(first.partition("-")[0]) == 16
    assert first[:16] != second[:16]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.svg", b"<svg onload=alert(1)>", "export it as PNG"),
        ("a.bmp", b"BM", "convert it"),
        ("a.png", JPEG, "not the PNG image"),
        ("a.jpg", b"<script>alert(1)</script>", "not the JPG image"),
        ("a.gif", b"", "not the GIF image"),
    ],
)
def test_what_is_no_image_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageError, match=words):
        read_image(path)
