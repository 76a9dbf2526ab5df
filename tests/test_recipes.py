"""The recipes for content repositories are whole: their YAML is read, and the commands in them exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.settings import Settings
from tests.conftest import ROOT
from tests.test_docs import _fault

GITHUB = ROOT / "docs" / "recipes" / "github-actions.yml"
GITLAB = ROOT / "docs" / "recipes" / "gitlab-ci.yml"


def read(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def commands(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line.split(">")[0].strip() for line in re.findall(r"(?:- |run: )(kb .+)", text)]


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.stem)
def test_the_commands_of_a_recipe_exist(path: Path) -> None:
    assert commands(path)
    assert [fault for line in commands(path) if (fault := _fault(line))] == []


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.stem)
def test_a_recipe_sets_nothing_that_is_no_setting(path: Path) -> None:
    """A variable that begins with KB_ and is no setting would be refused."""
    names = set(re.findall(r"\bKB_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert names
    Settings.from_env(dict.fromkeys(names, "x"))


def test_the_github_recipe_is_a_workflow() -> None:
    workflow = read(GITHUB)
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML 1.1 reads "on" as true
    [job] = workflow["jobs"].values()
    assert job["runs-on"]
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_the_gitlab_recipe_is_a_pipeline() -> None:
    pipeline = read(GITLAB)
    job = pipeline["articles"]
    assert job["stage"] in pipeline["stages"]
    assert job["script"]
