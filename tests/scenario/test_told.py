"""What is wrong with a scenario file, in Chinese: every sentence, down to what pydantic found."""

import re
from pathlib import Path

import pytest

from simlib.errors import InputError
from simlib.scenario import load_scenario
from simlib.words import Words

ZH, EN = Words("zh"), Words("en")


def refused(folder: Path, text: str) -> InputError:
    """What is said of a scenario file with this text."""
    path = folder / "one.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"one\.yaml|scenario") as caught:
        load_scenario(path)
    return caught.value


def told(error: InputError, folder: Path) -> str:
    """In Chinese, without this machine's folders."""
    return ZH.tell(error).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("base: baseline\nlevers: {staff: {cadres_per_village: -1}}", "levers.staff.cadres_per_village：读到 -1，应为不小于 0 的数"),
        ("base: baseline\nlevers: {staff: {cadres_per_village: many}}", "读到 'many'，应为整数"),
        ("base: baseline\nlevers: {identification: {recheck: 3}}", "读到 3，应为 true 或 false"),
        ("base: baseline\nlevers: {identification: 3}", "levers.identification：读到 3，应为键值"),
        ("base: baseline\nlevers: {governing_line: fixt}", "读到 'fixt'，应为 'fixed'、'moving' 或 'indexed'；是不是“fixed”？"),
        ("base: baseline\nlevers: {staf: {}}", "levers.staf：没有这一项；是不是“staff”？"),
        ("base: baseline\nrecheck: true", "recheck：没有这一项；它应写在 levers.identification.recheck"),
        ("base: baseline\nlevers: {horizon: [2015, 2018]}", "读到 [2015, 2018]，应为 [2016, 末年]"),
        ("base: baseline\nlevers: {allocation: {mode: plan}}", "plan 方式须给出 plan，即计划表的路径"),
        ("base: baseline\nlevers: {allocation: {mode: plan, plan: no.csv}}", "找不到文件"),
        ("base: baseline\nlevers: {exit_requires: [school, school]}", "“school”出现了两次"),
        ("base: baseline\nlevers: {exit_requires: 3}", "读到 3，应为列表"),
        ("base: baseline\nfacts: {no_such_fact: {value: 1}}", "facts.no_such_fact：没有名为“no_such_fact”的参数；"),
        ("base: basline", "one.yaml：base：没有名为“basline”的情景；是不是“baseline”？也可以给出 .yaml 文件的路径"),
        ("base: one.yaml", "one.yaml：base：所依据的情景互相循环：one.yaml -> one.yaml"),
        ("base: [baseline]", "应为一个情景的名称或路径；多个情景请写在 scenarios 之下"),
        ("base: baseline\nbase: baseline", "one.yaml：第 2 行：“base”给了两次，第一次在第 1 行"),
        ("- 1", "one.yaml 的内容应为“base: baseline”这样的键值，读到的却是 list"),
        ("a: [", "one.yaml 不是 YAML："),
        ("levers: {}", "缺少此项"),
        ("levers: {}", "缺少的内容可以取自另一情景：base: baseline"),
        ("scenarios: []", "one.yaml：scenarios：读到 []，应为情景名称或路径的列表"),
        ("base: baseline\nscenarios: [baseline]", "scenarios 与 base 同时出现，只能有一个"),
        ("base: baseline\nlevers: {rounds: [{order: random, measures: {}}]}", "每轮至少要有一项措施；可用的有：industry、training"),
        (
            "base: baseline\nlevers: {rounds: [{order: random, measures: {training: {funds: [village_programme]}}}]}",
            "读到“village_programme”，它只支付村级项目；应为 'household'、'guidance'、",
        ),
    ],
)
def test_what_is_wrong_is_told_in_chinese(text: str, chinese: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert chinese in told(error, tmp_path)
    assert EN.tell(error) == str(error)


def test_every_problem_is_told_by_itself_too(tmp_path: Path) -> None:
    error = refused(tmp_path, "base: baseline\nlevers: {identification: {recheck: 3}, governing_line: fixt}")
    assert told(error, tmp_path).splitlines()[0] == "情景无法使用："
    assert [ZH.tell(one).replace(f"{tmp_path}/", "") for one in error.problems] == told(error, tmp_path).splitlines()[1:]
    assert len(error.problems) == 2


def test_no_english_is_left_but_names_of_keys_and_values(tmp_path: Path) -> None:
    error = refused(tmp_path, "base: baseline\nlevers: {staff: {cadres_per_village: 1.5}, exit_requires: [], identification: 3}")
    left = re.sub(r"one\.yaml|levers\.[a-z_.]+|baseline", "", told(error, tmp_path))
    assert re.findall(r"[A-Za-z]{2,}", left) == []


def test_an_unknown_scenario_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no scenario 'ful_package'; did you mean 'full_package'") as caught:
        load_scenario("ful_package")
    assert ZH.tell(caught.value) == "没有名为“ful_package”的情景；是不是“full_package”？也可以给出 .yaml 文件的路径"
