// A replay in words and rounded numbers, for its page and for the command's closing lines.
import { count } from '../../words.js';
import type { ReplayReport, ReportRow } from './replay-report.js';
import { f1, type Score } from './score.js';

/** A time in ms as `42 s`, `6 min`, `3 h 20 min` or `2 d 4 h`; without its sign. */
export function durationWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A replay in one line: what would change, or what was found. */
export function headline({ rows, settings }: ReplayReport): string {
  const told = rows.filter(({ change }) => change !== 'missed');
  const isCompared = settings.some(({ changed }) => changed !== undefined);
  if (!isCompared) return told.length === 0 ? 'No incident' : count(told.length, 'incident');
  const of = (change: ReportRow['change']) => rows.filter((row) => row.change === change).length;
  const parts = [
    [of('new'), 'newly told'],
    [of('gone'), 'no longer told'],
    [of('earlier'), 'told earlier'],
    [of('later'), 'told later'],
  ] as const;
  const changes = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`);
  if (changes.length > 0) return capital(`${changes.join(', ')}${of('same') > 0 ? `, ${of('same')} as now` : ''}`);
  return told.length === 0
    ? 'No incident, with the change or without'
    : `Nothing changes: ${count(told.length, 'incident')} as now`;
}

/** A row of the table of scores. */
export interface Measure {
  name: string;
  /** What is counted, in small print below the name. */
  hint: string;
  text: (score: Score) => string;
  /** For comparing two runs; undefined when the run has no such number. `better` says whether more of it or less is better. */
  value: (score: Score) => number | undefined;
  better: 'more' | 'less';
}

/** The rows that can be filled. Without a complete truth (see Truth) F1 is left out: among what nobody judged there may be false alarms. */
export function measures(isComplete: boolean): Measure[] {
  const all: (Measure & { needsAll?: boolean })[] = [
    {
      name: 'Found',
      hint: 'runs of spam that were told',
      text: ({ found, spam }) => `${found} of ${spam}`,
      value: ({ found }) => found,
      better: 'more',
    },
    {
      name: 'Missed',
      hint: 'runs of spam never told',
      text: ({ missed }) => String(missed),
      value: ({ missed }) => missed,
      better: 'less',
    },
    {
      name: 'False',
      hint: 'honest mail told as spam',
      text: (score) => String(score.false),
      value: (score) => score.false,
      better: 'less',
    },
    {
      name: 'False rate',
      hint: 'in 1,000 customer-days',
      text: ({ falsePerThousand: rate }) => (rate === undefined ? '–' : rate.toFixed(rate > 0 && rate < 10 ? 1 : 0)),
      value: ({ falsePerThousand }) => falsePerThousand,
      better: 'less',
    },
    {
      name: 'Time to alarm',
      hint: 'from the first spam, median',
      text: ({ delayMs }) => (delayMs === undefined ? '–' : durationWords(delayMs)),
      value: ({ delayMs }) => delayMs,
      better: 'less',
    },
    {
      name: 'Spam before alarms',
      hint: 'of its recipients, tried by then',
      text: ({ reached, recipients }) => (recipients > 0 ? percent(reached / recipients) : '–'),
      value: ({ reached }) => reached,
      better: 'less',
    },
    {
      name: 'Right at once',
      hint: 'kind and senders at the alarm',
      text: ({ right, found }) => `${right} of ${found}`,
      // The count and not the share: a run that finds less is not better because of what it found more is right.
      value: ({ right }) => right,
      better: 'more',
    },
    {
      name: 'F1',
      hint: 'precision and recall in one',
      text: (score) => f1(score)?.toFixed(2) ?? '–',
      value: f1,
      better: 'more',
      needsAll: true,
    },
  ];
  return all.filter(({ needsAll }) => isComplete || !needsAll);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function joined(much: number, unit: string, little: number, smallUnit: string): string {
  return little === 0 ? `${much} ${unit}` : `${much} ${unit} ${little} ${smallUnit}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
