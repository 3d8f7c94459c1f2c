// What is said of lines that were not understood: where they stand, what is wrong with them, and whether it is the right file at all.
import type { ReplaySummary } from '../../detection/replay/replay.js';
import { UserError } from '../../errors.js';
import { count } from '../../words.js';
import { visible } from './visible.js';

type Unknowns = Pick<ReplaySummary, 'linesRead' | 'unknownLines' | 'overlongLines' | 'unknownSamples' | 'strangeLogs'>;

const MOST_SHOWN = 20;
const SAMPLE_LENGTH = 250;

/** Throws UserError when not a single line was understood. `what` is the kind of log, `names` the files. */
export function refuseGarbage(summary: Unknowns, what: string, names: readonly string[]): void {
  const { linesRead, unknownLines, unknownSamples, strangeLogs } = summary;
  if (unknownLines < linesRead) return;
  const files = names.map(shownName).join(' ');
  const isNothing = linesRead === 0 && summary.overlongLines === 0 && strangeLogs.length === 0;
  if (isNothing || areBlank(unknownSamples)) throw new UserError(`There is no line at all in ${files}.`);
  if (strangeLogs.length === 0 && unknownSamples.some(({ isFault }) => isFault)) {
    const none = linesRead === 1 ? 'The only line is not' : `None of the ${linesRead} lines is`;
    throw new UserError([`${none} understood.`, ...unknownLinesOf(summary)].join('\n'));
  }
  const none =
    linesRead > 1 ? `None of the ${linesRead} lines is a` : linesRead === 1 ? 'The only line is no' : 'There is no';
  throw new UserError(
    `${none} line of ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} log. Is ${files} the right file?${howItLooks(summary)}`,
  );
}

function areBlank(samples: Unknowns['unknownSamples']): boolean {
  return samples.length > 0 && samples.every(({ text }) => text.trim() === '');
}

/** By what people see which file it is. */
function howItLooks({ overlongLines, unknownSamples: [first] }: Unknowns): string {
  if (!first) return overlongLines > 0 ? ' There are only lines in it that are too long.' : '';
  // NUL, and what stands for bytes that are no UTF-8.
  if (/[\0\uFFFD]/.test(first.text)) return ' It is no text.';
  return ` The first is: ${visible(first.text, SAMPLE_LENGTH)}`;
}

function shownName(path: string): string {
  return path === '-' ? 'stdin' : path;
}

/** A line for each kind of wrong line. */
export function unknownLinesOf({ linesRead, unknownLines, unknownSamples, strangeLogs }: Unknowns): string[] {
  const shown = unknownSamples.slice(0, MOST_SHOWN);
  const areMany = new Set(unknownSamples.map(({ source }) => source)).size > 1;
  const isMost = linesRead > 1 && unknownLines * 2 > linesRead;
  return [
    ...shown.map(({ source, line, count: times = 1, text }) => {
      const file = areMany ? `${shownName(source)} ` : '';
      const where = line === undefined ? file.trim() : `${file}line ${line}`;
      const more = times > 1 ? ` (and ${count(times - 1, 'line')} like it)` : '';
      return `Not understood${where ? `, ${where}` : ''}: ${visible(text, SAMPLE_LENGTH)}${more}`;
    }),
    ...(unknownSamples.length > shown.length
      ? [`… and ${unknownSamples.length - shown.length} more kinds of them.`]
      : []),
    ...strangeLogs.map((path) => `${shownName(path)} looks like no log that is known; it was read as Postfix's.`),
    ...(isMost ? ['Most lines were not understood. Is this the right file, and the right --format?'] : []),
  ];
}
