/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/* biome-ignore-all lint/correctness/useJsxKeyInIterable: written out once, never updated */
// The picture: days from left to right, a row for each incident, beside it how many recipients were reached before each run's alarm.
// Every x is in percent, so that one drawing fits a wide screen and a phone.

import type { Alarm, ReplayReport, ReportRow } from '../../detection/replay/replay-report.js';
import { durationWords } from '../../detection/replay/replay-words.js';
import { count } from '../../words.js';
import type { PageClock } from './clock.js';
import type { TimeScale } from './scale.js';
import { aboutWhom, outcomeOf, shortened } from './sentences.js';

const HOUR_MS = 3_600_000;
/** Narrower than this, in percent, a stretch of mail is not seen. */
const LEAST_WIDTH = 0.4;

const BANDS: [ReportRow['verdict'], string][] = [
  ['spam', 'known spam'],
  ['honest', 'known honest mail'],
  [undefined, 'mail of an incident'],
];

/** Of what is in the picture, and no more. */
export function Legend({ isCompared, verdicts }: { isCompared: boolean; verdicts: Set<ReportRow['verdict']> }) {
  return (
    <ul class="legend">
      <li>
        <Glyph kind="now" /> {isCompared ? 'alarm as it is now' : 'alarm'}
      </li>
      {isCompared ? (
        <li>
          <Glyph kind="changed" /> alarm with the change
        </li>
      ) : null}
      {BANDS.filter(([verdict]) => verdicts.has(verdict)).map(([verdict, name]) => (
        <li>
          <span class={`swatch ${verdict ?? 'unknown'}`} /> {name}
        </li>
      ))}
    </ul>
  );
}

export function Axis({ scale }: { scale: TimeScale }) {
  return (
    <div class="line axis" aria-hidden="true">
      <div class="track">
        {scale.ticks.map(({ x, label }) => (
          <span class="tick" style={`left:${x}%`}>
            {label}
          </span>
        ))}
      </div>
      <div class="reach">Recipients reached before the alarm</div>
    </div>
  );
}

/** All mail by the hour, so that one sees when people work. */
export function Traffic({ report: { traffic }, scale }: { report: ReplayReport; scale: TimeScale }) {
  const most = Math.max(1, ...traffic.map(({ recipients }) => recipients));
  return (
    <div class="line traffic">
      <div class="who">
        <p class="name">All mail</p>
        <p class="what">recipients by the hour, {most.toLocaleString('en-US')} at the most</p>
      </div>
      <svg class="track" role="img" aria-label="All mail, recipients by the hour">
        <Grid scale={scale} />
        {traffic.map(({ at, recipients }) => {
          const [left, right] = [scale.x(at), scale.x(at + HOUR_MS)];
          const height = (100 * recipients) / most;
          return (
            <rect
              x={`${left}%`}
              width={`${width(left, right)}%`}
              y={`${percent(100 - height)}%`}
              height={`${percent(height)}%`}
            />
          );
        })}
      </svg>
    </div>
  );
}

interface RowProps {
  row: ReportRow;
  scale: TimeScale;
  clock: PageClock;
  nameOf: (customer: string) => string;
  isCompared: boolean;
}

