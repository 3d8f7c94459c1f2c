// What is in force of somebody, whatever became of the incident it was placed for: what, since when, what it did, and where it is lifted.
import type { SectionBlock } from '@slack/types';
import type { Incident } from '../../incidents/incident.js';
import { count } from '../../words.js';
import { section } from './blocks.js';
import { type ContainmentView, containmentLine, whomOf } from './containment-lines.js';
import { esc, fitLines } from './text/escape.js';
import { when } from './text/time.js';

/** A containment in force with the incident it belongs to. `link` leads to that incident's card. */
export interface HeldBack {
  row: ContainmentView;
  incident: Pick<Incident, 'id' | 'state' | 'resolvedAt'>;
  link: string | undefined;
}

const SHOWN = 4;

/** None when nothing is in force. */
export function heldBackBlocks(held: readonly HeldBack[]): SectionBlock[] {
  if (held.length === 0) return [];
  const more = held.length - SHOWN;
  const rest = more > 0 ? [`… and ${count(more, 'other', 'others')}: \`/relay blocks\` lists all.`] : [];
  return [section(fitLines([...held.slice(0, SHOWN).map(heldText), ...rest], 2500))];
}

function heldText({ row, incident: { id, state, resolvedAt }, link }: HeldBack): string {
  const whom = row.action === 'block-sender' ? `\`${esc(whomOf(row), 100) || '–'}\` · ` : '';
  const over = state === 'resolved' ? `, resolved${resolvedAt === null ? '' : ` ${when(resolvedAt)}`}` : '';
  const name = link ? `<${link}|incident ${id}>` : `incident ${id}`;
  return `${containmentLine(row)}\n> ${whom}${name}${over}: *Lift* on its card ends it`;
}
