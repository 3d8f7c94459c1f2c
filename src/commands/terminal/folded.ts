// Text in lines that a narrow terminal can show.

/**
 * Breaks lines at blanks where they are longer than `width`; what follows stands below the words above it, as in a column. Command lines and
 * JSON stay as they are: they are there to be copied.
 */
export function folded(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (isForCopying(line) ? [line] : foldedLine(line, width)))
    .join('\n');
}

function isForCopying(line: string): boolean {
  return /^ {2}(\{|.*\brelaywarden [a-z-])/.test(line);
}

function foldedLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [column = ''] = /^ *\S+(?: \S+)* {2,}/.exec(line) ?? /^ */.exec(line) ?? [];
  const indent = ' '.repeat(column.length <= width / 2 ? column.length : 2);
  const lines = [column];
  for (const word of line.slice(column.length).split(' ')) {
    const last = lines.at(-1) as string;
    const longer = last.trim() === '' || last === column ? `${last}${word}` : `${last} ${word}`;
    if (longer.length <= width || last.trim() === '') lines[lines.length - 1] = longer;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}
