from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.facts import Facts, load_facts
from simlib.facts.lines import dibao_line, identification_line
from simlib.money import to_fen
from simlib.registry import synthesise
from simlib.registry.check import check
from simlib.registry.columns import HOUSEHOLDS, schema
from simlib.registry.population import CAUSES, SOURCES
from simlib.registry.settlements import PREFECTURES, SERVICES
from simlib.registry.synthesise import default_registry, joint_table, synthesise_registry
from simlib.registry.tables import Registry, make_registry
from simlib.registry.write import write_registry

INCOMES = [f"{source}_income" for source in SOURCES]
COUNTIES = {
    "梅州市": {"梅江区", "梅县区", "兴宁市", "大埔县", "丰顺县", "五华县", "平远县", "蕉岭县"},
    "清远市": {"清城区", "清新区", "英德市", "连州市", "佛冈县", "阳山县", "连山县", "连南县"},
}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def full() -> Registry:
    return synthesise_registry()


@pytest.fixture(scope="module")
def rows(full: Registry) -> pd.DataFrame:
    return with_derived(full)


def with_derived(registry: Registry) -> pd.DataFrame:
    """Households beside their village's columns, with total and per-head income and whether somebody can work."""
    table = registry.households.merge(registry.villages, on="village_id")
    total = table[INCOMES].sum(axis=1)
    return table.assign(
        total=total,
        income_pc=total / table["members"],
        capable=table["labour_units"] > 0,
        wage_share=table["wage_income"] / total,
        transfer_share=table["transfer_income"] / total,
    )


def quantile(values: pd.Series, people: pd.Series, share: float) -> float:
    """The income under which a share of people lies."""
    order = np.argsort(values.to_numpy())
    reached = np.cumsum(people.to_numpy()[order]) / people.sum()
    return float(values.to_numpy()[order][np.searchsorted(reached, share)])


# ---- totals


def test_people_are_exact_by_prefecture(full: Registry, rows: pd.DataFrame, facts: Facts) -> None:
    by_prefecture = rows.groupby("prefecture")["members"].sum().to_dict()
    assert by_prefecture == {"梅州市": 128_000, "清远市": 78_000}
    assert by_prefecture == {"梅州市": facts["people_meizhou"], "清远市": facts["people_qingyuan"]}
    assert full.people == 206_000


def test_villages_are_those_of_the_text(full: Registry) -> None:
    poor = full.villages[full.villages["is_poor_village"]]
    assert poor["prefecture"].value_counts().to_dict() == {"梅州市": 272, "清远市": 205}
    assert poor["helper_type"].value_counts().to_dict() == {"district": 330, "city_unit": 74, "soe": 73}
    assert poor.groupby("helper_type")["helper"].nunique().to_dict() == {"district": 10, "city_unit": 74, "soe": 34}
    assert poor.groupby("helper")["helper_type"].nunique().max() == 1


def test_nobody_helps_outside_poor_villages(full: Registry) -> None:
    towns = full.villages[~full.villages["is_poor_village"]]
    assert len(towns) > 16
    assert set(towns["helper"]) == set(towns["helper_type"]) == {""}


def test_places_lie_in_the_real_counties(full: Registry) -> None:
    for poor in (True, False):
        places = full.villages[full.villages["is_poor_village"] == poor]
        assert {name: set(group) for name, group in places.groupby("prefecture")["county"]} == COUNTIES


def test_meizhous_poor_villages_hold_the_recorded_households(rows: pd.DataFrame) -> None:
    """S12: 13,600 households with 41,445 people in the 272 villages."""
    helped = rows[rows["is_poor_village"] & (rows["prefecture"] == "梅州市")]
    assert (len(helped), helped["members"].sum()) == (13_600, 41_445)


def test_mean_sizes_are_those_of_the_registers(rows: pd.DataFrame, facts: Facts) -> None:
    means = rows.groupby("prefecture")["members"].mean()
    assert means["梅州市"] == pytest.approx(158_994 / 58_633, abs=0.001)
    assert means["清远市"] == pytest.approx(123_651 / 54_215, abs=0.001)
    assert rows["members"].max() <= facts["members_most"]


def test_no_place_is_special(rows: pd.DataFrame) -> None:
    villages, towns = (rows.loc[rows["is_poor_village"] == poor, "village_id"].value_counts() for poor in (True, False))
    assert villages.mean() == pytest.approx(49, abs=1)
    assert 5 <= villages.min() <= villages.max() <= 200
    assert towns.max() <= 1_500


