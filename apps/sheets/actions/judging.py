"""Judge the rows of a sheet: once over the whole file for the dry run, and again under lock when they are applied."""

import json
from dataclasses import replace

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.sheets.kinds import SheetKind
from apps.sheets.models import Sheet
from apps.sheets.rules.reading import found
from apps.sheets.sql import NO_LIMIT, STAGED, Span

REPEATED = _("Row %(detail)s of this file is about the same; one of the two must go.")
TAKEN_IN_FILE = _("Row %(detail)s of this file says the same here; it can be true of one row only.")
WORD_IN_FILE = _(
    "Row %(detail)s of this file says the same here, be it in other case, width or spacing; it can be true of one row only."
)
CONTRADICTED = _("Row %(detail)s of this file says something else here; both must say the same.")

# The finding of a row: its sentence in every language, with the detail put in.
FINDING = """
    jsonb_build_array(f.found || jsonb_build_object('text', (
        SELECT jsonb_object_agg(l.key, replace(l.value, '%%(detail)s', j.detail)) FROM jsonb_each_text(f.found -> 'text') l
    )))
"""
JUDGE = """
    WITH {staged}, judged AS ({judged})
    UPDATE sheets_sheetrow t SET
        target_id = j.target_id,
        before = CASE WHEN j.code = '' AND j.target_id IS NOT NULL THEN j.before ELSE '{{}}' END,
        verdict = CASE WHEN j.code <> '' THEN 'refused' WHEN j.target_id IS NULL THEN 'new'
                       WHEN j.before = '{{}}' THEN 'same' ELSE 'changed' END,
        findings = CASE WHEN j.code <> '' THEN {finding} ELSE '[]' END
    FROM judged j LEFT JOIN jsonb_each(%(sentences)s::jsonb) f (code, found) ON f.code = j.code
    WHERE j.id = t.id
"""
LOCK = """
    WITH {staged} SELECT t.id FROM "{table}" t
    WHERE t.id IN (SELECT target_id FROM staged) ORDER BY t.id FOR UPDATE OF t
"""
# A later row that repeats an earlier one, refused rows included: which of the two is meant, only a person can say.
REFUSE_LATER = """
    UPDATE sheets_sheetrow t SET verdict = 'refused', before = '{{}}', findings = t.findings || {finding}
    FROM ({later}) j, (SELECT %(found)s::jsonb AS found) f
    WHERE j.id = t.id
"""
SAME_AS = """
    SELECT id, first::text AS detail FROM (
        SELECT id, row_number() OVER w AS nth, first_value(number) OVER w AS first
        FROM sheets_sheetrow WHERE sheet_id = %(sheet)s AND {there}
        WINDOW w AS (PARTITION BY {named} ORDER BY id)
    ) d WHERE d.nth > 1
"""
SHARES_A_WORD = """
    SELECT id, min(first)::text AS detail FROM (
        SELECT r.id, r.number, first_value(r.number) OVER (PARTITION BY u.word ORDER BY r.id) AS first
        FROM sheets_sheetrow r CROSS JOIN LATERAL unnest({words}) u (word)
        WHERE r.sheet_id = %(sheet)s AND r.verdict <> 'refused' AND u.word <> ''
    ) d WHERE d.first <> d.number GROUP BY id
"""
DIFFERS_FROM = """
    SELECT id, first::text AS detail FROM (
        SELECT id, values ->> %(second)s AS own, first_value(values ->> %(second)s) OVER w AS other,
               first_value(number) OVER w AS first
        FROM sheets_sheetrow WHERE sheet_id = %(sheet)s AND values ? %(one)s AND values ? %(second)s
        WINDOW w AS (PARTITION BY values ->> %(one)s ORDER BY id)
    ) d WHERE d.own <> d.other
"""


def span_of(sheet: Sheet, kind: SheetKind, by: Actor, first: int = 0, last: int = NO_LIMIT) -> Span:
    """The sheet's rows, or a range of them by id, with the parameters that the kind's statements need for this actor."""
    bare = Span(sheet.pk, sheet.store_id, sheet.warehouse_id, first, last)
    return replace(bare, more=kind.params(bare, by))


def judge_file(span: Span, kind: SheetKind) -> None:
    """Refuse rows that other rows of the same file speak against; known from the file alone, so asked once."""
    named = ", ".join(f"coalesce(values ->> '{key}', '')" for key in kind.key)
    _refuse_later(span, SAME_AS, kind.key[0], "repeated", REPEATED, there=f"values ? '{kind.key[0]}'", named=named)
    for key in kind.alone:
        there, own = f"values ->> '{key}' <> ''", f"values ->> '{key}'"
        _refuse_later(span, SAME_AS, key, "taken_in_file", TAKEN_IN_FILE, there=there, named=own)
    for one, second in kind.agree:
        _refuse_later(span, DIFFERS_FROM, second, "contradicted", CONTRADICTED, one=one, second=second)


def judge_words(span: Span, kind: SheetKind) -> None:
    """Refuse rows that use a word of an earlier one; after `judge`, so that nobody loses a word to a row that is refused."""
    if kind.words:
        column, words = kind.words
        _refuse_later(span, SHARES_A_WORD, column, "word_in_file", WORD_IN_FILE, words=words)


def judge(span: Span, kind: SheetKind) -> None:
    """Give every row of the span that is not refused yet its verdict, by what is in the business tables now."""
    sentences = {code: found(refusal.column, code, refusal.sentence) for code, refusal in kind.refusals.items()}
    statement = JUDGE.format(staged=STAGED, judged=kind.judged, finding=FINDING)
    span.run(statement, sentences=json.dumps(sentences, ensure_ascii=False))


def lock_targets(span: Span, kind: SheetKind) -> int:
    """Lock the rows that the span would change, keys ascending. Returns how many there are."""
    table = apps.get_model(kind.target)._meta.db_table
    return len(span.rows(LOCK.format(staged=STAGED, table=table)))


def _refuse_later(
    span: Span,
    later: str,
    column: str,
    code: str,
    sentence: str | Promise,
    *,
    one: str = "",
    second: str = "",
    **parts: str,
) -> None:
    statement = REFUSE_LATER.format(finding=FINDING, later=later.format(**parts))
    finding = json.dumps(found(column, code, sentence), ensure_ascii=False)
    span.run(statement, found=finding, one=one, second=second)
