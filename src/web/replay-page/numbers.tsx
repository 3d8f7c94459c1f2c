/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/* biome-ignore-all lint/correctness/useJsxKeyInIterable: written out once, never updated */
// The numbers of a run, or of both side by side: what is better is green, what is worse is red.
import type { ReplayReport, ReportRow } from '../../detection/replay/replay-report.js';
import { type Measure, measures } from '../../detection/replay/replay-words.js';
import type { Score } from '../../detection/replay/score.js';
import type { Tone } from './sentences.js';

export function Numbers({ report, isCompared }: { report: ReplayReport; isCompared: boolean }) {
  const { truth, now, changed } = report;
  if (!truth || !now) return isCompared ? <Counts rows={report.rows} /> : null;
  const all = measures(truth.isComplete);
  const hasUnjudged = !truth.isComplete && now.unjudged + (changed?.unjudged ?? 0) > 0;
  const count = all.length + (hasUnjudged ? 1 : 0);
  return (
    <section aria-label="Numbers" class="tiles" style={`--columns:${count > 6 ? Math.ceil(count / 2) : count}`}>
      {all.map((measure) => (
        <Tile name={measure.name} hint={measure.hint} {...sidesOf(measure, now, changed)} />
      ))}
      {hasUnjudged ? (
        <Tile name="Never judged" hint="told, and nobody said what it was" {...unjudged(now, changed)} />
      ) : null}
    </section>
  );
}

/** Without a truth: how many, and what changes about them. */
function Counts({ rows }: { rows: readonly ReportRow[] }) {
  const count = (...changes: ReportRow['change'][]) => rows.filter(({ change }) => changes.includes(change)).length;
  const told = { now: rows.filter(({ now }) => now).length, changed: rows.filter(({ changed }) => changed).length };
  return (
    <section aria-label="Numbers" class="tiles" style="--columns:5">
      <Tile name="Told" hint="incidents" before={String(told.now)} after={String(told.changed)} tone="plain" />
      <Tile name="Newly told" hint="only with the change" after={String(count('new'))} tone="plain" />
      <Tile name="No longer told" hint="only as it is now" after={String(count('gone'))} tone="plain" />
      <Tile name="Earlier" hint="told sooner with the change" after={String(count('earlier'))} tone="plain" />
      <Tile name="Later" hint="told later with the change" after={String(count('later'))} tone="plain" />
    </section>
  );
}

interface Sides {
  /** Undefined when there is nothing to compare with, or nothing changed. */
  before?: string | undefined;
  after: string;
  tone: Tone;
}

function Tile({ name, hint, before, after, tone }: Sides & { name: string; hint: string }) {
  return (
    <div class={`tile ${tone}`}>
      <h3>{name}</h3>
      <p class="value">
        {before === undefined ? null : (
          <>
            <span class="before">{before}</span> <span class="arrow">→</span>{' '}
          </>
        )}
        <b>{after}</b>
      </p>
      <p class="hint">{hint}</p>
    </div>
  );
}

function sidesOf({ text, value, better }: Measure, now: Score, changed: Score | undefined): Sides {
  if (!changed) return { after: text(now), tone: 'plain' };
  const [before, after] = [value(now), value(changed)];
  const isSame = text(now) === text(changed);
  if (isSame || before === undefined || after === undefined || before === after)
    return { before: isSame ? undefined : text(now), after: text(changed), tone: 'plain' };
  return { before: text(now), after: text(changed), tone: after > before === (better === 'more') ? 'good' : 'bad' };
}

function unjudged(now: Score, changed: Score | undefined): Sides {
  if (!changed || now.unjudged === changed.unjudged) return { after: String(now.unjudged), tone: 'plain' };
  return { before: String(now.unjudged), after: String(changed.unjudged), tone: 'plain' };
}
