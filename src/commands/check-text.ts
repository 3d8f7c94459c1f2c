// What `relaywarden check` prints: a line for all that is alike, with the addresses as ranges in the order of their numbers.
import type { CheckResult } from '../blocklists/check.js';
import type { Target } from '../blocklists/target.js';

type Told = Exclude<CheckResult['verdict'], 'clear'>;

const ORDER: Record<Told, number> = { listed: 0, unknown: 1, refused: 2 };
/** Ranges in a line. Which address is listed is what was asked for; where there is no verdict, a few will do. */
const MOST_RANGES: Record<Told, number> = { listed: 1_000, unknown: 8, refused: 8 };
/** A /16 of which every list says something else about every address would be millions of lines. */
const MAX_LINES = 20_000;

/** What one list says alike of some targets. */
interface Alike {
  verdict: Told;
  list: string;
  reason: string;
  /** Of the targets, in the order of the answers. */
  places: number[];
}

/** A line of the report. */
interface Line extends Omit<Alike, 'list' | 'places'> {
  lists: string[];
  ranges: Range[];
}

/** Neighbours, by their places; both are in it. */
interface Range {
  from: number;
  to: number;
}

/** A target in the order of the report. */
interface Placed {
  target: Target;
  /** Reports whether it is the address next to the one before. */
  isNext: boolean;
}

interface CheckReport {
  /** Takes an answer; they come in any order. Memory grows with what differs. */
  add(result: CheckResult): void;
  /** Listed first. Where several targets were asked about, the last line says which are listed on any list. */
  lines(): string[];
}

export function checkReport(asked: readonly Target[]): CheckReport {
  const targets = inOrder(asked);
  const placeOf = new Map(targets.map(({ target: { text } }, place) => [text, place]));
  const told = new Map<string, Alike>();
  const listed = new Set<number>();
  let left = 0;
  return {
    add(result) {
      const { target, list, verdict } = result;
      const place = placeOf.get(target);
      if (verdict === 'clear' || place === undefined) return;
      if (verdict === 'listed') listed.add(place);
      const reason = reasonOf(result);
      const key = [verdict, list, reason].join('\n');
      const alike = told.get(key);
      if (alike) alike.places.push(place);
      else if (told.size < MAX_LINES) told.set(key, { verdict, list, reason, places: [place] });
      else left++;
    },
    lines: () => [
      ...linesOf([...told.values()], targets).map((line) => lineText(line, targets)),
      ...(left > 0 ? [`… and ${left} more; --json prints all of them.`] : []),
      ...(targets.length > 1 && listed.size > 0 ? [sumText(listed, targets)] : []),
    ],
  };
}

/** Addresses by their numbers, then domains as they were named; each once. */
function inOrder(asked: readonly Target[]): Placed[] {
  const once = [...new Map(asked.map((target) => [target.text, target])).values()];
  const ranked = once.map((target) => ({ target, rank: RANK[target.kind], number: numberOf(target) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.number < b.number ? -1 : Number(a.number > b.number)));
  return ranked.map(({ target, rank, number }, i) => {
    const before = ranked[i - 1];
    return { target, isNext: before?.rank === rank && number - before.number === 1n };
  });
}

const RANK = { ipv4: 0, ipv6: 1, domain: 2 };

/** Domains have none. */
function numberOf(target: Target): bigint {
  return target.kind === 'domain' ? 0n : BigInt(`0x${Buffer.from(target.ip.toByteArray()).toString('hex')}`);
}

/** In place of the target in a list's own words: what differs by that alone is alike. No text of outsiders has it. */
const OWN_NAME = '\u0000';

function reasonOf({ target, codes, meanings, text }: CheckResult): string {
  return [...codes, ...meanings, withoutName(text, target)].filter(Boolean).join(' · ');
}

function withoutName(text: string, target: string): string {
  if (!text.includes(target)) return text;
  return text.replace(new RegExp(`(?<![\\w.])${target.replaceAll('.', '\\.')}(?![\\w:]|\\.\\w)`, 'g'), OWN_NAME);
}

/** A line for each listing on one list; lists that gave no verdict on the same targets for the same reason share one. */
function linesOf(told: readonly Alike[], targets: readonly Placed[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { verdict, list, reason, places } of told.toSorted((a, b) => (a.list < b.list ? -1 : 1))) {
    const ranges = rangesOf(places, targets);
    const key = [verdict, reason, JSON.stringify(ranges), verdict === 'listed' ? list : ''].join('\n');
    const line = lines.get(key);
    if (line) line.lists.push(list);
    else lines.set(key, { verdict, reason, lists: [list], ranges });
  }
  const firstOf = ({ ranges }: Line) => ranges[0]?.from ?? 0;
  return [...lines.values()].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict] || firstOf(a) - firstOf(b));
}

function lineText({ verdict, reason, lists, ranges }: Line, targets: readonly Placed[]): string {
  const why = reason.replaceAll(OWN_NAME, ownName(ranges, targets));
  const start = `${verdict.toUpperCase().padEnd(8)} ${rangesText(ranges, targets, MOST_RANGES[verdict])} on`;
  if (lists.length === 1) return `${start} ${lists[0]}: ${why}`;
  return `${start} ${lists.length} lists: ${why} (${lists.join(', ')})`;
}

/** A group's is left open, as the account key of a zone is. */
function ownName(ranges: readonly Range[], targets: readonly Placed[]): string {
  const { text, kind } = targetAt(ranges[0]?.from ?? 0, targets);
  if (sizeOf(ranges) === 1) return text;
  return kind === 'domain' ? '{domain}' : '{address}';
}

function sumText(listed: ReadonlySet<number>, targets: readonly Placed[]): string {
  const what = targets.some(({ target }) => target.kind === 'domain') ? '' : ' addresses';
  const are = listed.size === 1 ? 'is' : 'are';
  const ranges = rangesText(rangesOf([...listed], targets), targets, MOST_RANGES.listed);
  return `${listed.size} of ${targets.length}${what} ${are} listed: ${ranges}.`;
}

function rangesOf(places: readonly number[], targets: readonly Placed[]): Range[] {
  const ranges: Range[] = [];
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.to === place - 1 && targets[place]?.isNext) last.to = place;
    else ranges.push({ from: place, to: place });
  }
  return ranges;
}

/** `192.0.2.7, 192.0.2.9 to .14 and 5 more` */
function rangesText(ranges: readonly Range[], targets: readonly Placed[], most: number): string {
  const shown = ranges.slice(0, most).map(({ from, to }) => {
    const first = targetAt(from, targets);
    return from === to ? first.text : `${first.text} to ${endOf(first, targetAt(to, targets))}`;
  });
  const more = sizeOf(ranges.slice(most));
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Of the same /24 the last number will do. */
function endOf({ text: from }: Target, { kind, text: to }: Target): string {
  const dot = to.lastIndexOf('.');
  return kind === 'ipv4' && from.startsWith(to.slice(0, dot + 1)) ? to.slice(dot) : to;
}

function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function targetAt(place: number, targets: readonly Placed[]): Target {
  return (targets[place] as Placed).target;
}
