"""The built package holds what the library reads at run time, and a command that misbehaves is noticed."""

import sys
import zipfile
from pathlib import Path

import pytest

from tools import wheel


def test_package_holds_its_data_and_no_more_than_the_library(tmp_path: Path) -> None:
    names = set(zipfile.ZipFile(wheel.build(tmp_path)).namelist())
    data = {path for path in Path("src").rglob("*") if path.is_file() and path.suffix in (".toml", ".json", ".js")}
    assert {path.relative_to("src").as_posix() for path in data} <= names
    assert "lossbook/claims/ledger.toml" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"lossbook"}


@pytest.mark.parametrize(("code", "wanted"), [("print('something else')", "theta"), ("raise SystemExit(3)", "")])
def test_a_command_that_does_not_do_its_work_is_noticed(tmp_path: Path, code: str, wanted: str) -> None:
    with pytest.raises(wheel.UseError, match="ended with"):
        wheel.use(Path(sys.executable), tmp_path, ["-c", code], wanted)
    wheel.use(Path(sys.executable), tmp_path, ["-c", "print('theta')"], "theta")
