// What a replay says at its end, on stderr: the numbers of both runs side by side, and how much was read how fast.
import type { ReplaySummary } from '../../detection/replay/replay.js';
import type { ReplayReport } from '../../detection/replay/replay-report.js';
import { headline, measures } from '../../detection/replay/replay-words.js';
import type { SameLines } from '../../intake/same-lines.js';
import { count } from '../../words.js';
import { unknownLinesOf } from '../terminal/not-understood.js';
import { tableLines } from '../terminal/table.js';

export interface Asked {
  /** Only what is concluded from then on is told, ms. */
  reportFrom: number | undefined;
  /** The database whose judgements were asked for, if it had none. */
  unjudged: string | undefined;
}

export function closingLines(report: ReplayReport, summary: ReplaySummary, asked: Asked): string[] {
  return [
    ...(report.truth || isCompared(report) ? comparison(report) : []),
    ...inVain(asked, summary),
    readLine(report, summary.overlongLines),
    ...summary.sameLines.map(sameLine),
    ...(summary.unknownLines > 0 ? unknownLinesOf(summary) : []),
  ];
}

/** What was asked for and could not be: nothing found would look like nothing there. */
function inVain({ reportFrom, unjudged }: Asked, { lastLineAt, isStopped }: ReplaySummary): string[] {
  const isPast = reportFrom !== undefined && reportFrom > lastLineAt && !isStopped;
  const end = () => `${new Date(lastLineAt).toISOString().slice(0, 19)}Z`;
  return [
    ...(isPast ? [`Nothing is told of: the logs end at ${end()}, before --report-from.`] : []),
    ...(unjudged === undefined
      ? []
      : [`Nothing was judged: ${unjudged} has no incident that the desk acted on or marked as noise.`]),
  ];
}

function comparison(report: ReplayReport): string[] {
  const { truth, now, changed } = report;
  if (!truth || !now) return [`${headline(report)}.`];
  const rows = measures(truth.isComplete).map(({ name, text }) => [
    name,
    text(now),
    ...(changed ? [text(changed)] : []),
  ]);
  const table = tableLines([['', 'now', ...(changed ? ['with the change'] : [])], ...rows]);
  return [...table, ...(isCompared(report) ? [`${headline(report)}.`] : [])];
}

function sameLine({ path, other, lines, part, isOtherForm }: SameLines): string {
  const all = count(lines, 'line');
  const stand = `${lines === 1 ? 'stands' : 'stand'} in ${other}${isOtherForm ? ', with times in another form' : ''}`;
  if (part === 'whole') return `Passed over: ${path}. Its ${all} ${stand}.`;
  if (part === 'beginning') return `Passed over: the first ${all} of ${path}. ${lines === 1 ? 'It' : 'They'} ${stand}.`;
  return `${path} has ${all} that ${stand}, and others between them: both are read, and these count twice.`;
}

function isCompared({ settings }: ReplayReport): boolean {
  return settings.some(({ changed }) => changed !== undefined);
}

function readLine(report: ReplayReport, overlongLines: number): string {
  const { linesRead, unknownLines, tookMs, isStopped, rows } = report;
  const rate = Math.round((1000 * linesRead) / Math.max(1, tookMs)).toLocaleString('en-US');
  const incidents = rows.filter(({ now }) => now).length;
  return (
    `${linesRead} ${linesRead === 1 ? 'line' : 'lines'} read, ${unknownLines} not understood, ${overlongLines} too long; ${count(incidents, 'incident')}; ` +
    `${(tookMs / 1000).toFixed(1)} s, ${rate} lines/s.${isStopped ? ' Stopped before the end.' : ''}`
  );
}
