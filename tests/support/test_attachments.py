from __future__ import annotations

import io
import os
import stat
import time
from pathlib import Path

import pytest
from PIL import Image

from kb.errors import RefusedFile, StorageError
from kb.storage.attachments import AttachmentStore
from kb.storage.database import Database
from kb.support.attachments import Attachments
from kb.support.images import MOST_PIXELS
from kb.ticket_model import LARGEST_FILE
from tests.storage.damage import make_read_only
from tests.support.hostile_files import FILES, PDF, Hostile, huge_png, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


@pytest.fixture
def files(database: Database, folder: Path) -> Attachments:
    return Attachments(AttachmentStore(database), folder, 100 * 1024 * 1024)


@pytest.mark.parametrize("hostile", FILES, ids=lambda one: one.title)
def test_a_hostile_file_is_refused_or_stored_harmless(
    files: Attachments, folder: Path, hostile: Hostile
) -> None:
    if not hostile.stored:
        with pytest.raises(RefusedFile):
            files.accept("s", hostile.name, hostile.content)
        assert not folder.exists() or list(folder.iterdir()) == []
        return
    kept = files.accept("s", hostile.name, hostile.content)
    assert kept.media_type == hostile.stored
    assert [path.name for path in folder.iterdir()] == [kept.id]
    assert not hostile.gone or hostile.gone not in files.read(kept)
    assert not set(kept.name) & set("/\\\r\n\0\u202e<>")
    assert kept.name.count(".") == 1
    assert stat.S_IMODE((folder / kept.id).stat().st_mode) == 0o600


def test_a_file_that_cannot_be_noted_is_not_left_on_disk(
    files: Attachments, folder: Path, database: Database
) -> None:
    make_read_only(database)
    with pytest.raises(StorageError):
        files.accept("s", "a.log", b"step done")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_stays_the_picture(files: Attachments, kind: str) -> None:
    kept = files.accept("s", f"red.{kind.lower()}", picture(kind, (30, 20)))
    with Image.open(io.BytesIO(files.read(kept))) as image:
        assert (image.format, image.size) == (kind, (30, 20))
        red, green, _ = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > 150 > 80 > green


def test_a_photo_is_turned_as_its_camera_said(files: Attachments) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = files.accept("s", "a.jpg", picture("JPEG", (30, 20), exif=exif))
    with Image.open(io.BytesIO(files.read(kept))) as image:
        assert image.size == (20, 30)
        assert not image.getexif()


def test_an_animation_moves_on(files: Attachments) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), (n * 80, 0, 0)) for n in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    kept = files.accept("s", "a.gif", out.getvalue())
    with Image.open(io.BytesIO(files.read(kept))) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_the_pixels_are_counted_before_they_are_drawn(files: Attachments) -> None:
    side = int(MOST_PIXELS**0.5) + 1
    with pytest.raises(RefusedFile) as refused:
        files.accept("s", "a.png", huge_png(side, side))
    assert refused.value.why == "pixels"


@pytest.mark.parametrize(
    ("name", "content", "stored"),
    [
        ("a.pdf", PDF, "a.pdf"),
        ("no ending", PDF, "no ending.pdf"),
        ("wrong.png", picture("JPEG"), "wrong.jpg"),
        ("Журнал ошибок.log", "привет".encode(), "Журнал ошибок.log"),
        ("a.b.c.txt", b"hello", "a_b_c.txt"),
        (".txt", b"hello", "txt.txt"),
        ("old.txt", "привет".encode("cp1251"), "old.txt"),
        ("wide.txt", "привет".encode("utf-16"), "wide.txt"),
        ("C:\\Users\\ada\\x.txt", b"hello", "x.txt"),
        ("password: hunter22.txt", b"hello", "password_ hunter22.txt"),
    ],
)
def test_a_name_says_what_the_file_is(files: Attachments, name: str, content: bytes, stored: str) -> None:
    kept = files.accept("s", name, content)
    assert kept.name == stored
    assert files.read(kept) == content or kept.media_type.startswith("image/")


def test_a_long_text_is_masked_to_its_end(files: Attachments) -> None:
    kept = files.accept("s", "a.log", b"a line of a log\n" * 40_000 + b"password: hunter22\n")
    content = files.read(kept)
    assert content.endswith(b"password: [password]\n")
    assert content.count(b"\n") == 40_001


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "empty"), (b"x" * (LARGEST_FILE + 1), "too-large"), (b"\0\1", "type")]
)
def test_what_is_not_taken_says_why(files: Attachments, content: bytes, why: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        files.accept("s", "a.txt", content)
    assert refused.value.why == why


def test_a_form_takes_five_files(files: Attachments) -> None:
    for number in range(5):
        files.accept("s", f"{number}.txt", b"hello")
    with pytest.raises(RefusedFile) as refused:
        files.accept("s", "6.txt", b"hello")
    assert refused.value.why == "too-many"
    files.accept("another", "6.txt", b"hello")


def test_all_files_together_have_a_limit(database: Database, folder: Path) -> None:
    files = Attachments(AttachmentStore(database), folder, 10)
    files.accept("s", "a.txt", b"12345678")
    with pytest.raises(RefusedFile) as refused:
        files.accept("s", "b.txt", b"12345678")
    assert refused.value.why == "no-room"


def test_a_file_is_removed_by_its_own_form_alone(files: Attachments, folder: Path) -> None:
    kept = files.accept("s", "a.txt", b"hello")
    files.remove("another", kept.id)
    assert files.of_session("s") == (kept,)
    files.remove("s", kept.id)
    assert (files.of_session("s"), list(folder.iterdir())) == ((), [])


def test_files_that_belong_to_nothing_are_swept(files: Attachments, folder: Path) -> None:
    kept = files.accept("s", "a.txt", b"hello")
    (folder / "leftover").write_bytes(b"x")
    (folder / "young").write_bytes(b"x")
    old = time.time() - 7200
    os.utime(folder / "leftover", (old, old))
    os.utime(folder / kept.id, (old, old))
    assert files.sweep() == 1
    assert {path.name for path in folder.iterdir()} == {kept.id, "young"}


def test_files_whose_form_was_never_sent_are_swept_after_a_day(
    files: Attachments, folder: Path, database: Database
) -> None:
    kept = files.accept("s", "a.txt", b"hello")
    old = time.time() - 2 * 86_400
    os.utime(folder / kept.id, (old, old))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE attachments SET created = '2020-01-01 00:00:00'")
    assert files.sweep() == 1
    assert files.of_session("s") == ()


def test_a_folder_that_cannot_be_written_is_named(database: Database, folder: Path) -> None:
    folder.write_text("a file stands where the folder should be")
    files = Attachments(AttachmentStore(database), folder, 10_000)
    with pytest.raises(StorageError, match="cannot be written"):
        files.accept("s", "a.txt", b"hello")
    assert files.of_session("s") == ()
