// What is listed where: grouped by address, the worst first; a storm by list, with how many.
import type { KnownBlock } from '@slack/types';
import { isMinor, type ListedEntry } from '../../../incidents/incident.js';
import { count } from '../../../words.js';
import { section } from '../blocks.js';
import { esc, fitLines } from '../text/escape.js';
import { when } from '../text/time.js';

/** Characters for all entries: the rest of the card must fit into the message too. */
const ROOM = 1800;
const LISTS_SHOWN = 12;
const TARGETS_SHOWN = 3;

/** The entries come in the order they are shown in. */
export function entriesBlock(entries: readonly ListedEntry[], isStorm: boolean): KnownBlock {
  return section(fitLines(isStorm ? byList(entries) : byTarget(entries), ROOM));
}

function byTarget(entries: readonly ListedEntry[]): string[] {
  const targets = [...new Set(entries.map(({ target }) => target))];
  // One alone stands in the title.
  if (targets.length === 1) return entries.map(entryLine);
  return targets.flatMap((target) => [
    `\`${esc(target, 80)}\``,
    ...entries.filter((entry) => entry.target === target).map(entryLine),
  ]);
}

/** `:red_circle: *Spamhaus ZEN* · CSS: sender of low reputation · since 10:15` */
function entryLine(entry: ListedEntry): string {
  const name = esc(entry.listName, 80);
  if (entry.clearedAt !== undefined) return `:white_check_mark: ~${name}~ seen clear ${when(entry.clearedAt)}`;
  const said = entry.meanings.length > 0 ? entry.meanings : entry.codes;
  const meaning = said.length > 0 ? ` · ${esc(said.slice(0, 3).join('; '), 140)}` : '';
  const since = entry.isFirstLook ? 'from before the first look' : `since ${when(entry.firstSeenAt)}`;
  if (isMinor(entry)) return `:information_source: ${name}${meaning} · ${minorWord(entry)}`;
  return `:red_circle: *${name}*${meaning} · ${since}`;
}

function minorWord({ scope }: ListedEntry): string {
  return scope === 'range' || scope === 'network'
    ? "minor: your provider's network, not you"
    : 'minor: few receivers ask it';
}

function byList(entries: readonly ListedEntry[]): string[] {
  const open = entries.filter(({ clearedAt }) => clearedAt === undefined);
  const names = [...new Set(open.map(({ listName }) => listName))];
  const lines = names.map((name) => {
    const targets = open.filter(({ listName }) => listName === name).map(({ target }) => target);
    return { size: targets.length, text: listLine(name, targets) };
  });
  const shown = lines
    .toSorted((a, b) => b.size - a.size)
    .slice(0, LISTS_SHOWN)
    .map(({ text }) => text);
  const cleared = entries.length - open.length;
  return [
    ...shown,
    ...(lines.length > shown.length ? [`… on ${count(lines.length - shown.length, 'more list')}`] : []),
    ...(cleared > 0 ? [`:white_check_mark: ${cleared.toLocaleString('en-US')} seen clear`] : []),
  ];
}

/** `:red_circle: *Spamhaus ZEN*: 37 (203.0.113.1, 203.0.113.2, 203.0.113.3 …)` */
function listLine(name: string, targets: readonly string[]): string {
  const some = targets.slice(0, TARGETS_SHOWN).map((target) => esc(target, 40));
  const more = targets.length > some.length ? ' …' : '';
  return `:red_circle: *${esc(name, 60)}*: ${targets.length.toLocaleString('en-US')} (${some.join(', ')}${more})`;
}
