"""The package as others get it: the wheel stands alone, the lock file is complete, the files name no machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command without the environment variables that could lend it this checkout; return what it prints."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new environment that holds the wheel and only borrows the dependencies from this one."""
    base = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", base / "dist", ROOT, cwd=base)
    [wheel] = (base / "dist").glob("*.whl")
    home = base / "env"
    venv.create(home, with_pip=False, symlinks=True)
    scripts = home / "bin"
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=base)
    site = run(scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=base).strip()
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(site) / "borrowed.pth").write_text("".join(f"{path}\n" for path in sorted(borrowed)), encoding="utf-8")
    return scripts


def test_wheel_brings_its_schema(installed: Path, tmp_path: Path) -> None:
    printed = run(installed / "python", "-I", "-c", "import kg.vocab as v; print(v.schema_dir())", cwd=tmp_path)
    schema = Path(printed.strip())
    assert schema.is_relative_to(installed.parent)
    carried = {p.relative_to(schema) for p in schema.rglob("*") if p.is_file()}
    assert carried == {p.relative_to(ROOT / "schema") for p in (ROOT / "schema").rglob("*") if p.is_file()}
    for wanted in ("ontology.ttl", "shapes.ttl", "context.jsonld", "frames/*.yaml", "names/*.csv", "queries/*.rq"):
        assert any(p.match(wanted) for p in carried), f"schema/{wanted} is not in the wheel"


def test_wheel_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert "build" in run(installed / "kg", "--help", cwd=tmp_path)


def test_wheel_carries_typing_and_data_files_of_the_package(installed: Path, tmp_path: Path) -> None:
    package = Path(run(installed / "python", "-I", "-c", "import kg; print(*kg.__path__)", cwd=tmp_path).strip())
    wanted = {p.relative_to(ROOT / "kg") for p in (ROOT / "kg").rglob("*") if p.is_file() and p.suffix != ".pyc"}
    assert wanted <= {p.relative_to(package) for p in package.rglob("*")}
    assert (package / "py.typed").is_file(), "the metadata says Typing :: Typed"


def entries() -> list[str]:
    """Return the lock file's requirements, each with its continuation lines joined and comments removed."""
    text = re.sub(r"^\s*#.*\n?", "", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for entry in entries():
        requirement = Requirement(entry.partition(" --hash")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_every_locked_package_is_pinned_with_hashes() -> None:
    assert len(entries()) > 50
    for entry in entries():
        assert re.match(r"[a-z0-9-]+==\S+( ; .+?)?\s+--hash=sha256:[0-9a-f]{64}(\s|$)", entry), entry[:120]


def test_lock_names_no_index_and_no_path() -> None:
    options = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line.startswith("-")]
    assert options == []
    assert "://" not in LOCK.read_text(encoding="utf-8")
    assert " @ " not in "".join(entries())


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_lock_satisfies_the_declared_dependencies(python: str) -> None:
    platform = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    extras = PYPROJECT["project"]["optional-dependencies"]["dev"]
    for text in PYPROJECT["project"]["dependencies"] + extras + PYPROJECT["build-system"]["requires"]:
        declared = Requirement(text)
        if declared.marker and not declared.marker.evaluate(platform):
            continue
        locked = [
            pin
            for pin in pins().get(canonicalize_name(declared.name), [])
            if not pin.marker or Marker(str(pin.marker)).evaluate(platform)
        ]
        assert len(locked) == 1, f"{text}: not locked for Python {python}; run: make lock"
        [specifier] = locked[0].specifier
        assert declared.specifier.contains(Version(specifier.version)), f"{text}: run: make lock"


def tracked_texts() -> list[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in os.fsdecode(listed.stdout).split("\0") if name]
    texts = []
    for file in files:
        if file.is_file():
            content = file.read_bytes()
            if b"\0" not in content:
                texts.append((str(file.relative_to(ROOT)), content.decode("utf-8", "replace")))
    return texts


def test_files_name_no_registry_and_no_machine() -> None:
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("npmjs", "org"))]
    foreign = re.compile("|".join([*map(re.escape, hosts), r"(?<![\w.)}-])/(?:root|work|home/\w+|Users/\w+)/\w"]))
    found = [f"{name}: {match.group()}" for name, text in tracked_texts() for match in foreign.finditer(text)]
    assert found == []