def test_types_and_sizes_are_mixed_in_every_place(rows: pd.DataFrame) -> None:
    """As chance mixes them: households' spread between villages is that of independent draws."""
    poor = rows[rows["is_poor_village"] & (rows["prefecture"] == "梅州市")]
    groups = poor.groupby("village_id")["capable"]
    chance = poor["capable"].var() / groups.size()
    assert groups.mean().var() == pytest.approx(chance.mean(), rel=0.3)


# ---- what must hold in every register


def assert_holds(registry: Registry, facts: Facts) -> None:
    """The rules of a register, and those that this one keeps besides: one line a rule."""
    rows = with_derived(registry)
    income_fen, dibao_fen = (rows[INCOMES] * 100).round().sum(axis=1), (rows["dibao_yuan"] * 100).round()
    assert registry.synthetic
    assert len(rows) == len(registry.households) > 0
    assert (rows["members"] >= 1).all()
    assert (rows["workers"] + rows["pupils"] <= rows["members"]).all()
    assert (rows["pupils"] + rows["elderly"] <= rows["members"]).all()
    assert (rows[["ill", "disabled"]].max(axis=1) <= rows["members"]).all()
    assert (rows["dropouts"] <= rows["pupils"]).all()
    assert (rows["labour_units"] * 2 == np.floor(rows["labour_units"] * 2)).all()
    assert ((rows["workers"] / 2 <= rows["labour_units"]) & (rows["labour_units"] <= rows["workers"])).all()
    assert ((rows["workers"] == 0) == ~rows["capable"]).all()
    assert (rows.loc[~rows["capable"], "wage_income"] == 0).all()
    assert (rows[["wage_income", "property_income", "transfer_income", "dibao_yuan", "land_mu"]] >= 0).all(axis=None)
    # registered: under the line of 2015 without dibao, and dibao lifts nobody above its own line
    assert (income_fen < rows["members"] * to_fen(identification_line(facts, 2015))).all()
    assert ((dibao_fen == 0) | (income_fen + dibao_fen <= rows["members"] * to_fen(dibao_line(facts, 2015)))).all()
    # everybody over sixty draws the pension, as far as the income goes
    assert (rows["transfer_income"] + 1e-6 >= np.minimum(rows["elderly"] * facts["basic_pension_2015"], rows["total"])).all()
    assert_causes_fit(rows)
    assert_villages_hold(registry, facts)
    # nobody was asked
    assert registry.households["willing"].isna().all()
    assert rows["funded"].all() and (rows["registered_from"] == 2015).all() and (rows["weight"] == 1).all()


def assert_causes_fit(rows: pd.DataFrame) -> None:
    cause = rows["poverty_cause"]
    assert set(cause) <= {choice.code for choice in schema()[HOUSEHOLDS]["poverty_cause"].choices} == set(CAUSES)
    assert (rows.loc[cause == "schooling", "pupils"] > 0).all()
    assert (rows.loc[cause == "disease", "ill"] > 0).all()
    assert (rows.loc[cause == "disability", "disabled"] > 0).all()
    assert (rows.loc[cause == "no_land", "land_mu"] == 0).all()
    assert not rows.loc[cause == "no_labour", "capable"].any()
    assert rows.loc[cause.isin(["no_skill", "no_money", "self_development"]), "capable"].all()


def assert_villages_hold(registry: Registry, facts: Facts) -> None:
    villages = registry.villages.set_index("village_id")
    people = registry.households.groupby("village_id")["members"].sum().reindex(villages.index)
    poor = villages["is_poor_village"]
    assert people.notna().all()
    assert (people <= villages["residents"]).all()
    assert (people[poor] / villages["residents"][poor] >= facts["village_registered_low"]).all()
    assert (villages["other_income"][poor] < facts["village_line_2014"] * facts["consumer_prices_2015"]).all()
    assert villages[[name for name, _ in SERVICES]].map(lambda score: 0 <= score <= 1).all(axis=None)
    assert ((villages["helper"] != "") == poor).all()


def test_the_full_register_holds(full: Registry, facts: Facts) -> None:
    assert_holds(full, facts)
    assert full.origin == "synthesised for 206000 people in 477 poor villages, seed 1"


@given(people=st.integers(3, 700), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=40, deadline=None)
def test_any_small_register_holds(people: int, seed: int) -> None:
    registry = synthesise_registry(people=people, seed=seed)
    assert registry.people == people
    assert_holds(registry, load_facts())


def test_it_passes_the_check(tmp_path: Path) -> None:
    report = check(write_registry(synthesise_registry(people=3_000, seed=7), tmp_path / "register.parquet"))
    assert (report.problems, report.people, report.synthetic) == ((), 3_000, True)
    assert {count.refused for count in report.counts} == {0}


