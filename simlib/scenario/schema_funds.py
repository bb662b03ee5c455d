"""What a scenario decides about money: what each payer pays, how late, and what comes from others. Clause 三(十一)."""

from typing import Annotated, Literal

from pydantic import Field

from simlib.scenario.fields import FIRST_YEAR, LAST_YEAR, Delay, Share, Strict, Yuan


class Payers(Strict):
    """The share of its part that each payer of the household fund really pays (clause 三(十一)2)."""

    province: Share = 1.0
    guangzhou: Share = 1.0
    home_city: Share = 1.0


class HouseholdFund(Strict):
    """The household fund: what is paid, and how many years late (clause 三(十一)2)."""

    paid: Payers = Payers()
    delay_years: Delay = 0


class GuidanceFund(Strict):
    """The village guidance fund; two million a village is a floor, so a factor can only raise it (clause 三(十一)1)."""

    paid: Share = 1.0
    delay_years: Delay = 0
    factor: Annotated[float, Field(ge=1)] = 1.0


class PoolFund(Strict):
    """The pooled part of the guidance money, shared out by income gaps or equally (clause 三(十一)1)."""

    paid: Share = 1.0
    rule: Literal["income_gap", "equal"] = "income_gap"


class SectorFund(Strict):
    """Money of the province's departments, in yuan a funded person in each of three years (clauses 二(十), 三(十一)1)."""

    yuan_per_person: Yuan = 0.0


class DonationsFund(Strict):
    """Pledges of firms and donors, in yuan a poor village in each of three years, and the share paid (clause 二(十))."""

    yuan_per_village: Yuan = 0.0
    paid: Share = 1.0


class ContingencyFund(Strict):
    """Special support of Guangzhou, a sum in yuan in one year, shared out by income gaps (clause 三(十一)3)."""

    yuan: Yuan = 0.0
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = 2018


class VillageProgramme(Strict):
    """The province's own programme, not Guangzhou's: the share of its sum a village that is counted (S09)."""

    paid: Share = 0.0


class FundLevers(Strict):
    """What the payers pay, and when; what comes from others is nothing unless a scenario says so."""

    household: HouseholdFund = HouseholdFund()
    guidance: GuidanceFund = GuidanceFund()
    pool: PoolFund = PoolFund()
    sector: SectorFund = SectorFund()
    donations: DonationsFund = DonationsFund()
    contingency: ContingencyFund = ContingencyFund()
    village_programme: VillageProgramme = VillageProgramme()
