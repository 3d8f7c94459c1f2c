// Logs that hold the same lines: a copy, a rotation beside its packed self, one file that begins in the middle of another. What stands in
// two files would be counted twice. Logs are the same by their lines alone, never by their hours: relays write at the same time. A line is
// the same with its time in another form: syslog may write one day into two files, in the traditional form and in RFC 3339.
import { statSync } from 'node:fs';
import { isSameTime, isTraditional } from './line-time.js';
import { LogLines } from './log-lines.js';

/** A log whose lines, or the first of them, stand in another log, in the same order. */
export interface SameLines {
  path: string;
  /** The log that has them too. */
  other: string;
  /** How many. */
  lines: number;
  /** `whole`: all its lines; `beginning`: those up to `bytes` (unpacked); `some`: its first line at least, but not what follows. */
  part: 'whole' | 'beginning' | 'some';
  bytes: number;
  /** The other has its times in another form. */
  isOtherForm: boolean;
}

/** A log's first line. */
interface First {
  line: Buffer;
  /** Where its text begins, behind its time. */
  text: number;
}

/**
 * Finds what is to be passed over, one entry for each such log; what is passed over of a log stands in one that is read. Reads each file
 * once to its end, and those with a line in common once more. What is no file, or cannot be read, is left out. Throws nothing.
 */
export async function findSameLines(paths: readonly string[], signal?: AbortSignal): Promise<SameLines[]> {
  const files = paths.filter((path) => path !== '-' && statSync(path, { throwIfNoEntry: false })?.isFile());
  if (files.length < 2) return [];
  const firsts = new Map<string, First>();
  for (const path of files) {
    const first = await reading(path, firstLine);
    if (first) firsts.set(path, first);
  }
  const holders = new Map<string, string[]>();
  for (const path of firsts.keys()) {
    for (const held of await firstsIn(path, firsts)) holders.set(held, [...(holders.get(held) ?? []), path]);
    if (signal?.aborted) return [];
  }
  const same = await compareAll(byForm(firsts), holders, signal);
  const found = new Map([...beginnings(same), ...same.filter(isWhole).map((each) => [each.path, each] as const)]);
  return paths.flatMap((path) => found.get(path) ?? []);
}

/** Traditional times last, in the order of the files else: they say less, and of two the later one is passed over. */
function byForm(firsts: ReadonlyMap<string, First>): string[] {
  const isLast = ({ text }: First) => (isTraditional({ from: 0, text }) ? 1 : 0);
  return [...firsts].toSorted(([, a], [, b]) => isLast(a) - isLast(b)).map(([path]) => path);
}

const isWhole = ({ part }: SameLines) => part === 'whole';

/** Compares each log with those that hold its first line; of two that are the same, the later one is passed over, and holds nothing. */
async function compareAll(
  paths: readonly string[],
  holders: ReadonlyMap<string, readonly string[]>,
  signal: AbortSignal | undefined,
): Promise<SameLines[]> {
  const passedOver = new Set<string>();
  const found: SameLines[] = [];
  for (const path of paths.toReversed()) {
    for (const other of holders.get(path) ?? []) {
      if (passedOver.has(path) || passedOver.has(other) || signal?.aborted) continue;
      const same = await compare(path, other);
      if (same) found.push(same);
      if (same?.part === 'whole') passedOver.add(path);
    }
  }
  return found;
}

/** Of each log that is read the longest beginning that stands in another that is; two do not begin with each other's end. */
function beginnings(same: readonly SameLines[]): Map<string, SameLines> {
  const passedOver = new Set(same.filter(isWhole).map(({ path }) => path));
  const found = new Map<string, SameLines>();
  for (const each of same) {
    const isRead = !passedOver.has(each.path) && !passedOver.has(each.other);
    if (!isRead || found.get(each.other)?.other === each.path) continue;
    if ((found.get(each.path)?.bytes ?? -1) < each.bytes) found.set(each.path, each);
  }
  return found;
}

async function reading<T>(path: string, read: (lines: LogLines) => Promise<T>): Promise<T | undefined> {
  const lines = new LogLines(path);
  try {
    return await read(lines);
  } catch {
    // Whoever reads the log says what is wrong with it.
    return undefined;
  } finally {
    lines.close();
  }
}

async function firstLine(lines: LogLines): Promise<First | undefined> {
  if (!(await lines.more())) return undefined;
  return { line: Buffer.from(lines.bytes.subarray(lines.from, lines.to)), text: lines.text - lines.from };
}

/** The other logs whose first line stands in this one. */
async function firstsIn(path: string, firsts: ReadonlyMap<string, First>): Promise<string[]> {
  const wanted = new Map<number, [string, First][]>();
  for (const [other, first] of firsts) {
    const length = first.line.length - first.text;
    if (other !== path) wanted.set(length, [...(wanted.get(length) ?? []), [other, first]]);
  }
  const held = new Set<string>();
  await reading(path, async (lines) => {
    while (lines.next() || (await lines.more())) {
      const { bytes, to, text } = lines;
      // Nearly every line is done with by its length and its last byte but a few.
      for (const [other, { line, text: at }] of wanted.get(to - text) ?? []) {
        if (bytes[to - 4] !== line[line.length - 4] || line.compare(bytes, text, to, at) !== 0) continue;
        if (isSameTime(lines, { bytes: line, from: 0, text: at })) held.add(other);
      }
    }
  });
  return [...held];
}

/** Walks through both: each line of `path` is looked for in `other` behind the one before it. Undefined when one cannot be read. */
async function compare(path: string, other: string): Promise<SameLines | undefined> {
  return await reading(path, (lines) => reading(other, (others) => walk(lines, others))).then(
    (same) => same && { path, other, ...same },
  );
}

async function walk(lines: LogLines, others: LogLines): Promise<Omit<SameLines, 'path' | 'other'>> {
  let found = 0;
  let isOtherForm = false;
  while (lines.next() || (await lines.more())) {
    let leftOut = 0;
    let isFound = false;
    let isCut = false;
    while (!isFound && (others.next() || (await others.more()))) {
      isFound = isSame(lines, others);
      isCut = !others.isEnded && startsWith(lines, others);
      if (!isFound) leftOut++;
    }
    if (!isFound) {
      // The other one ends here, at the last line they share or within the next.
      const isBeginning = found > 0 && (leftOut === 0 || (leftOut === 1 && isCut));
      return {
        lines: found,
        part: isBeginning ? 'beginning' : 'some',
        bytes: isBeginning ? lines.offset : 0,
        isOtherForm,
      };
    }
    isOtherForm ||= isTraditional(lines) !== isTraditional(others);
    found++;
  }
  return { lines: found, part: 'whole', bytes: 0, isOtherForm };
}

/** Also where the first one's line, its last, has been cut. */
function isSame(line: LogLines, other: LogLines): boolean {
  const length = line.to - line.text;
  const otherLength = other.to - other.text;
  const hasLength = line.isEnded ? otherLength === length : otherLength >= length;
  return hasLength && startsWith(other, line);
}

function startsWith(line: LogLines, beginning: LogLines): boolean {
  const length = beginning.to - beginning.text;
  return (
    line.to - line.text >= length &&
    line.bytes.compare(beginning.bytes, beginning.text, beginning.to, line.text, line.text + length) === 0 &&
    isSameTime(line, beginning)
  );
}
