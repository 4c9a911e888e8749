"""What the agency takes in fees."""

from datetime import timedelta

from lakehouse.bronze.budget_plan import BUDGET_AUTHORITY, PROGRAMME_BUDGET
from lakehouse.declare import Bronze, Column, Kind, Volume
from lakehouse.formats.delimited import Delimited


class BudgetIncome(Bronze):
    """Each row tells what one kind of fee brought in one year, or is estimated to bring.

    What was taken and what is estimated stand beside each other, told apart by the basis.
    """

    owner = "programme-office"
    grain = "one row per kind of income, year and basis of a landed list"
    fresh_within = timedelta(days=400)
    authority = BUDGET_AUTHORITY
    source = PROGRAMME_BUDGET
    part = "income.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000)

    kind = Column(Kind.STRING, "Kind of income.", examples=("document_fees", "document_fees", "document_fees"))
    roc_year = Column(Kind.STRING, "Year of the Republic's calendar.", examples=("108", "109", "110"))
    amount = Column(Kind.STRING, "Amount.", examples=("2730000", "2730000", "2730000"))
    basis = Column(Kind.STRING, "actual or estimate.", examples=("actual", "estimate", "estimate"))
