"""The lists of commands: on a narrow terminal each summary is whole."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from kg.cli import main

GROUPS = ["", *(name for name, command in main.commands.items() if isinstance(command, click.Group))]


@pytest.mark.parametrize("group", GROUPS)
def test_no_summary_is_cut(group: str) -> None:
    done = CliRunner().invoke(main, [*group.split(), "--help"], terminal_width=80)
    lines = done.stdout.partition("Commands:")[2].splitlines()
    assert len(lines) > 2
    assert not [line for line in lines if line.endswith("...")]
    assert not [line for line in lines if line and not line.endswith(".")]
