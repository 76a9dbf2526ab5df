from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model import Answer, ForumThread
from kb.storage.records import thread_from_record, thread_to_record

moments = st.none() | st.datetimes(timezones=st.just(UTC)) | st.datetimes()
answers = st.builds(Answer, created=moments)
threads = st.builds(
    ForumThread,
    tags=st.lists(st.text()).map(tuple),
    created=moments,
    answers=st.lists(answers, max_size=3).map(tuple),
)


@given(threads)
@settings(deadline=None)  # the machine may be busy
def test_a_thread_comes_back_from_json_as_it_was(thread: ForumThread) -> None:
    assert thread_from_record(json.loads(json.dumps(thread_to_record(thread)))) == thread


def test_a_key_of_a_later_version_is_passed_over() -> None:
    thread = ForumThread("1", "en", "t", "<p>x</p>", "x", "h", created=datetime(2026, 3, 3, tzinfo=UTC))
    assert thread_from_record(thread_to_record(thread) | {"solved_by": "Ada"}) == thread


def test_a_record_without_the_optional_keys_is_read() -> None:
    record = {"id": "1", "lang": "en", "title": "t", "html": "", "text": "", "content_hash": "h"}
    assert thread_from_record(record) == ForumThread("1", "en", "t", "", "", "h")
