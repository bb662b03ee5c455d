"""What a household lives on in a year: growth, shocks, gains of measures, social security, dibao (page, 3.5 to 3.9)."""

from dataclasses import dataclass

from simlib.engine.luck import EVENTS, OPERATOR, PERSISTENT, PRICE, PROVINCE, SHOCKS, VILLAGE
from simlib.registry.keys import entity_key

from .future import BASE, FIRST, Future, factor, times
from .ledger import Season
from .measures import weighted
from .people import Case

Sources = tuple[float, float, float, float, float]  # wage, business, property, transfer, dibao, in yuan


@dataclass(frozen=True)
class Common:
    """What the households of a village share in a year: factors, the operator's part of a dividend, the saturation, the uplift."""

    world: float
    local: float
    price: float
    operator: float
    saturation: float
    uplift: float  # of business income


@dataclass(frozen=True)
class Lived:
    """A household's year: its sources, and what reports and verdicts ask about it."""

    sources: Sources
    enrolled: bool  # in social security
    schooled: bool  # by it
    covered: bool  # its medical part
    ill: bool
    crop_lost: bool
    job_lost: bool
    expected: float  # of its project, as reports count it: yuan
    gained: float  # of its project
    to_village: float  # of its dividend


def common_of(season: Season) -> Common:
    """After this year's choices, because projects begun this year count in the saturation."""
    n, year, village, future = season.future.n, season.year, season.village, season.future
    living = sum(case.home.weight for case in season.cases if case.project_lives)
    in_trouble = 1 - (1 - n["operator_half_chance"]) ** (year - FIRST)
    u_operator = future.uniforms(village.key, 0, OPERATOR)[0]
    return Common(
        world=factor(n["sd_province"], future.normals(entity_key("province"), year, PROVINCE)[0]),
        local=factor(n["sd_village"], future.normals(village.key, year, VILLAGE)[0]),
        price=factor(n["sd_price"], future.normals(village.prefecture_key, year, PRICE)[0]),
        operator=n["operator_half_share"] if u_operator < in_trouble else 1.0,
        saturation=living / sum(case.home.weight for case in season.cases) if season.cases else 0.0,
        uplift=_uplift(season) if village.poor else 0.0,
    )


def _uplift(season: Season) -> float:
    """What a poor village's service point and services add to a yuan of business."""
    n, village, works, year = season.future.n, season.village, season.works, season.year
    by_services = n["service_business_uplift"] * village.lack(season.future.central) * works.filled(village, year, season.future)
    return n["ecommerce_effect"] * works.shop(year, season.future) + by_services


def grow(case: Case, year: int, future: Future) -> None:
    """Step 5: growth, and the permanent shock on wages and business."""
    growth = 1 + future.n["income_growth"]
    shock = factor(future.n["sd_permanent"], future.normals(case.home.key, year, SHOCKS)[0])
    case.wage, case.business = times(case.wage, growth * shock), times(case.business, growth * shock)
    case.property_, case.transfer = times(case.property_, growth), times(case.transfer, growth)


def lived_by(season: Season, common: Common, case: Case) -> Lived:
    """Steps 6 to 9."""
    n, supported = season.future.n, season.supported(case)
    u = season.future.uniforms(case.home.key, 0, PERSISTENT)
    security = season.scenario.levers.entitled.social_security
    enrolled = security is not None and supported and u[3] < n["social_security_enrolment"]
    covered = enrolled and security is not None and security.medical
    ill, crop_lost, job_lost = _events(season, case)
    wage, business = _observed(season, common, case, n["medical_cover"] if covered else 0.0)
    gained = _industry_gain(season, common, case)
    dividend, to_village = _dividend(season, common, case)
    by_right = _social_security(season, case) if enrolled else 0.0
    before = (
        _wage(season, case, wage, business),
        _business(season, common, case, business, gained),
        case.property_ + _rent(season, case) + dividend,
        case.transfer + by_right,
    )
    dibao = _dibao(season, case, sum(before), u[2])
    season.spent["social_security", "social"] += weighted(case, by_right)
    season.spent["dibao", "social"] += weighted(case, dibao)
    schooled = enrolled and security is not None and security.school
    expected = _expected(season, common, case)
    return Lived((*before, dibao), enrolled, schooled, covered, ill, crop_lost, job_lost, expected, gained, to_village)


def _events(season: Season, case: Case) -> tuple[bool, bool, bool]:
    u = season.future.uniforms(case.home.key, season.year, EVENTS)
    ill, crop_lost, job_lost = (u[i] < season.future.n[f"{name}_chance"] for i, name in enumerate(("illness", "crop_loss", "job_loss")))
    return ill, crop_lost, job_lost


