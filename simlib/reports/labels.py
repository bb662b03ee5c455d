"""What charts say, in English and Chinese; terms as in docs/model.md."""

from collections.abc import Mapping
from typing import Final

from simlib.reports.style import Language, language

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    # sources of income
    "wage": ("wage", "工资性收入"),
    "business": ("business", "经营净收入"),
    "property": ("property", "财产净收入"),
    "transfer": ("transfer", "转移净收入"),
    "dibao": ("dibao", "低保金"),
    # lines
    "fixed": ("fixed line", "固定线"),
    "moving": ("moving line", "当年线"),
    "indexed": ("line in constant prices", "不变价线"),
    "household": ("household", "贫困户"),
    "village": ("village", "贫困村"),
    "dibao_line": ("dibao line", "低保标准"),
    "line_of": ("{target}, {line}", "{target}{line}"),
    "province": ("province's rural income", "全省农村居民收入"),
    # axes
    "income_axis": ("yuan a person and year", "元/人·年"),
    "people_axis": ("thousand people in each {width} yuan", "每{width}元一档的人数（千人）"),
    "share_axis": ("share of {who} at the {line}", "{who}达到{line}的比例"),
    "labour_capable_people": ("labour-capable people", "有劳动能力贫困人口"),
    "poor_villages": ("poor villages", "相对贫困村"),
    "money_axis": ("million yuan", "百万元"),
    # beside the marks
    "at_line": ("registered people at the", "建档立卡人口达线比例"),
    "beyond": ("{share:.1%} beyond →", "{share:.1%}在图外 →"),
    "asked": ("asked for: {share:.0%}", "要求：{share:.0%}"),
    "registered_in": ("{year},\nregistered", "{year}年\n建档时"),
    "band": ("mean, 5–95 % of draws", "均值与5%~95%区间"),
    "in_year": ("{title}, {year}", "{title}，{year}年"),
    "target_year": ("target year", "目标年"),
    # funds
    "household_fund": ("household fund", "到户扶持资金"),
    "guidance_fund": ("village guidance fund", "村引导资金"),
    "pool_fund": ("city's pool", "市统筹资金"),
    "sector_fund": ("sector money", "行业部门资金"),
    "donations_fund": ("donations", "社会捐赠资金"),
    "contingency_fund": ("special support", "专项扶持资金"),
    "village_programme_fund": ("province's village programme", "省贫困村整治资金"),
    "social_fund": ("social protection", "社会保障资金"),
    "credit_fund": ("loans lent by banks", "银行小额信贷"),
    "spent": ("spent", "已支出"),
    "carried_out": ("carried to next year", "结转下年"),
    "lapsed": ("lapsed", "到期收回"),
    "entitled": ("entitled this year", "当年应到"),
    # captions
    "caption": ("{title} · {draws} · governing line: {line} · {register}", "{title} · {draws} · 判定线：{line} · {register}"),
    "scenarios": ("{number} scenarios", "{number}个情景"),
    "draws": ("{number} draws, seed {seed}", "{number}次模拟，种子{seed}"),
    "no_draws": ("deterministic", "确定性计算"),
    "synthetic": ("SYNTHETIC register: no household in it exists", "合成名册（SYNTHETIC）：所有户均为虚构"),
    "real": ("register of {people:,.0f} people", "名册{people:,.0f}人"),
}


class Words:
    """The labels of one language: `Words("zh")["wage"]`, `Words("zh")("asked", share=0.95)`."""

    def __init__(self, wanted: Language) -> None:
        self.language = language(wanted)

    def __getitem__(self, key: str) -> str:
        return LABELS[key][self.language == "zh"]

    def __call__(self, key: str, **values: object) -> str:
        """A label with its blanks filled in."""
        return self[key].format(**values)