# ---- margins


def share_of(table: pd.DataFrame, source: str) -> float:
    return float(table[f"{source}_income"].sum() / table["total"].sum())


MARGINS: list[tuple[str, Callable[[pd.DataFrame], float], float]] = [
    ("people_without_labour_share", lambda t: t.loc[~t["capable"], "members"].sum() / t["members"].sum(), 1e-4),
    ("dibao_share_labour", lambda t: (t.loc[t["capable"], "dibao_yuan"] > 0).mean(), 1e-4),
    ("dibao_share_no_labour", lambda t: (t.loc[~t["capable"], "dibao_yuan"] > 0).mean(), 1e-4),
    ("unsafe_house_share", lambda t: 1 - t["housing_safe"].mean(), 1e-4),
    ("uninsured_share", lambda t: 1 - t["insured"].mean(), 1e-4),
    ("landless_share", lambda t: (t["land_mu"] == 0).mean(), 0.005),
    ("dropout_share", lambda t: t["dropouts"].sum() / t["pupils"].sum(), 0.002),
    ("property_households", lambda t: (t["property_income"] > 0).mean(), 0.01),
    ("business_households_labour", lambda t: (t.loc[t["capable"], "business_income"] != 0).mean(), 0.01),
    ("business_households_no_labour", lambda t: (t.loc[~t["capable"], "business_income"] != 0).mean(), 0.01),
    ("business_loss_share", lambda t: (t["business_income"] < 0).sum() / (t["business_income"] != 0).sum(), 0.005),
    ("wage_share_labour", lambda t: share_of(t[t["capable"]], "wage"), 0.004),
    ("business_share_labour", lambda t: share_of(t[t["capable"]], "business"), 0.004),
    ("property_share_labour", lambda t: share_of(t[t["capable"]], "property"), 0.002),
    ("transfer_share_labour", lambda t: share_of(t[t["capable"]], "transfer"), 0.004),
    ("business_share_no_labour", lambda t: share_of(t[~t["capable"]], "business"), 0.004),
    ("property_share_no_labour", lambda t: share_of(t[~t["capable"]], "property"), 0.004),
    ("transfer_share_no_labour", lambda t: share_of(t[~t["capable"]], "transfer"), 0.004),
    *[(key, lambda t, name=name: (t["poverty_cause"] == name).mean(), 0.006) for name, key in CAUSES.items()],
]


@pytest.mark.parametrize(("key", "measured", "tolerance"), MARGINS, ids=[key for key, _, _ in MARGINS])
def test_a_margin_is_met(rows: pd.DataFrame, facts: Facts, key: str, measured: Callable[[pd.DataFrame], float], tolerance: float) -> None:
    assert measured(rows) == pytest.approx(facts[key], abs=tolerance)


def test_shares_of_a_whole_add_up(facts: Facts) -> None:
    assert sum(facts[key] for key in CAUSES.values()) == pytest.approx(1)
    for stem in ("labour", "no_labour"):
        sources = ["business", "property", "transfer"] + ["wage"] * (stem == "labour")
        assert sum(facts[f"{source}_share_{stem}"] for source in sources) == pytest.approx(1)
    for prefecture in PREFECTURES:
        assert sum(facts[key] for _, key in prefecture.counties) == pytest.approx(1)


def test_incomes_are_the_provinces_lognormal_under_the_line(rows: pd.DataFrame) -> None:
    """By hand: ln 13,360.4 - .18 = 9.320, cut at ln 4,060 = 8.309: Phi(-1.685) = .0460; median exp(9.320 - .6 x 1.9956) = 3,370."""
    assert quantile(rows["income_pc"], rows["members"], 0.5) == pytest.approx(3_370, rel=0.002)
    assert quantile(rows["income_pc"], rows["members"], 0.1) == pytest.approx(2_338, rel=0.002)
    assert rows["income_pc"].max() < 4_060


def test_most_are_poor_from_illness_disability_or_lack_of_labour(rows: pd.DataFrame) -> None:
    """E41: more than .60."""
    named = rows["poverty_cause"].isin(["disease", "disability", "no_labour"])
    assert 0.60 < named.mean() < 0.70
    assert 0.60 < rows.loc[named, "members"].sum() / rows["members"].sum() < 0.70


