// What the page says of a row, in words.
import { findReceiver } from '../../blocklists/receivers.js';
import type { ReportRow } from '../../detection/replay/replay-report.js';
import { durationWords } from '../../detection/replay/replay-words.js';
import { andMore } from '../../words.js';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** What became of a row, in a word or two, and whether that is welcome. */
export function outcomeOf(row: ReportRow): { word: string; tone: Tone } {
  const laterMs = row.now && row.changed ? row.changed.at - row.now.at : 0;
  const wasHonest = isHonest(row);
  switch (row.change) {
    case 'missed':
      return { word: 'missed', tone: 'bad' };
    case 'earlier':
      return { word: `${durationWords(laterMs)} earlier`, tone: wasHonest ? 'bad' : 'good' };
    case 'later':
      return { word: `${durationWords(laterMs)} later`, tone: wasHonest ? 'plain' : 'warn' };
    case 'new':
      return { word: wasHonest ? 'false alarm' : 'newly told', tone: newTone(row) };
    case 'gone':
      return { word: wasHonest ? 'no longer told' : 'lost', tone: wasHonest ? 'good' : row.verdict ? 'bad' : 'warn' };
    case 'same':
    case undefined:
      if (wasHonest) return { word: 'false alarm', tone: 'bad' };
      return { word: row.change ? 'as now' : row.verdict ? 'found' : 'told', tone: row.verdict ? 'good' : 'plain' };
    default:
      return row.change satisfies never;
  }
}

function newTone({ verdict }: ReportRow): Tone {
  if (verdict === 'honest') return 'bad';
  return verdict === 'spam' ? 'good' : 'warn';
}

interface Group {
  title: string;
  has: (row: ReportRow) => boolean;
}

const isHonest = ({ verdict }: ReportRow) => verdict === 'honest';

/** What asks for a look comes first. Every row is in the first group that has it. */
const GROUPS: Group[] = [
  { title: 'No longer told', has: (row) => row.change === 'gone' && !isHonest(row) },
  { title: 'New false alarms', has: (row) => row.change === 'new' && isHonest(row) },
  { title: 'Newly told', has: ({ change }) => change === 'new' },
  { title: 'False alarms no longer told', has: ({ change }) => change === 'gone' },
  { title: 'Told later', has: ({ change }) => change === 'later' },
  { title: 'Told earlier', has: ({ change }) => change === 'earlier' },
  { title: 'Missed', has: ({ change }) => change === 'missed' },
  { title: 'As now', has: ({ change }) => change === 'same' },
  { title: 'False alarms', has: isHonest },
  { title: 'Told', has: () => true },
];

/** Rows under headings; none is empty. */
export function grouped(rows: readonly ReportRow[]): { title: string; rows: ReportRow[] }[] {
  const byTitle = new Map(GROUPS.map(({ title }) => [title, [] as ReportRow[]]));
  for (const row of rows) byTitle.get(GROUPS.find(({ has }) => has(row))?.title ?? '')?.push(row);
  return [...byTitle].map(([title, inIt]) => ({ title, rows: inIt })).filter((group) => group.rows.length > 0);
}

const KINDS = { single: 'one address', multiple: 'many addresses', blocklist: 'refused by a receiver' };

/** `one address: kim@acme.example`, `many addresses: a@… and 42 more`; of a refusal the receiver's name and its code. */
export function aboutWhom({ kind, what, whatCount }: ReportRow): { kind: string; names: string } {
  const named = kind === 'blocklist' ? what.map((id) => findReceiver(id)?.name ?? id) : what;
  const shown = named.slice(0, kind === 'multiple' ? 1 : 3).map((name) => shortened(name, 80));
  return { kind: KINDS[kind], names: andMore(shown, Math.max(whatCount, what.length)) };
}

export function shortened(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
