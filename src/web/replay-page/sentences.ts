// What the page says of a row, in words.

import type { ReportRow } from '../../detection/replay-report.js';
import { durationWords } from '../../detection/replay-words.js';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** What became of a row, in a word or two, and whether that is welcome. */
export function outcomeOf(row: ReportRow): { word: string; tone: Tone } {
  const laterMs = row.now && row.changed ? row.changed.at - row.now.at : 0;
  const isHonest = row.verdict === 'honest';
  switch (row.change) {
    case 'missed':
      return { word: 'missed', tone: 'bad' };
    case 'earlier':
      return { word: `${durationWords(laterMs)} earlier`, tone: isHonest ? 'plain' : 'good' };
    case 'later':
      return { word: `${durationWords(laterMs)} later`, tone: isHonest ? 'plain' : 'warn' };
    case 'new':
      return { word: isHonest ? 'false alarm' : 'newly told', tone: newTone(row) };
    case 'gone':
      return { word: isHonest ? 'no longer told' : 'lost', tone: isHonest ? 'good' : row.verdict ? 'bad' : 'warn' };
    case 'same':
    case undefined:
      if (isHonest) return { word: 'false alarm', tone: 'bad' };
      return { word: row.change ? 'as now' : row.verdict ? 'found' : 'told', tone: row.verdict ? 'good' : 'plain' };
    default:
      return row.change satisfies never;
  }
}

function newTone({ verdict }: ReportRow): Tone {
  if (verdict === 'honest') return 'bad';
  return verdict === 'spam' ? 'good' : 'warn';
}

const KINDS = { single: 'one address', multiple: 'many addresses', blocklist: 'refused by a receiver' };

/** `one address: kim@acme.example`, `many addresses: a@…, b@… and 41 more`. */
export function aboutWhom({ kind, what, whatCount }: ReportRow): { kind: string; names: string } {
  const shown = what.slice(0, kind === 'multiple' ? 2 : 3).map((name) => shortened(name));
  const more = Math.max(whatCount, what.length) - shown.length;
  return { kind: KINDS[kind], names: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}` };
}

export function shortened(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
