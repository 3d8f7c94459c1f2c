// Finds the known name that somebody most likely meant by a misspelt one, for error messages.

/**
 * The known name with this word between its hyphens; else the nearest by Levenshtein's distance, to the whole name or to its beginning, if
 * at most every third letter differs; else one that contains it. Two letters that changed places are one difference. Reads the first 64
 * letters.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const meant = name.slice(0, 64).toLowerCase();
  const byWord = known.find((candidate) => candidate.split('-').includes(meant));
  if (byWord !== undefined) return byWord;
  const [best] = known
    .map((candidate) => ({ candidate, edits: editsTo(meant, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  if (best && best.edits <= Math.ceil(meant.length / 3)) return best.candidate;
  return known.find((candidate) => meant.length >= 3 && candidate.includes(meant));
}

/** Edits to the whole name, or to its beginning, which is half an edit worse. */
function editsTo(meant: string, candidate: string): number {
  return Math.min(editsBetween(meant, candidate), editsBetween(meant, candidate.slice(0, meant.length)) + 0.5);
}

/** Levenshtein's distance, row by row, with neighbours that changed places as one edit ("optimal string alignment"). */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const areSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = areSwapped ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
