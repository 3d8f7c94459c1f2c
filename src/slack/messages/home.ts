// The Home tab: what is open, what is in force and since when, what is listed, and whether everything works.
import type { HomeView, KnownBlock } from '@slack/types';
import type { HealthItem } from '../../context.js';
import type { Incident } from '../../incidents/incident.js';
import type { Severity } from '../../incidents/listings/severity.js';
import type { Run } from '../../incidents/running.js';
import type { ListingRow } from '../../incidents/store.js';
import { type PartBlock, partWords } from '../../incidents/targets.js';
import { count } from '../../words.js';
import { context, divider, header, section } from './blocks.js';
import { titleOf } from './card.js';
import { type ContainmentView, containmentsLine, placedTogether } from './containment-lines.js';
import { partName } from './parts.js';
import { esc, fitLines } from './text/escape.js';
import { runWords } from './text/run.js';
import { when } from './text/time.js';
import { inForceText, SEVERITY, STATES } from './text/words.js';

/** An incident as a line. */
export interface OpenLine {
  incident: Incident;
  customerName: string;
  link: string | undefined;
  /** Of a listing. */
  severity?: Severity | undefined;
  /** Of a compromise: whether its mail goes on. */
  run?: Run | undefined;
  /** Of a compromise: how much of it is blocked, where some of its mail passes. */
  part?: PartBlock | undefined;
}

/** A listing as a line. */
export type ListedLine = ListingRow & { listName: string; severity: Severity };

export interface HomeShape {
  at: number;
  open: OpenLine[];
  inForce: ContainmentView[];
  listed: ListedLine[];
  health: HealthItem[];
  /** One line per thing that can be typed. */
  help: string[];
}

const SHOWN_INCIDENTS = 12;

export function homeView(home: HomeShape): HomeView {
  const { at, open, inForce, listed, health, help } = home;
  return {
    type: 'home',
    blocks: [
      ...healthBlocks(health),
      divider(),
      header(open.length === 0 ? 'No open incidents' : count(open.length, 'open incident')),
      ...open.slice(0, SHOWN_INCIDENTS).map((entry) => section(incidentText(entry))),
      ...(open.length > SHOWN_INCIDENTS
        ? [context(`… and ${open.length - SHOWN_INCIDENTS} more: \`/relay incidents\``)]
        : []),
      ...part(inForceText(inForce), placedTogether(inForce).map(containmentsLine)),
      ...part(
        `Listed now (${listed.length})`,
        listed.map((row) => `${listedText(row)} · since ${when(row.firstSeenAt)}`),
      ),
      divider(),
      section(fitLines(help)),
      context(`Read ${when(at)}. Open this tab again to refresh it.`),
    ],
  };
}

/** For those who may not see customers' data. */
export function closedHome(why: string): HomeView {
  return { type: 'home', blocks: [section(`:no_entry_sign: ${why}`)] };
}

/** The open incidents as lines, for /relay incidents too. */
export function incidentText({ incident, customerName, link, severity, run, part }: OpenLine): string {
  const title = `*${esc(titleOf(incident, customerName), 200)}*`;
  const customer = incident.subject.kind === 'compromise' ? `${esc(customerName, 80)} · ` : '';
  const { emoji, word } = wordsOf({ incident, severity, part });
  const go = link ? ` · <${link}|show>` : '';
  return `${emoji} ${title}\n${customer}${word}${run ? ` · ${runWords(run)}` : ''} · opened ${when(incident.openedAt)} · incident ${incident.id}${go}`;
}

/** A listing says how bad it is, a compromise whether it is held back. */
export function wordsOf({ incident: { state }, severity, part }: Pick<OpenLine, 'incident' | 'severity' | 'part'>): {
  emoji: string;
  word: string;
} {
  if (severity === undefined) {
    const { emoji, word } = STATES[state];
    return { emoji, word: state === 'open' && part ? `${word}: ${partWords(part)}` : word };
  }
  if (severity === 'note') return { emoji: ':large_green_circle:', word: 'Seen clear' };
  const { emoji, word } = SEVERITY[severity];
  // What holds mail back does so to a compromise; of a listing the way around it is taken, and its cause may go on.
  return { emoji, word: state === 'contained' ? `${word}, mail re-routed` : word };
}

export function listedText({ target, listName, severity }: ListedLine): string {
  return `${SEVERITY[severity].emoji} \`${esc(target, 80)}\` on ${esc(listName, 80)}${severity === 'note' ? ' (a note)' : ''}`;
}

function part(title: string, lines: string[]): KnownBlock[] {
  return lines.length > 0 ? [divider(), section(fitLines([`*${title}*`, ...lines], 2900))] : [];
}

/** What does not work, then what does not in part, then the rest by name. */
function healthBlocks(health: readonly HealthItem[]): KnownBlock[] {
  const broken = health.filter(({ ok }) => !ok);
  const partly = health.flatMap(({ name, ok, lacks }) => (ok && lacks ? { name, lacks } : []));
  const whole = health.filter(({ ok, lacks }) => ok && !lacks).map(({ name }) => esc(partName(name), 50));
  const faults = [
    ...broken.map(({ name, text }) => `:warning: *${esc(partName(name), 60)}*: ${esc(text, 250)}`),
    ...partly.map(({ name, lacks }) => `:large_yellow_circle: *${esc(partName(name), 60)}*: ${esc(lacks, 250)}`),
  ];
  if (faults.length === 0) return [context(`:large_green_circle: Everything works (${whole.join(', ')})`)];
  const rest = whole.length > 0 ? [context(`:large_green_circle: All else works (${whole.join(', ')})`)] : [];
  return [section(fitLines(faults)), ...rest];
}
