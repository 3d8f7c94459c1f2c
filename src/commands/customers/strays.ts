// Mail that belongs to nobody, out of what was counted or out of logs, with whom it perhaps belongs to.
import { Owners } from '../../detection/identities/owners.js';
import { savedHints } from '../../detection/live/saved-hints.js';
import { type ReplayProgress, replay } from '../../detection/replay/replay.js';
import { type Unowned, UnownedTally, unownedSince } from '../../detection/traffic/unowned.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { MailEvent } from '../../mail/event.js';
import { buildAttribution, type Origin } from '../../partners/attribution.js';
import type { Directory } from '../../partners/directory.js';
import type { HintRow } from '../../partners/learned-hints.js';
import { logFiles } from '../replay/files.js';
import { replayBar } from '../replay/progress.js';
import { refuseGarbage } from '../terminal/not-understood.js';
import { inviteToType } from '../terminal/options.js';
import { restoreOnSignal } from '../terminal/progress.js';

export interface Stray extends Unowned {
  /** Customer id it perhaps belongs to, and why. */
  suggests?: string;
  why?: string;
}

type Hints = ReadonlyMap<string, Pick<HintRow, 'customer' | 'isLearned' | 'days' | 'messages'>>;

/** What was counted since a moment (ms) and still is nobody's by the customer file; none where nothing was counted. */
export function straysInDb(
  traffic: string | undefined,
  directory: Directory,
  localDomains: readonly string[],
  since: number,
): Stray[] {
  if (traffic === undefined) return [];
  const attribute = buildAttribution(directory, { localDomains });
  const isStill = (one: Unowned) => attribute(originOf(one)).by === 'nothing';
  return suggested(unownedSince(traffic, since).filter(isStill), directory, savedHints(traffic));
}

function originOf({ what, name }: Unowned): Origin {
  if (what === 'login') return { login: name, sender: '' };
  return what === 'address' ? { clientIp: name.split('/')[0], sender: '' } : { sender: `@${name}` };
}

/** The same out of logs. What is learned of an address on the way is said, and its mail stays nobody's here. */
export async function straysInLogs(
  paths: readonly string[],
  directory: Directory,
  localDomains: readonly string[],
): Promise<Stray[]> {
  const owners = new Owners(directory, localDomains);
  const tally = new UnownedTally();
  const onEvent = (event: MailEvent) => {
    const customer = owners.customerOf(event);
    const isKnown = customer === undefined || (customer !== UNATTRIBUTED && !isByHint(owners, event));
    if (!isKnown) tally.take(event);
  };
  const files = logFiles(paths, undefined);
  if (files.includes('-')) inviteToType('log lines');
  const bar = replayBar();
  if (bar) restoreOnSignal(bar);
  const onProgress = (progress: ReplayProgress) => bar?.show(progress);
  const read = replay({ files, directory, localDomains, onFinding() {}, onEvent, onProgress });
  refuseGarbage(await read.finally(() => bar?.stop()), 'mail', files);
  const hints = [...owners.hints.takeChanges()].flatMap(([ip, row]) => (row ? [[ip, row] as const] : []));
  return suggested(tally.sorted(), directory, new Map(hints));
}

function isByHint(owners: Owners, event: MailEvent): boolean {
  return (event.kind === 'accepted' || event.kind === 'delivery') && owners.of(event.message)?.by === 'hint';
}

function suggested(strays: readonly Unowned[], { customers }: Directory, hints: Hints): Stray[] {
  const byDomain = new Map(customers.flatMap(({ id, domains }) => domains.map((domain) => [domain.toLowerCase(), id])));
  const ownerOf = (domain: string): string | undefined => {
    const dot = domain.indexOf('.');
    return byDomain.get(domain) ?? (dot < 0 ? undefined : ownerOf(domain.slice(dot + 1)));
  };
  return strays.map((stray) => {
    const owner = stray.what === 'address' ? undefined : ownerOf(stray.name.slice(stray.name.lastIndexOf('@') + 1));
    if (owner !== undefined) return { ...stray, suggests: owner, why: `${owner}: it is in its domain` };
    const hint = stray.what === 'address' ? hints.get(stray.name) : undefined;
    if (!hint || hint.customer === '') return { ...stray };
    const seen = hint.isLearned
      ? `only its domains seen from there on ${hint.days} days`
      : 'its domains were seen from there';
    return { ...stray, suggests: hint.customer, why: `${hint.customer}: ${seen}` };
  });
}
