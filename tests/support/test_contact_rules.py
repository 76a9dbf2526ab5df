from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.support.contact_rules import ContactRules

SAMPLE = Path(__file__).parents[2] / "articles"


def rules(folder: Path, text: str) -> ContactRules:
    (folder / "contact.toml").write_text(text, encoding="utf-8")
    return ContactRules.load((folder,))


def test_a_centre_without_the_file_has_the_shipped_rules(tmp_path: Path) -> None:
    shipped = ContactRules.load((tmp_path,))
    assert [category.id for category in shipped.categories] == [
        "account",
        "problem",
        "billing",
        "question",
        "other",
    ]
    assert shipped.limits.tickets.amount == 5
    assert shipped.limits.tickets.get_expiry() == 600


def test_what_a_file_leaves_out_is_as_shipped(tmp_path: Path) -> None:
    own = rules(tmp_path, 'reference_prefix = "AB"\n')
    assert own.prefix == "AB"
    assert own.details == ContactRules.load(()).details


def test_a_category_has_what_the_file_says_and_the_rest_from_the_top(tmp_path: Path) -> None:
    own = rules(
        tmp_path,
        'queue = "first"\nreply = { en = "soon" }\nneeds = ["device"]\n'
        '[[categories]]\nid = "a"\n[[categories]]\nid = "b"\nqueue = "second"\nneeds = ["since"]\nurgent = true\n',
    )
    a, b = own.categories
    assert (a.queue, a.reply, a.details, a.urgent) == ("first", {"en": "soon"}, ("device",), False)
    assert (b.queue, b.reply, b.details, b.urgent) == ("second", {"en": "soon"}, ("since",), True)


def test_a_detail_of_ones_own_is_told_by_words_shapes_and_formats(tmp_path: Path) -> None:
    own = rules(
        tmp_path,
        'needs = ["robot"]\n[[categories]]\nid = "x"\n[[details]]\nid = "robot"\n'
        'words = { en = ["vacuum*", "mop head"], de = ["saug*"] }\nshapes = ["version"]\nformats = ["RX-###@"]\n',
    )
    (robot,) = own.details
    for text in ("my vacuums", "the mop  head", "saugroboter", "firmware 1.2"):
        assert robot.words.search(text) or robot.shapes.search(text)
    assert robot.shapes.search("it is rx-123b.")
    assert not robot.shapes.search("rx-1234")
    assert not robot.words.search("moped")


def test_the_sample_centre_speaks_three_languages() -> None:
    sample = ContactRules.load((SAMPLE,))
    assert sample.prefix == "HM"
    labels = [*(one.label for one in sample.categories), *(one.label for one in sample.details)]
    assert {frozenset(label) for label in labels} == {frozenset({"en", "it", "ru"})}
    topics = {path.name for path in (SAMPLE / "en").iterdir()}
    assert {topic for category in sample.categories for topic in category.topics} <= topics


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("colour = 1", "colour is not a key"),
        ("queue = 1", "queue must be a text"),
        ('needs = ["shoe size"]', "needs names shoe size; known are error"),
        ('reference_prefix = "toolong"', "reference_prefix must be"),
        ('limits = { tickets = "many" }', 'limits.tickets must be written like "5 per 10 minutes"'),
        ("limits = { links = -1 }", "limits.links must be a whole number"),
        ("limits = { per_address = 0 }", "limits.per_address must be a whole number, 1 or more"),
        ('[[categories]]\nid = "Not This"', "categories[1].id must be a short name"),
        ('[[categories]]\nid = "a"\nurgent = "yes"', "categories[1].urgent must be true or false"),
        ('[[details]]\nid = "a"\nshapes = ["round"]', "details[1].shapes names round"),
        ("a = [", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as error:
        rules(tmp_path, text)
    assert complaint in str(error.value)
    assert str(tmp_path / "contact.toml") in str(error.value)
