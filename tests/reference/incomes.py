"""What a household lives on in a year: growth, shocks, gains of measures, social security, dibao (page, 3.5 to 3.9)."""

from dataclasses import dataclass

from simlib.engine.luck import EVENTS, OPERATOR, PERSISTENT, PRICE, PROVINCE, SHOCKS, VILLAGE
from simlib.registry.keys import entity_key

from .future import BASE, FIRST, Future, factor, fen, times
from .ledger import Season
from .people import Case

Sources = tuple[float, float, float, float, float]  # wage, business, property, transfer, dibao, in yuan


@dataclass(frozen=True)
class Common:
    """What the households of a village share in a year: factors, the operator's part of a dividend, the saturation."""

    world: float
    local: float
    price: float
    operator: float
    saturation: float


def common_of(season: Season) -> Common:
    """After this year's choices, because projects begun this year count in the saturation."""
    n, year, village, future = season.future.n, season.year, season.village, season.future
    living = sum(case.home.weight for case in season.cases if case.project is not None and case.project.alive)
    in_trouble = 1 - (1 - n["operator_half_chance"]) ** (year - FIRST)
    u_operator = future.uniforms(village.key, 0, OPERATOR)[0]
    return Common(
        world=factor(n["sd_province"], future.normals(entity_key("province"), year, PROVINCE)[0]),
        local=factor(n["sd_village"], future.normals(village.key, year, VILLAGE)[0]),
        price=factor(n["sd_price"], future.normals(village.prefecture_key, year, PRICE)[0]),
        operator=n["operator_half_share"] if u_operator < in_trouble else 1.0,
        saturation=living / sum(case.home.weight for case in season.cases) if season.cases else 0.0,
    )


def grow(case: Case, year: int, future: Future) -> None:
    """Step 5: growth, and the permanent shock on wages and business."""
    growth = 1 + future.n["income_growth"]
    shock = factor(future.n["sd_permanent"], future.normals(case.home.key, year, SHOCKS)[0])
    case.wage, case.business = times(case.wage, growth * shock), times(case.business, growth * shock)
    case.property_, case.transfer = times(case.property_, growth), times(case.transfer, growth)


def incomes_of(season: Season, common: Common, case: Case) -> tuple[Sources, bool, float]:
    """Steps 6 to 9: the sources, whether social security reached the household, the village's part of dividends."""
    n, year, supported = season.future.n, season.year, season.supported(case)
    u = season.future.uniforms(case.home.key, 0, PERSISTENT)
    entitled = season.scenario.levers.entitled
    enrolled = entitled.social_security is not None and supported and u[3] < n["social_security_enrolment"]
    wage, business = _observed(season, common, case, n["medical_cover"] if enrolled else 0.0)
    jobs = case.placed() * _job_gain(case, wage, business, year, season.future)
    post = case.post_pay if supported and case.post_year == year else 0.0
    dividend, to_village = _dividend(season, common, case)
    per_head = n["social_security_increment"] * season.future.exposure(year) if enrolled else 0.0
    before = (
        wage + jobs + post,
        business + _industry_gain(season, common, case),
        case.property_ + dividend,
        case.transfer + per_head * case.home.dependants,
    )
    dibao = _dibao(season, case, sum(before), u[2])
    season.spent["social_security", "social"] += round(fen(per_head * case.home.dependants) * case.home.weight)
    season.spent["dibao", "social"] += round(fen(dibao) * case.home.weight)
    return (*before, dibao), enrolled, to_village


def _observed(season: Season, common: Common, case: Case, cover: float) -> tuple[float, float]:
    """Step 6: wage and business after this year's shocks and events."""
    n, key = season.future.n, case.home.key
    z, u = season.future.normals(key, season.year, SHOCKS), season.future.uniforms(key, season.year, EVENTS)
    f_ill = _event(u[0], n["illness_chance"], n["illness_loss"], cover)
    f_crop = _event(u[1], n["crop_loss_chance"], n["crop_loss"])
    f_job = _event(u[2], n["job_loss_chance"], n["job_loss"])
    both = common.world * common.local * factor(n["sd_transitory"], z[1]) * f_ill
    m_business = both * factor(n["sd_business_extra"], z[2]) * common.price * f_crop
    return times(case.wage, both * f_job), times(case.business, m_business)


def _event(u: float, chance: float, loss: float, cover: float = 0.0) -> float:
    """What an adverse event leaves, mean-neutral without cover."""
    return (1 - (u < chance) * loss * (1 - cover)) / (1 - chance * loss)


def _job_gain(case: Case, wage: float, business: float, year: int, future: Future) -> float:
    """What one placed slot adds to wages; wage and business as observed."""
    n, workers = future.n, case.home.workers
    if case.placed() == 0:
        return 0.0
    month = n["transfer_wage_month_2016"] * (1 + n["transfer_wage_growth"]) ** (year - FIRST)
    pay = month * n["transfer_months"] * n["wage_share_counted"]
    return max(0.0, pay - wage / workers - n["business_given_up"] * max(0.0, business) / workers)


def _industry_gain(season: Season, common: Common, case: Case) -> float:
    n, project = season.future.n, case.project
    if project is None:
        return 0.0
    margin = n["industry_margin"] * common.price * max(0.0, 1 - n["industry_saturation"] * common.saturation)
    ramp = {0: n["industry_ramp_first"], 1: n["industry_ramp_second"]}.get(season.year - project.begun, 1.0)
    left = 1.0 if project.alive else n["industry_salvage"]
    return project.capital * margin * ramp * left * season.future.exposure(season.year)


def _dividend(season: Season, common: Common, case: Case) -> tuple[float, float]:
    """The household's and the village's part of the dividend on shares bought before this year."""
    if case.shares is None or case.shares[1] >= season.year:
        return 0.0, 0.0
    dividend = case.shares[0] * season.future.n["dividend_rate"] * common.operator
    share = season.future.n["dividend_household_share"] if season.supported(case) else 0.0
    return dividend * share, dividend * (1 - share)


def _dibao(season: Season, case: Case, before: float, u: float) -> float:
    """Step 9: as registered and grown with its line, or up to the line where enrolled."""
    line, base_line = season.future.dibao_line(season.year), season.future.dibao_line(BASE)
    if season.scenario.levers.entitled.dibao.enrolment == "registered":
        return case.home.dibao * (line / base_line)
    enrolled = case.home.dibao > 0 or u < season.future.n[f"dibao_coverage_{min(season.year, 2019)}"]
    return max(0.0, line * case.home.members - before) if enrolled else 0.0
