"""What the programme's plan says that it costs."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: A delivery is plan.csv, allotment.csv and income.csv; each says all that is known, so the newest counts.
PROGRAMME_BUDGET = Source("programme_budget", "Programme office of the agency", Supersession.LATEST, foldered=True)
BUDGET_AUTHORITY = "The programme's plan and budget, in thousand NT$"

#: Item, year of the Republic, capital and current.
_ROWS = (
    ("planning_and_design", "109", "0", "4000"),
    ("building_the_analytics", "109", "7500", "0"),
    ("green_cloud_data_centre", "109", "6250", "0"),
    ("all", "109", "13750", "4000"),
    ("planning_and_design", "110", "0", "0"),
    ("building_the_analytics", "110", "14030", "0"),
    ("green_cloud_data_centre", "110", "3833", "3000"),
    ("all", "110", "17863", "3000"),
)
_ITEMS, _YEARS, _CAPITAL, _CURRENT = zip(*_ROWS, strict=True)


class BudgetPlan(Bronze):
    """Each row tells what the plan puts down for one item in one year.

    The item 'all' is the plan's own sum.
    """

    owner = "programme-office"
    grain = "one row per item and year of a landed plan"
    fresh_within = timedelta(days=400)
    authority = BUDGET_AUTHORITY
    source = PROGRAMME_BUDGET
    part = "plan.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=10_000)

    item = Column(Kind.STRING, "Item of the plan, or all.", examples=_ITEMS)
    roc_year = Column(Kind.STRING, "Year of the Republic's calendar.", examples=_YEARS)
    capital = Column(Kind.STRING, "Capital expenditure.", examples=_CAPITAL)
    current = Column(Kind.STRING, "Current expenditure.", examples=_CURRENT)
