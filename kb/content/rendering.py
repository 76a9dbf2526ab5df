"""Rendering with bounds: what would take too long is refused, and many texts are shared between processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from types import FrameType
from typing import Generic, TypeVar

from kb.content.markdown import MarkdownRenderer
from kb.content.media import Size
from kb.content.page import Page, build_page
from kb.content.sanitizer import Resolve, Sanitizer, TooDeep

TIME_LIMIT = 5.0
"""Seconds of processor time one text may take. An ordinary article takes a few thousandths."""
FEW = 200
"""Up to this many texts are rendered here, in about a second: starting processes takes as long."""
_BUNDLE = 20
_AHEAD = 4
"""Bundles in flight per process: enough to keep it busy, few enough to bound memory."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A text to render. ``targets`` maps references as written to what is served, empty for a dead end."""

    markdown: str
    lang: str = ""
    title: str = ""
    community: bool = False
    is_html: bool = False
    """Whether the text is HTML already, as some forums export it."""
    targets: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """Why a text was not rendered, and what to do."""

    message: str


@dataclass(frozen=True, slots=True)
class Work(Generic[Key]):
    """The texts of one page, kept together with what they belong to."""

    key: Key
    jobs: tuple[RenderJob, ...]


@dataclass(frozen=True, slots=True)
class Done(Generic[Key]):
    """The results, in the order of the jobs."""

    key: Key
    results: tuple[Page | RenderFailure, ...]


class _TooSlow(BaseException):
    """Not an Exception, so that no handler on the way takes it for something of its own."""


def render(job: RenderJob) -> Page | RenderFailure:
    """Render one text, within the time limit where the platform has timers and this is the main thread."""
    try:
        with _time_limit(TIME_LIMIT):
            html = job.markdown
            if not job.is_html:
                html = _renderer(job.community).render(job.markdown, lang=job.lang)
            safe = _sanitizer(job.community).clean(html, _resolver(job))
            return build_page(safe, title=job.title, sizes=job.sizes, community=job.community)
    except _TooSlow:
        message = (
            f"takes over {TIME_LIMIT:g} seconds to render: look for long runs of brackets or other signs"
        )
    except (RecursionError, TooDeep):
        message = "quotes, lists or tags are nested too deeply: make it flatter"
    except Exception as error:  # noqa: BLE001 - a parser's fault on one text must not lose the others
        message = f"cannot be rendered ({type(error).__name__}): simplify the Markdown"
    _renderer.cache_clear()  # what was interrupted may be in any state
    return RenderFailure(message)


def render_all(work: Iterable[Work[Key]], *, processes: int = 0) -> Iterator[Done[Key]]:
    """Render in order, reading ``work`` only a little ahead; 0 processes means one for each processor."""
    stream = iter(work)
    few = list(islice(stream, FEW + 1))
    if len(few) <= FEW and _can_time():
        for item in few:
            yield Done(item.key, tuple(map(render, item.jobs)))
        return
    yield from _in_processes(chain(few, stream), processes or os.cpu_count() or 1)


def _in_processes(work: Iterator[Work[Key]], processes: int) -> Iterator[Done[Key]]:
    # spawn, not fork: the caller may have threads, whose locks a fork would copy in whatever state they are.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running: deque[tuple[list[Work[Key]], Future[list[tuple[Page | RenderFailure, ...]]]]] = deque()
        while True:
            while len(running) < processes * _AHEAD and (bundle := list(islice(work, _BUNDLE))):
                running.append((bundle, pool.submit(_render_bundle, [item.jobs for item in bundle])))
            if not running:
                return
            bundle, future = running.popleft()
            for item, results in zip(bundle, future.result(), strict=True):
                yield Done(item.key, results)


def _render_bundle(bundle: Sequence[Sequence[RenderJob]]) -> list[tuple[Page | RenderFailure, ...]]:
    return [tuple(map(render, jobs)) for jobs in bundle]


@cache
def _renderer(community: bool) -> MarkdownRenderer:
    return MarkdownRenderer(community=community)


@cache
def _sanitizer(community: bool) -> Sanitizer:
    return Sanitizer(community=community)


def _resolver(job: RenderJob) -> Resolve:
    """Serves images from here only; links that were not resolved stay as written."""

    def resolve(attribute: str, value: str) -> str | None:
        target = job.targets.get(value)
        if target is not None:
            return target or None
        return None if attribute == "src" else value

    return resolve


def _can_time() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    if not _can_time():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    # Processor time, not the clock's: a busy machine must not make an article disappear.
    before = signal.signal(signal.SIGVTALRM, stop)
    # Again every second: an exception raised while the sanitiser calls back into Python is lost.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
