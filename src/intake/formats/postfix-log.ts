// Postfix logs: lines read one by one and joined into messages.
import type { MailEvent } from '../../mail/event.js';
import { Joiner, type OpenMessage } from '../join.js';
import type { LogFormat, LogReader, ReaderStats } from './format.js';
import { type LogTimeOptions, logTimeReader } from './log-time.js';
import { parsePostfixLine } from './postfix.js';

const LF = 0x0a;
const MAX_SAMPLES = 5;
const SAMPLE_LENGTH = 300;

export const postfix: LogFormat = {
  id: 'postfix',
  name: 'Postfix',
  looksLike(bytes) {
    const readTime = logTimeReader();
    const lines = bytes.toString('utf8', 0, 64 * 1024).split('\n', 200);
    return lines.some((line) => readTime(line) !== undefined && / postfix[^ ]*\/[^ ]+: /.test(line));
  },
  open(options) {
    const joiner = new Joiner();
    return {
      reader: () => createReader(joiner, options),
      stats: () => joiner.stats(),
      takeChanges: () => joiner.takeChanges(),
      restore: (rows) => joiner.restore(rows as Iterable<[string, OpenMessage]>),
    };
  },
};

function createReader(joiner: Joiner, options: LogTimeOptions): LogReader {
  const readTime = logTimeReader(options);
  const stats: ReaderStats = { lines: 0, unknown: 0, samples: [], lastLineAt: 0 };

  function readLine(line: string, take: (event: MailEvent) => void): void {
    stats.lines++;
    const parsed = parsePostfixLine(line, readTime);
    if (parsed === 'unknown') {
      stats.unknown++;
      if (stats.samples.length < MAX_SAMPLES) stats.samples.push(line.slice(0, SAMPLE_LENGTH));
    }
    if (typeof parsed === 'string') return;
    stats.lastLineAt = parsed.at;
    const event = joiner.see(parsed);
    if (event) take(event);
  }

  return {
    stats,
    read(bytes, from, to, take, until = Number.POSITIVE_INFINITY) {
      let start = from;
      while (start < to) {
        const end = bytes.indexOf(LF, start);
        const stop = end < 0 || end > to ? to : end;
        const line = bytes.toString('utf8', start, bytes[stop - 1] === 0x0d ? stop - 1 : stop);
        if (until < Number.POSITIVE_INFINITY && (readTime(line)?.at ?? 0) > until) return start;
        if (line !== '') readLine(line, take);
        start = stop + 1;
      }
      return to;
    },
    timeOf(bytes, from, to) {
      const end = bytes.indexOf(LF, from);
      return readTime(bytes.toString('utf8', from, end < 0 || end > to ? to : end))?.at;
    },
  };
}
