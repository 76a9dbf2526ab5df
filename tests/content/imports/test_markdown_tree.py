"""Any folder of Markdown comes along: where it belongs, its links following it, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.content import load_articles
from kb.content.imports.destination import Destination, WrittenFiles
from kb.content.imports.markdown_tree import import_markdown
from kb.errors import ContentError
from kb.model import Article
from tests.content.conftest import PIXEL_PNG
from tests.content.imports.conftest import Export


def imported(folder: Path, destination: Destination, lang: str = "") -> WrittenFiles:
    import_markdown(folder, destination, language="en", lang=lang)
    return destination.write(dry_run=False)


def loaded(destination: Destination) -> dict[str, Article]:
    return {one.id: one for one in load_articles([destination.folder], language="en").articles}


def test_folders_become_topics_with_their_names(export: Export, destination: Destination) -> None:
    export("Store Support/Yún Board/About It.md", "---\ntitle: A\nauthor: x\n---\nText.\n")
    export("Hardware/General/b.md", "# B\n\nText.\n")
    folder = export("Software/General/b.md", "# C\n\nText.\n").parents[2]
    assert imported(folder, destination).added == 3
    assert sorted(loaded(destination)) == ["en/general/b", "en/software-general/b", "en/yun-board/about-it"]
    titles = {one.slug: one.title for one in load_articles([destination.folder], language="en").topics}
    assert titles == {"general": "General", "software-general": "General", "yun-board": "Yún Board"}
    assert loaded(destination)["en/yun-board/about-it"].extra == {"author": "x"}


def test_languages_in_the_paths_stay(export: Export, destination: Destination) -> None:
    export("pages.it/common/a.md", "# A\n\nTesto.\n")
    folder = export("pages.ru/common/a.md", "# A\n\nТекст.\n").parents[2]
    imported(folder, destination)
    assert sorted(loaded(destination)) == ["it/common/a", "ru/common/a"]


def test_links_and_images_follow_the_articles(export: Export, destination: Destination) -> None:
    export("One/a file.md", "# A\n\n[b](../Two/b.md#top) [ext](https://x.example/b.md) ![Dot](img/d.png)\n"
           "\n`[b](../Two/b.md)`\n\n[ref]: ../Two/b\n")  # fmt: skip
    export("One/img/d.png", PIXEL_PNG)
    folder = export("Two/b.md", '# B\n\n<a href="../One/a%20file.md">back</a> ![No](gone.png)\n').parents[1]
    report = imported(folder, destination)
    assert report.images == 1
    assert [problem.message for problem in report.problems] == [
        "the image Two/gone.png is not in the folder: save it there, and import again"
    ]
    text = (destination.folder / "en/one/a-file.md").read_text(encoding="utf-8")
    assert "[b](../two/b.md#top) [ext](https://x.example/b.md) ![Dot](../../images/one/img/d.png)" in text
    assert "`[b](../Two/b.md)`" in text
    assert "[ref]: ../two/b.md" in text
    assert 'href="../one/a-file.md"' in (destination.folder / "en/two/b.md").read_text(encoding="utf-8")


def test_links_by_number_become_relative_and_old_addresses_go_on_to_work(
    export: Export, destination: Destination
) -> None:
    there = "https://help.example/hc/en-us/articles/77-The-b"
    export(
        "One/a.md",
        f"---\ntitle: A\nid: 7\n---\n[b]({there}#x), <{there}>, {there}, [no](/hc/en-us/articles/9)\n",
    )
    folder = export("Two/b.md", "---\ntitle: The b\nid: 77\n---\nText.\n").parents[1]
    imported(folder, destination)
    text = (destination.folder / "en/one/a.md").read_text(encoding="utf-8")
    assert f"[b](../two/b.md#x), [The b](../two/b.md), {there}, [no](/hc/en-us/articles/9)" in text
    assert loaded(destination)["en/two/b"].redirect_from == ("/hc/en-us/articles/77-The-b",)


@pytest.mark.parametrize(
    ("written", "html"),
    [
        (":::tip\nDo **this**.\n:::\n", '<div class="admonition tip">'),
        (":::warning[Careful now]\nThis.\n:::\n", ">Careful now</p>"),
        ('{% hint style="success" %}\nThis.\n{% endhint %}\n', '<div class="admonition tip">'),
        ("> [!NOTE]\n> This.\n", '<div class="admonition note">'),
        ('<a href="/x/12-Read-me"></a>\n', ">Read me</a>"),
    ],
)
def test_callouts_of_other_systems_and_links_without_words_are_made_ours(
    export: Export, destination: Destination, written: str, html: str
) -> None:
    imported(export("a/b.md", f"# A\n\n{written}").parents[1], destination)
    assert html in loaded(destination)["en/a/b"].html


def test_a_file_with_broken_front_matter_comes_along_as_it_is(
    export: Export, destination: Destination
) -> None:
    folder = export("a/b.md", "---\ntitle: a: b\n---\nText.\n").parents[1]
    report = imported(folder, destination)
    assert (report.added, [problem.left_out for problem in report.problems]) == (1, [False])
    assert (destination.folder / "en/a/b.md").read_text(encoding="utf-8") == "---\ntitle: a: b\n---\nText.\n"


def test_a_file_that_is_no_text_is_told_and_the_rest_is_taken(
    export: Export, destination: Destination
) -> None:
    export("a/b.md", b"\xff\xfe\x00")
    folder = export("a/c.md", "# C\n\nText.\n").parents[1]
    report = imported(folder, destination)
    assert (report.added, [(problem.path, problem.left_out) for problem in report.problems]) == (
        1,
        [("a/b.md", True)],
    )


def test_two_files_of_one_name_both_stay(export: Export, destination: Destination) -> None:
    export("a/b c.md", "# One\n\nText.\n")
    folder = export("a/b-c.md", "# Two\n\nText.\n").parents[1]
    assert imported(folder, destination).added == 2
    assert sorted(loaded(destination)) == ["en/a/b-c", "en/a/b-c-2"]


def test_an_empty_folder_and_a_destination_within_it_are_refused(
    export: Export, destination: Destination
) -> None:
    folder = export("a/b.md", "# A\n\nText.\n").parents[1]
    with pytest.raises(ContentError, match="choose another with --to"):
        import_markdown(folder, Destination(folder / "out"), language="en")
    (folder / "empty").mkdir()
    with pytest.raises(ContentError, match="holds no Markdown"):
        import_markdown(folder / "empty", destination, language="en")
