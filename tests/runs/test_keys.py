"""What decides a run's numbers, as one hash."""

import shutil
import subprocess
import sys
from pathlib import Path

from simlib import compiled
from simlib.runs.keys import hash_of_package, package_hash

EDITED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from simlib.runs.keys import package_hash
with (Path(sys.argv[1]) / "simlib" / "facts" / "lines.py").open("a") as file:
    file.write("# edited while it was loaded")
print(package_hash())
"""


def test_the_hash_is_of_the_code_that_is_loaded(tmp_path: Path) -> None:
    package = Path(shutil.copytree(compiled.PACKAGE, tmp_path / "simlib", ignore=shutil.ignore_patterns("__pycache__")))
    (package / "more.py").touch()
    before = hash_of_package(package)
    assert before != package_hash(), "so that it is seen which package was loaded"
    done = subprocess.run([sys.executable, "-c", EDITED, str(tmp_path)], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == before
    assert hash_of_package(package) != before


def test_it_is_simlibs_own() -> None:
    assert package_hash() == hash_of_package(compiled.PACKAGE)


def test_the_packages_hash_sees_python_and_yaml(tmp_path: Path) -> None:
    package = tmp_path / "simlib"
    (package / "engine").mkdir(parents=True)
    (package / "bundled_scenarios").mkdir()
    seen = set()
    for name, content in [("a.py", "1"), ("engine/b.py", "1"), ("engine/b.py", "2"), ("facts.yaml", "1")]:
        (package / name).write_text(content, encoding="utf-8")
        seen.add(hash_of_package(package))
    assert len(seen) == 4
    (package / "a.py").rename(package / "c.py")
    seen.add(last := hash_of_package(package))
    assert len(seen) == 5
    for name in ("note.txt", "bundled_scenarios/x.yaml"):
        (package / name).write_text("1", encoding="utf-8")
    assert hash_of_package(package) == last
