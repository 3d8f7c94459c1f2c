/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/* biome-ignore-all lint/correctness/useJsxKeyInIterable: written out once, never updated */
// The page from top to bottom: what would change, the numbers, the time line with a row for each incident, the thresholds.
import { readFileSync } from 'node:fs';
import { raw } from 'hono/html';
import type { ReplayReport, ReportRow } from '../../detection/replay/replay-report.js';
import { headline } from '../../detection/replay/replay-words.js';
import { count } from '../../words.js';
import type { PageClock } from './clock.js';
import { Numbers } from './numbers.js';
import { Axis, Legend, Row, Traffic } from './rows.js';
import { timeScale } from './scale.js';
import { grouped, shortened } from './sentences.js';

const STYLE = ['page.css', 'picture.css']
  .map((name) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8'))
  .join('');
/** A page of more rows is not looked at: the lines on stdout have all of them. */
const MOST_ROWS = 300;

/** A group that is folded when it has more than a few rows: nothing in it changes. */
const QUIET = 'As now';
const FEW = 12;

interface PageProps {
  report: ReplayReport;
  clock: PageClock;
  nameOf: (customer: string) => string;
}

export function Page(props: PageProps) {
  const { report, clock } = props;
  const isCompared = report.settings.some(({ changed }) => changed !== undefined);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{`Replay: ${headline(report)}`}</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <main>
          <Head report={report} clock={clock} isCompared={isCompared} />
          <Numbers report={report} isCompared={isCompared} />
          <Picture {...props} isCompared={isCompared} />
          <Settings report={report} isCompared={isCompared} />
          <Sources report={report} clock={clock} />
        </main>
      </body>
    </html>
  );
}

function Head({ report, clock, isCompared }: Pick<PageProps, 'report' | 'clock'> & { isCompared: boolean }) {
  const { from, to, linesRead, isStopped } = report;
  const [first, last] = [clock.date(from), clock.date(to)];
  return (
    <header>
      <p class="brand">relaywarden · replay</p>
      <h1>{headline(report)}</h1>
      <p class="lead">
        {isCompared ? <ChangedSettings report={report} /> : null}
        {first === last ? first : `${first} to ${last}`}, {count(linesRead, 'line')}
        {isStopped ? <strong class="warn"> · stopped before the end of the logs</strong> : null}
      </p>
    </header>
  );
}

function ChangedSettings({ report: { settings } }: { report: ReplayReport }) {
  const changed = settings.filter(({ now, changed }) => changed !== undefined && changed !== now);
  return (
    <>
      {changed.map(({ name, now, changed }) => (
        <>
          <span class="setting">
            <code>{name}</code> {number(now)} → <b>{number(changed)}</b>
          </span>{' '}
        </>
      ))}
    </>
  );
}

function Picture({ report, clock, nameOf, isCompared }: PageProps & { isCompared: boolean }) {
  const { rows, from, to } = report;
  const scale = timeScale(from, to, clock);
  const shown = rows.length > MOST_ROWS ? mostTelling(rows) : rows;
  return (
    <section aria-labelledby="picture">
      <h2 id="picture">Time line</h2>
      <Legend isCompared={isCompared} verdicts={new Set(shown.map(({ verdict }) => verdict))} />
      <div class="picture">
        <Axis scale={scale} />
        <Traffic report={report} scale={scale} />
        {grouped(shown).map((group) => (
          <details open={group.title !== QUIET || group.rows.length <= FEW}>
            <summary>
              {group.title} <span class="number">{group.rows.length}</span>
            </summary>
            {group.rows.map((row) => (
              <Row row={row} scale={scale} clock={clock} nameOf={nameOf} isCompared={isCompared} />
            ))}
          </details>
        ))}
        {rows.length === 0 ? <p class="nothing">Nothing was told.</p> : null}
      </div>
      {rows.length > shown.length ? (
        <p class="note">{rows.length - shown.length} more are in the lines on stdout.</p>
      ) : null}
    </section>
  );
}

/** What changes, and what is wrong, before what stays. */
function mostTelling(rows: readonly ReportRow[]): ReportRow[] {
  const telling = (row: ReportRow) =>
    (row.change === 'same' || row.change === undefined ? 0 : 1) + (row.verdict ? 1 : 0);
  return rows
    .toSorted((a, b) => telling(b) - telling(a))
    .slice(0, MOST_ROWS)
    .toSorted((a, b) => a.since - b.since);
}

function Settings({ report: { settings }, isCompared }: { report: ReplayReport; isCompared: boolean }) {
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">Thresholds</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">detection.</th>
              <th scope="col">now</th>
              {isCompared ? <th scope="col">with the change</th> : null}
              <th scope="col" class="wide">
                what it is
              </th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ name, now, changed, meaning }) => (
              <tr class={changed !== undefined && changed !== now ? 'differs' : undefined}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>{number(now)}</td>
                {isCompared ? <td>{number(changed)}</td> : null}
                <td class="wide">{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Sources({ report, clock }: Pick<PageProps, 'report' | 'clock'>) {
  const { files, linesRead, unknownLines, tookMs, truth, customers } = report;
  const rate = Math.round((linesRead / Math.max(1, tookMs)) * 1000);
  return (
    <footer>
      <p>
        {count(linesRead, 'line')} of {files.map((file) => shortened(file)).join(', ')} read in{' '}
        {(tookMs / 1000).toFixed(1)} s ({rate.toLocaleString('en-US')} a second), {unknownLines.toLocaleString('en-US')}{' '}
        not understood. {count(customers, 'customer')}. Times in {clock.zone}.
      </p>
      <p>
        {truth ? truthWords(truth) : 'Nothing is known of what was spam and what was not: only changes can be told.'}
      </p>
    </footer>
  );
}

function truthWords({ source, isComplete }: NonNullable<ReplayReport['truth']>): string {
  return isComplete
    ? `What was spam is known from ${shortened(source)}; whatever else is told is false. Of known spam its own recipients are counted; a reason counts all mail from there.`
    : `Spam is what the desk contained or opened itself, honest is what it marked as noise, by ${shortened(source)}. What nobody was shown or judged counts for neither.`;
}

function number(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}
