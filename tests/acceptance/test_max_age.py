import json
import shutil
from pathlib import Path

from command_run import Run

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
OLD = "2001-02-03T04:05:06Z"


def test_old_schema_is_a_warning(tmp_path: Path, run: Run) -> None:
    root = Path(shutil.copytree(SAMPLE, tmp_path / "contoso", ignore=shutil.ignore_patterns("cache", "state")))
    assert run("connection", "refresh", "HRSites", "HRTitles", root).code == 0
    assert run("check", root, "--max-age", "1").code == 0
    state = root / ".idmxml/state/HRSites.json"
    stored = json.loads(state.read_text(encoding="utf-8"))
    state.write_text(
        json.dumps({**stored, "refreshes": [{**each, "at": OLD} for each in stored["refreshes"]]}), encoding="utf-8"
    )
    found = json.loads(run("check", root, "--max-age", "30", "--format", "json").out)["diagnostics"]
    assert [(each["code"], each["severity"], each["message"], each["path"], each["object"]) for each in found] == [
        (
            "IDM3009",
            "warning",
            "the recorded schema of HRSites is older than 30 days: it was last read on 2001-02-03",
            "Conf/Directory/Directory Connector.xml",
            "Connection[HRSites]",
        )
    ]
    assert run("check", root, "--max-age", "30", "--fail-on", "warning").code == 1
    assert json.loads(run("check", root, "--format", "json").out)["diagnostics"] == []
    assert json.loads(run("check", root, "--max-age", "30", "--ignore", "IDM3009", "--format", "json").out)["diagnostics"] == []
