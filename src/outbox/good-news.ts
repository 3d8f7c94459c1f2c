// The mark of a line that tells of an end of trouble with ourselves, among alerts that tell of trouble: Slack shows another sign for it.

/** Begins such a line. */
const MARK = '✓ ';

export function asGoodNews(line: string): string {
  return `${MARK}${line}`;
}

/** The line without its mark, and whether it had one. */
export function readNews(line: string): { text: string; isGood: boolean } {
  const isGood = line.startsWith(MARK);
  return { text: isGood ? line.slice(MARK.length) : line, isGood };
}