def _observed(season: Season, common: Common, case: Case, cover: float) -> tuple[float, float]:
    """Step 6: wage and business after this year's shocks and events."""
    n, (ill, crop_lost, job_lost) = season.future.n, _events(season, case)
    z = season.future.normals(case.home.key, season.year, SHOCKS)
    f_ill = _left_by(ill, n["illness_chance"], n["illness_loss"], cover)
    f_crop = _left_by(crop_lost, n["crop_loss_chance"], n["crop_loss"])
    f_job = _left_by(job_lost, n["job_loss_chance"], n["job_loss"])
    both = common.world * common.local * factor(n["sd_transitory"], z[1]) * f_ill
    m_business = both * factor(n["sd_business_extra"], z[2]) * common.price * f_crop
    return times(case.wage, both * f_job), times(case.business, m_business)


def _left_by(struck: bool, chance: float, loss: float, cover: float = 0.0) -> float:
    """What an adverse event leaves, mean-neutral without cover."""
    return (1 - struck * loss * (1 - cover)) / (1 - chance * loss)


def _wage(season: Season, case: Case, wage: float, business: float) -> float:
    """Jobs, which are the household's own, then the post and the day work of the year."""
    year, supported = season.year, season.supported(case)
    post = case.post_pay if supported and case.post_year == year else 0.0
    local = case.local_pay if supported and case.local_year == year else 0.0
    return wage + case.placed() * _job_gain(case, wage, business, year, season.future) + post + local


def _job_gain(case: Case, wage: float, business: float, year: int, future: Future) -> float:
    """What one placed slot adds to wages; wage and business as observed."""
    n, workers = future.n, case.home.workers
    if case.placed() == 0:
        return 0.0
    month = n["transfer_wage_month_2016"] * (1 + n["transfer_wage_growth"]) ** (year - FIRST)
    pay = month * n["transfer_months"] * n["wage_share_counted"]
    return max(0.0, pay - wage / workers - n["business_given_up"] * max(0.0, business) / workers)


def _business(season: Season, common: Common, case: Case, business: float, project: float) -> float:
    """The village's uplift, what let land no longer yields, the project, the loan: one after the other, support or not."""
    n, year = season.future.n, season.year
    business += max(0.0, business) * common.uplift
    if _lets(case, year):
        business -= min(max(0.0, business), n["land_income"] * n["land_used_share"] * case.home.land)
    business += project
    if case.loan is not None and case.loan.begun < year and case.loan_running(year, season.future):
        own_interest = n["microcredit_rate"] * (1 - n["microcredit_subsidised_share"])
        business += case.loan.principal * (n["microcredit_margin"] - own_interest)
    return business


def _lets(case: Case, year: int) -> bool:
    """Whether let land counts: not yet in the year of the contract."""
    return case.land is not None and case.land_let and case.land.begun < year


def _rent(season: Season, case: Case) -> float:
    return season.future.n["land_rent"] * case.home.land if _lets(case, season.year) else 0.0


def _industry_gain(season: Season, common: Common, case: Case) -> float:
    n, project = season.future.n, case.project
    if project is None:
        return 0.0
    better = 1 + (n["technique_margin"] if season.technique_before else 0.0)
    margin = n["industry_margin"] * better * common.price * max(0.0, 1 - n["industry_saturation"] * common.saturation)
    ramp = {0: n["industry_ramp_first"], 1: n["industry_ramp_second"]}.get(season.year - project.begun, 1.0)
    left = 1.0 if project.alive else n["industry_salvage"]
    return project.capital * margin * ramp * left * season.future.exposure(season.year)


def _expected(season: Season, common: Common, case: Case) -> float:
    """What a report counts of a project: without ramp, failure, technique or saturation."""
    if case.project is None:
        return 0.0
    return case.project.capital * season.future.n["industry_margin"] * season.future.exposure(season.year) * common.price


def _dividend(season: Season, common: Common, case: Case) -> tuple[float, float]:
    """The household's and the village's part of the dividend on shares bought before this year."""
    if case.shares is None or case.shares[1] >= season.year:
        return 0.0, 0.0
    dividend = case.shares[0] * season.future.n["dividend_rate"] * common.operator
    share = season.future.n["dividend_household_share"] if season.supported(case) else 0.0
    return dividend * share, dividend * (1 - share)


def _social_security(season: Season, case: Case) -> float:
    """Step 8: what an enrolled household is given, in yuan."""
    n, security, h = season.future.n, season.scenario.levers.entitled.social_security, case.home
    heads = h.elderly + (h.pupils if security is not None and security.school else 0)
    contributors = h.workers if security is not None and security.pension_contributions else 0
    in_a_year = n["social_security_increment"] * heads + n["pension_contribution"] * contributors
    return in_a_year * season.future.exposure(season.year)


def _dibao(season: Season, case: Case, before: float, u: float) -> float:
    """Step 9: as registered and grown with its line, or up to the line where enrolled."""
    line, base_line = season.future.dibao_line(season.year), season.future.dibao_line(BASE)
    if season.scenario.levers.entitled.dibao.enrolment == "registered":
        return case.home.dibao * (line / base_line)
    enrolled = case.home.dibao > 0 or u < season.future.n[f"dibao_coverage_{min(season.year, 2019)}"]
    return max(0.0, line * case.home.members - before) if enrolled else 0.0
