"""Images sent along, drawn anew: what is stored holds the picture and nothing else that was in the file."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, ImageSequence

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS = 50_000_000
"""Of one frame; a phone's camera has as many. In memory that is 200 MB."""
MOST_PIXELS_OF_ALL = 100_000_000
"""Of all frames of an animation together; the frames beyond are left out."""


class UnusableImage(ValueError):
    """The picture cannot be drawn."""


class HugeImage(UnusableImage):
    """It has too many pixels."""


def redrawn(content: bytes, media_type: str) -> bytes:
    """The same picture without metadata or anything hidden beside it; turned as its camera said.

    :raises HugeImage: it has too many pixels. Found from its header, before anything is decoded.
    :raises UnusableImage: it is broken.
    """
    kind = FORMATS[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise HugeImage(f"{image.width} × {image.height} pixels")
                return _drawn(image, kind)
    except UnusableImage:
        raise
    except Image.DecompressionBombError as error:
        raise HugeImage(str(error)) from error
    except Exception as error:  # Pillow's decoders raise whatever they meet
        raise UnusableImage(type(error).__name__) from error


def _drawn(image: Image.Image, kind: str) -> bytes:
    frames = _frames(image)
    first = frames[0]
    out = io.BytesIO()
    if kind == "JPEG":
        first.convert("RGB").save(out, kind, quality=90)
    elif len(frames) > 1 and kind in {"GIF", "WEBP"}:
        first.save(out, kind, save_all=True, append_images=frames[1:], duration=_duration(image), loop=0)
    else:
        first.save(out, kind)
    return out.getvalue()


def _frames(image: Image.Image) -> list[Image.Image]:
    most = max(1, MOST_PIXELS_OF_ALL // max(1, image.width * image.height))
    frames = []
    for number, frame in enumerate(ImageSequence.Iterator(image)):
        if number >= most:
            break
        turned = ImageOps.exif_transpose(frame)
        mode = "RGBA" if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info else "RGB"
        bare = Image.new(mode, turned.size)
        bare.paste(turned.convert(mode))
        frames.append(bare)
    return frames


def _duration(image: Image.Image) -> int:
    """Milliseconds a frame; the first one's counts for all."""
    found = image.info.get("duration", 100)
    return int(found) if isinstance(found, int | float) and 10 <= found <= 60_000 else 100