def test_villages_are_plausible(full: Registry, rows: pd.DataFrame) -> None:
    poor = full.villages[full.villages["is_poor_village"]].set_index("village_id")
    towns = full.villages[~full.villages["is_poor_village"]]
    assert 1_500 < poor["residents"].mean() < 2_500
    assert poor["other_income"].mean() == pytest.approx(6_870, abs=80)
    assert towns["other_income"].mean() > poor["other_income"].max()
    assert towns["roads"].mean() > poor["roads"].mean()
    assert poor["other_income"].corr(poor["roads"]) > 0.3
    registered = rows[rows["is_poor_village"]].groupby("village_id")["income_pc"].mean()
    assert registered.corr(poor["other_income"]) > 0.3


# ---- the joint structure


def test_workers_and_wages_go_together(rows: pd.DataFrame) -> None:
    able = rows[rows["capable"]]
    assert 0.35 < able["workers"].corr(able["wage_share"]) < 0.65
    assert able.groupby(able["workers"].clip(upper=4))["wage_share"].mean().is_monotonic_increasing


def test_transfers_go_to_those_who_cannot_work_the_old_and_the_ill(rows: pd.DataFrame) -> None:
    by_type = rows.groupby("capable")["transfer_share"].mean()
    assert by_type[False] > by_type[True] + 0.4
    able = rows[rows["capable"]]
    assert able["elderly"].corr(able["transfer_share"]) > 0.1
    assert able["ill"].corr(able["transfer_share"]) > 0.05


def test_income_falls_with_pupils_and_size_and_rises_with_labour(rows: pd.DataFrame) -> None:
    able = rows[rows["capable"]]
    assert able["income_pc"].corr(able["pupils"]) < -0.05
    assert -0.3 < able["income_pc"].corr(able["members"]) < -0.02
    assert rows["income_pc"].corr(rows["labour_units"]) > 0.05
    means = rows.groupby("capable")["income_pc"].mean()
    assert 0.88 < means[False] / means[True] < 0.98


def test_types_differ_as_people_do(rows: pd.DataFrame) -> None:
    able, unable = rows[rows["capable"]], rows[~rows["capable"]]
    assert able["members"].mean() > unable["members"].mean() + 1
    assert unable["elderly"].sum() / unable["members"].sum() > 0.5 > 0.3 > able["elderly"].sum() / able["members"].sum()
    assert able["pupils"].mean() > unable["pupils"].mean()
    # where nobody can work every adult has a reason, so somebody is ill, disabled or old
    assert (unable["ill"] + unable["disabled"] + unable["elderly"] > 0).all()


def test_the_poorer_live_worse(rows: pd.DataFrame) -> None:
    assert rows.loc[~rows["housing_safe"], "income_pc"].mean() < rows["income_pc"].mean() - 100
    within = rows[rows["capable"]]
    assert within.loc[within["dibao_yuan"] > 0, "income_pc"].mean() < within["income_pc"].mean() - 100
    poorer = within["income_pc"] < within["income_pc"].median()
    enrolled = within["dibao_yuan"] > 0
    assert enrolled[poorer].mean() > 2 * enrolled[~poorer].mean() > 0  # with error


def test_villages_share_a_part_of_their_incomes(rows: pd.DataFrame, facts: Facts) -> None:
    """One-way analysis of variance: between villages lies about the share that the facts say."""
    poor = rows[rows["is_poor_village"]]
    groups = poor.groupby("village_id")["income_pc"]
    within, size = groups.var().mean(), groups.size().mean()
    between = groups.mean().var() - within / size
    assert between / (between + within) == pytest.approx(facts["village_income_share"], abs=0.03)


# ---- seeds and scale


def test_a_seed_gives_one_register_and_another_seed_another() -> None:
    one, again, other = (synthesise_registry(people=600, seed=seed) for seed in (5, 5, 6))
    assert one.hash == again.hash != other.hash
    pd.testing.assert_frame_equal(one.households, again.households)
    assert not one.households["poverty_cause"].equals(other.households["poverty_cause"])


def test_every_topic_has_luck_of_its_own() -> None:
    """And the same whenever it is asked for, so that one topic's needs do not move another's numbers."""
    first, again, other = ([synthesise._streams(seed)(topic).random() for topic in synthesise.TOPICS] for seed in (1, 1, 2))
    assert first == again
    assert len({*first, *other}) == 2 * len(synthesise.TOPICS)


@pytest.mark.parametrize(
    ("people", "villages", "seen"),
    [(2_000, None, (2_000, 5)), (None, 10, (4_319, 10)), (900, 3, (900, 3)), (None, 1, (432, 1)), (3, None, (3, 1))],
)
def test_registers_scale_in_proportion(people: int | None, villages: int | None, seen: tuple[int, int]) -> None:
    registry = synthesise_registry(people, villages)
    assert (registry.people, registry.villages["is_poor_village"].sum()) == seen