export function Row({ row, scale, clock, nameOf, isCompared }: RowProps) {
  const { word, tone } = outcomeOf(row);
  const { kind, names } = aboutWhom(row);
  const name = row.kind === 'blocklist' ? row.whose : nameOf(row.whose);
  return (
    <article class="line">
      <div class="who">
        <p class="name">
          <b>{shortened(name, 60)}</b> <span class={`chip ${tone}`}>{word}</span>
        </p>
        <p class="what">
          {kind}
          {names ? `: ${names}` : ''}
        </p>
      </div>
      <Track row={row} scale={scale} clock={clock} isCompared={isCompared} />
      <Reach row={row} isCompared={isCompared} />
      {row.evidence.length > 0 ? (
        <details class="why">
          <summary>
            {clock.both(row.since)}: {row.kind === 'blocklist' ? 'the refusal' : 'why'}
          </summary>
          <ul>
            {row.evidence.map((sentence) => (
              <li>{shortened(sentence, 400)}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </article>
  );
}

function Track({ row, scale, clock, isCompared }: Omit<RowProps, 'nameOf'>) {
  const [left, right] = [scale.x(row.since), scale.x(row.until)];
  const { now, changed } = row;
  return (
    <svg class="track" role="img" aria-label={trackWords(row, clock, isCompared)}>
      <Grid scale={scale} />
      <rect
        class={`band ${row.verdict ?? 'unknown'}`}
        x={`${left}%`}
        width={`${width(left, right)}%`}
        y="15%"
        height="70%"
        rx="2"
      />
      {now && changed && now.at !== changed.at ? (
        <line class="shift" x1={`${scale.x(now.at)}%`} x2={`${scale.x(changed.at)}%`} y1="50%" y2="50%" />
      ) : null}
      {now ? <Mark kind="now" x={scale.x(now.at)} /> : null}
      {changed ? <Mark kind="changed" x={scale.x(changed.at)} /> : null}
    </svg>
  );
}

function trackWords({ since, now, changed }: ReportRow, clock: PageClock, isCompared: boolean): string {
  const told = (alarm: Alarm | undefined) => (alarm ? `told ${clock.both(alarm.at)}` : 'not told');
  const began = `Began ${clock.both(since)}`;
  return isCompared ? `${began}; now ${told(now)}; with the change ${told(changed)}.` : `${began}; ${told(now)}.`;
}

function Mark({ kind, x }: { kind: 'now' | 'changed'; x: number }) {
  return (
    <svg x={`${x}%`} y="50%" overflow="visible" width="1" height="1" aria-hidden="true">
      <Shape kind={kind} />
    </svg>
  );
}

/** Ring and diamond: told apart without colour, and both seen when they lie on each other. */
function Shape({ kind }: { kind: 'now' | 'changed' }) {
  return kind === 'now' ? <circle class="now" r="6.5" /> : <path class="changed" d="M0-5.2L5.2 0L0 5.2L-5.2 0Z" />;
}

function Glyph({ kind }: { kind: 'now' | 'changed' }) {
  return (
    <svg class="glyph" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
      <Shape kind={kind} />
    </svg>
  );
}

function Grid({ scale }: { scale: TimeScale }) {
  return (
    <>
      {scale.ticks.map(({ x }) => (
        <line class="grid" x1={`${x}%`} x2={`${x}%`} y1="0" y2="100%" />
      ))}
    </>
  );
}

/** One bar for each run: what was reached before its alarm, of all. Spam that a run does not tell of reaches everybody. */
function Reach({ row, isCompared }: { row: ReportRow; isCompared: boolean }) {
  const { now, changed, recipients, since, kind, verdict } = row;
  const untold = verdict === 'spam' ? recipients : 0;
  if (kind === 'blocklist') return <p class="reach refusals">{count(recipients, 'refusal')} seen</p>;
  const bar = (alarm: Alarm | undefined, name: string, run: 'now' | 'changed') => (
    <div class="run">
      <Glyph kind={run} />
      <svg class="bar" aria-hidden="true">
        <rect class="all" width="100%" height="100%" rx="3" />
        <rect class={run} width={`${share(alarm?.reached ?? untold, recipients)}%`} height="100%" rx="3" />
      </svg>
      <span class="count">
        <span class="unseen">{name}: </span>
        {alarm ? (
          <>
            <b>{alarm.reached.toLocaleString('en-US')}</b> of {recipients.toLocaleString('en-US')}{' '}
            <small>{after(alarm.at - since)}</small>
          </>
        ) : (
          <b>not told</b>
        )}
      </span>
    </div>
  );
  return (
    <div class="reach">
      {bar(now, 'now', 'now')}
      {isCompared ? bar(changed, 'with the change', 'changed') : null}
    </div>
  );
}

function after(ms: number): string {
  return ms <= 0 ? 'at once' : `in ${durationWords(ms)}`;
}

function share(part: number, all: number): number {
  return all > 0 ? percent(Math.min(100, (100 * part) / all)) : 0;
}

function width(left: number, right: number): number {
  return percent(Math.max(LEAST_WIDTH, Math.min(100, right) - left));
}

function percent(value: number): number {
  return Math.round(value * 100) / 100;
}
