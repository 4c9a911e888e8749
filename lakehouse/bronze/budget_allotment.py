"""What the programme was allotted, and what it spent."""

from datetime import timedelta

from lakehouse.bronze.budget_plan import BUDGET_AUTHORITY, PROGRAMME_BUDGET
from lakehouse.declare import Bronze, Column, Kind, Volume
from lakehouse.formats.delimited import Delimited


class BudgetAllotment(Bronze):
    """Each row tells what the programme was allotted in one year, and what it spent.

    Spending that is not known is empty.
    """

    owner = "programme-office"
    grain = "one row per year of a landed list"
    fresh_within = timedelta(days=400)
    authority = BUDGET_AUTHORITY
    source = PROGRAMME_BUDGET
    part = "allotment.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000)

    roc_year = Column(Kind.STRING, "Year of the Republic's calendar.", examples=("109", "110"))
    allotted = Column(Kind.STRING, "Allotted by the budget as passed.", examples=("17750", "19154"))
    spent = Column(Kind.STRING, "Spent; empty where not known.", examples=("17201", None))
