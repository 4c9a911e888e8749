"""Interviews typed; answers that cannot be are blanked and told, the others stay."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.visitor_survey import VisitorSurvey
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.source_codes import SourceCodes
from lakehouse.silver.survey_responses import SurveyResponses
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

HEADER = (
    "response_id | interviewed_on | port | nationality | residence_country | sex | age_group | purpose | nights"
    " | party_size | satisfaction_score | safety_score | spend_twd | incident | would_return"
    " | source_delivery | source_line"
)


def build(rows: Draw, *answers: str) -> DataFrame:
    lines = [f"{answer} | visitor_survey/a.csv | {line}" for line, answer in enumerate(answers, start=2)]
    codes = rows(SourceCodes, "code_set | source_code | conformed_code\nnia_port | 桃園一期 | TWTPE")
    return SurveyResponses.build(rows(VisitorSurvey, "\n".join([HEADER, *lines])), codes)


def test_an_interview_is_typed(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        "S-1 | 2025-12-01 | 桃園一期 | JPN | KOR | F | 25_34 | pleasure | 4 | 2 | 5 | 4 | 48200 | none | yes",
        "S-2 | 2025-12-01 | 新港     | JPN | JPN |   |       |          |   |   |   |   |       |      |    ",
    )
    same(
        built,
        SurveyResponses,
        """
        response_id | interviewed_on | port_code | residence_country | stay_nights | party_count | satisfaction_number | safety_number | spend_twd | incident | would_return
        S-1         | 2025-12-01     | TWTPE     | KOR               | 4           | 2           | 5                   | 4             | 48200     | none     | yes
        S-2         | 2025-12-01     | nia:新港  | JPN               |             |             |                     |               |           |          |
        """,  # noqa: E501
    )


def test_bad_answers_are_blanked_and_told_and_the_interview_stays(rows: Draw, same: Same) -> None:
    built = build(
        rows, "S-1 | 2025-12-01 | 桃園一期 | JPN | JPN | F | 25_34 | pleasure | 4 | 0 | 9 | five | -20 | none | yes"
    )
    screened = screen(built, SurveyResponses)
    same(
        good(screened, SurveyResponses),
        SurveyResponses,
        """
        response_id | stay_nights | party_count | satisfaction_number | safety_number | spend_twd | incident
        S-1         | 4           |             |                     |               |           | none
        """,
    )
    told = {
        (r["column_name"], r["consequence"], r["raw_value"])
        for r in refusals(screened, SurveyResponses, AT, "test").collect()
    }
    assert told == {
        ("party_count", "blanked", "0"),
        ("satisfaction_number", "blanked", "9"),
        ("safety_number", "blanked", "five"),
        ("spend_twd", "blanked", "-20"),
    }


def test_an_interview_without_day_or_residence_is_refused_and_one_sent_again_counts_once(rows: Draw) -> None:
    built = build(
        rows,
        "S-1 | 2025-13-01 | 桃園一期 | JPN | JPN | F | | | 4 | 1 | 5 | 5 | 100 | none | yes",
        "S-2 | 2025-12-01 | 桃園一期 | JPN |     | F | | | 4 | 1 | 5 | 5 | 100 | none | yes",
        "S-3 | 2025-12-01 | 桃園一期 | JPN | JPN | F | | | 4 | 1 | 5 | 5 | 100 | none | yes",
        "S-3 | 2025-12-01 | 桃園一期 | JPN | JPN | F | | | 4 | 1 | 3 | 5 | 100 | none | yes",
    )
    kept = good(screen(built, SurveyResponses), SurveyResponses).collect()
    assert [(r["response_id"], r["satisfaction_number"]) for r in kept] == [("S-3", 3)]