def test_people_of_a_scaled_register_keep_their_proportions() -> None:
    rows = with_derived(synthesise_registry(people=20_600, seed=3))
    assert rows.groupby("prefecture")["members"].sum().to_dict() == {"梅州市": 12_800, "清远市": 7_800}
    assert rows.loc[~rows["capable"], "members"].sum() == pytest.approx(0.29 * 20_600, abs=4)


@pytest.mark.parametrize(
    ("people", "villages", "seed", "message"),
    [
        (0, None, 1, "people must be 1 or more, not 0"),
        (100, -1, 1, "villages must be 1 or more, not -1"),
        (100, 80, 1, "梅州市: 20 people in 7 households cannot fill poor villages, of which it has 46: ask for fewer"),
        (100, None, -1, r"a seed is a whole number from 0 to 2\^64 - 1, not -1"),
        (100, None, 2**64, "not 18446744073709551616"),
    ],
)
def test_what_cannot_be_asked_for(people: int, villages: int | None, seed: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        synthesise_registry(people, villages, seed)


# ---- the joint table


def test_the_joint_table_counts_everybody_once(full: Registry, rows: pd.DataFrame) -> None:
    table = joint_table(full)
    keys = ["members", "workers", "poverty_cause", "main_source"]
    assert list(table) == [*keys, "households", "people", "mean_income_pc"]
    assert not table.duplicated(keys).any()
    assert (table["households"].sum(), table["people"].sum()) == (len(rows), 206_000)
    assert (table["people"] * table["mean_income_pc"]).sum() == pytest.approx(rows["total"].sum())
    assert list(table["members"].cat.categories) == ["0", "1", "2", "3", "4", "5+"]
    assert table.loc[table["workers"] == "0", "main_source"].ne("wage").all()


def test_the_joint_table_of_three_households() -> None:
    """Two alike and a near-poor candidate, who is not registered; a weight counts a household as often as it says."""
    source = synthesise_registry(people=400, seed=2)
    three = source.households.iloc[[0, 0, 0]].assign(household_id=["a", "b", "c"], members=6, workers=4, labour_units=4.0)
    three = three.assign(wage_income=12_000.0, business_income=-600.0, property_income=0.0, transfer_income=600.0)
    three = three.assign(poverty_cause="no_skill", weight=[1.0, 2.5, 1.0], registered_from=pd.array([2015, 2015, None], "Int64"))
    table = joint_table(make_registry(three, source.villages, synthetic=True, origin="test"))
    assert table.astype({"members": str, "workers": str}).to_dict("records") == [
        {
            "members": "5+",
            "workers": "3+",
            "poverty_cause": "no_skill",
            "main_source": "wage",
            "households": 3.5,
            "people": 21.0,
            "mean_income_pc": 2_000.0,
        }
    ]


# ---- the kept register


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a small task in place of the full one."""
    monkeypatch.setenv("SIMLIB_CACHE", str(tmp_path))
    monkeypatch.setattr(synthesise, "synthesise_registry", lambda seed: synthesise_registry(people=500, seed=seed))
    return tmp_path / "registers"


def refuse_to_make(seed: int) -> Registry:
    raise AssertionError(f"a kept register of seed {seed} was there")


def test_a_register_is_made_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = default_registry(seed=4)
    (path,) = cache.iterdir()
    assert path.suffix == ".parquet"
    monkeypatch.setattr(synthesise, "synthesise_registry", refuse_to_make)
    kept = default_registry(seed=4)
    assert (kept.hash, kept.origin, kept.synthetic) == (fresh.hash, fresh.origin, True)
    pd.testing.assert_frame_equal(kept.households, fresh.households)
    pd.testing.assert_frame_equal(kept.villages, fresh.villages)
    assert make_registry(kept.households, kept.villages, synthetic=True, origin="").hash == fresh.hash


def test_every_seed_has_its_own(cache: Path) -> None:
    assert default_registry(seed=1).hash != default_registry(seed=2).hash
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "empty", "changed", "folder"])
def test_a_damaged_one_is_made_anew(cache: Path, damage: str) -> None:
    fresh = default_registry()
    (path,) = cache.iterdir()
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes({"cut": content[:middle], "empty": b"", "changed": changed}[damage])
    assert default_registry().hash == fresh.hash
    if damage != "folder":
        assert path.read_bytes() == content


def test_other_facts_make_another(cache: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    first = default_registry()
    monkeypatch.setattr(synthesise, "load_facts", lambda: facts.with_({"people_without_labour_share": {"value": 0.40}}))
    assert default_registry().hash != first.hash
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_cannot_be_written_costs_only_time(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert default_registry().hash == synthesise_registry(people=500).hash
