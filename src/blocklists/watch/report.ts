// How the watch is doing, as values and in words: what is asked, what is not believed, what is late. Pure.
import { andMore } from '../../words.js';
import { type AccountKeys, type Blocklist, isAskable } from '../operator.js';
import type { DnsReport } from './dns-servers.js';
import { intervalOf, type Rhythm } from './plan.js';
import type { ListState } from './store.js';
import type { Watched } from './targets.js';

export interface WatchReport {
  /** How many addresses and domains are watched. */
  targets: number;
  /** Names that cannot be watched. */
  skipped: readonly string[];
  /** Lists that are asked about any of them. */
  lists: number;
  /** Names of lists, each under the first that fits; `late` ones stand in another as well. */
  held: string[];
  ignored: string[];
  broken: string[];
  refusing: string[];
  silent: string[];
  /** Their answers count. */
  believed: string[];
  waiting: string[];
  /** Not swept for two intervals, though nothing keeps us from it. */
  late: string[];
  /** When the latest sweep began; undefined before the first. */
  lastSweepAt: number | undefined;
  dns: DnsReport;
  at: number;
}

interface ReportOf {
  lists: readonly Blocklist[];
  states: ReadonlyMap<string, ListState>;
  rhythm: Rhythm;
  watched: Watched;
  silent: ReadonlySet<string>;
  keys: AccountKeys;
  dns: DnsReport;
  /** When the watch began: nothing is late before. */
  startedAt: number;
  now: number;
}

type Standing = 'held' | 'ignored' | 'broken' | 'refusing' | 'silent' | 'believed' | 'waiting';

export function reportOf(given: ReportOf): WatchReport {
  const { watched, keys, dns, now } = given;
  const kinds = [...new Set(watched.targets.map(({ kind }) => kind))];
  const asked = given.lists.filter((list) => kinds.some((kind) => isAskable(list, kind, keys)));
  const standing = asked.map((list) => ({ list, standing: standingOf(list, given) }));
  const named = (wanted: Standing) => standing.filter((each) => each.standing === wanted).map(({ list }) => list.name);
  const sweptAt = asked.map(({ id }) => given.states.get(id)?.lastSweepAt ?? 0);
  return {
    targets: watched.targets.length,
    skipped: watched.skipped,
    lists: asked.length,
    held: named('held'),
    ignored: named('ignored'),
    broken: named('broken'),
    refusing: named('refusing'),
    silent: named('silent'),
    believed: named('believed'),
    waiting: named('waiting'),
    late: standing.filter((each) => isLate(each.list, each.standing, given)).map(({ list }) => list.name),
    lastSweepAt: Math.max(0, ...sweptAt) || undefined,
    dns,
    at: now,
  };
}

function standingOf({ id }: Blocklist, { states, silent, now }: ReportOf): Standing {
  const state = states.get(id);
  if (!state) return 'waiting';
  if (state.heldAt !== null) return 'held';
  if ((state.ignoredUntil ?? 0) > now) return 'ignored';
  if (state.health === 'broken') return 'broken';
  if (state.refusals > 0) return 'refusing';
  if (silent.has(id)) return 'silent';
  return state.lastSweepAt === null ? 'waiting' : 'believed';
}

function isLate(list: Blocklist, standing: Standing, { states, rhythm, startedAt, now }: ReportOf): boolean {
  if (standing === 'ignored' || standing === 'broken' || standing === 'refusing' || standing === 'silent') return false;
  const since = Math.max(states.get(list.id)?.lastSweepAt ?? 0, startedAt);
  return now - since > 2 * intervalOf(list, rhythm);
}

/** A line of health, as /healthz and the Home tab show it. */
interface WatchLine {
  name: string;
  ok: boolean;
  text: string;
  /** What of it does not work although it does on the whole. */
  lacks?: string;
  /** Whether anything of ours is listed is not known now. */
  isBlind?: true;
}

/** The lines of the watch: the DNS servers, and the watch itself. While no server answers, that alone is the trouble. */
export function watchLines(report: WatchReport): WatchLine[] {
  return [dnsLine(report.dns), watchLine(report)];
}

function dnsLine({ servers, silent, isDead }: DnsReport): WatchLine {
  if (isDead)
    return {
      name: 'dns',
      ok: false,
      text: `${silent.length > 0 ? `no server answers (${silent.join(', ')})` : 'no server is configured'}: whether we are listed is unknown; nothing is opened or called clear`,
      isBlind: true,
    };
  const text =
    silent.length > 0 ? `${silent.length} of ${servers} servers do not answer: ${silent.join(', ')}` : 'answers';
  return { name: 'dns', ok: true, text, ...(silent.length > 0 ? { lacks: text } : {}) };
}

function watchLine(report: WatchReport): WatchLine {
  const { lists, targets, late, dns } = report;
  if (lists === 0 || targets === 0)
    return { name: 'watch', ok: true, text: 'there is nothing to watch', isBlind: true };
  const parts = [
    `${targets} addresses and domains on ${lists} lists`,
    ...countOf('not asked yet', report.waiting),
    ...some('broken', report.broken),
    ...some('refusing us', report.refusing),
    ...some('silent', report.silent),
    ...some('held for a person', report.held),
    ...some('ignored for now', report.ignored),
    ...some('late', dns.isDead ? [] : late),
    ...(report.skipped.length > 0 ? some('no address or domain', report.skipped) : []),
    report.lastSweepAt === undefined ? 'no sweep yet' : `last sweep ${seconds(report.at - report.lastSweepAt)} ago`,
  ];
  const isDeaf = report.silent.length > 0 && report.believed.length === 0;
  const ok = dns.isDead || (late.length === 0 && !isDeaf);
  const mute = ok && !dns.isDead ? muteLists(report) : undefined;
  const isBlind = report.believed.length === 0;
  return {
    ...{ name: 'watch', ok, text: parts.join('; ') },
    ...(mute ? { lacks: mute } : {}),
    ...(isBlind ? { isBlind } : {}),
  };
}

/** Lists that tell us nothing, by what ails them: what stands on one of those alone is not seen. */
function muteLists({ lists, broken, refusing, silent, held, ignored }: WatchReport): string | undefined {
  const mute = [...broken, ...refusing, ...silent, ...held, ...ignored].length;
  const why = [
    ...some('broken', broken),
    ...some('refusing us', refusing),
    ...some('not answering', silent),
    ...some('held for a person', held),
    ...some('ignored for now', ignored),
  ];
  return mute === 0
    ? undefined
    : `${mute} of ${lists} lists ${mute === 1 ? 'tells' : 'tell'} us nothing now: ${why.join(', ')}`;
}

const MOST_NAMED = 4;

function some(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${names.length} ${what} (${andMore(names.slice(0, MOST_NAMED), names.length)})`];
}

function countOf(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${names.length} ${what}`];
}

function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
