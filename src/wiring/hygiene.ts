// Hygiene, wired: whose DNS is looked at, on demand and once a day, and what is told of it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.js';
import type { Context } from '../context.js';
import { unsynced, whenFree } from '../db/patience.js';
import { immediately, type Tx } from '../db/transaction.js';
import type { Resolver } from '../dns/resolver.js';
import { queueHygieneNews } from '../hygiene/announce.js';
import { selectorsOf } from '../hygiene/domain.js';
import type { Hygiene } from '../hygiene/hygiene.js';
import type { Look } from '../hygiene/look.js';
import { lookAtEach } from '../hygiene/round.js';
import { targetOf } from '../hygiene/spf/ours.js';
import { latestAddressLook, latestLook, type Saved, saveLook } from '../hygiene/store.js';
import { type HygieneSubject, type HygieneWorld, nameOf, ourSubjects, parseSubjects } from '../hygiene/subjects.js';
import { queueCard } from '../incidents/record.js';
import { outboundAddresses } from '../incidents/relays.js';
import { unresolvedIncidents } from '../incidents/store.js';
import { canonicalIp } from '../mail/ip.js';
import { type Directory, outboundAddressesOf, type Relay } from '../partners/directory.js';
import { findCustomer } from '../partners/find.js';

const HOUR_MS = 3_600_000;
/** A day, and time for a round that is late. */
const DUE_AFTER_MS = 26 * HOUR_MS;
/** A round takes its time: looks begin this far apart, less when there are very many. */
const APART_MS = 200;
const ROUND_AT_MOST_MS = HOUR_MS;

export function createHygiene(
  parts: { config: Config; directory: Directory; resolver: Resolver; now: () => number },
  ctx: () => Context,
): Hygiene {
  const world = hygieneWorld(parts.config, parts.directory);
  const deps = { resolver: parts.resolver, world, now: parts.now };
  const subjects = ourSubjects(world);
  const stopped = new AbortController();
  let isRunning = false;
  return {
    subjectsOf: (text) => parseSubjects(world, text),
    async look(some, onLook) {
      let done = 0;
      const looks = await lookAtEach(deps, some, { signal: stopped.signal, onLook: () => onLook?.(++done) });
      const ours = new Set(some.flatMap((subject) => (subject.isOurs ? [nameOf(subject)] : [])));
      return looks.map((look) => (ours.has(nameOf(look)) ? keep(ctx(), look).look : look));
    },
    async round() {
      if (isRunning) return;
      isRunning = true;
      try {
        await lookAround(ctx(), deps, subjects, stopped.signal);
      } finally {
        isRunning = false;
      }
    },
    isDue: () => subjects.length > 0 && isDue(ctx(), world),
    stop: () => stopped.abort(),
  };
}

async function lookAround(
  ctx: Context,
  deps: Parameters<typeof lookAtEach>[0],
  subjects: readonly HygieneSubject[],
  signal: AbortSignal,
): Promise<void> {
  const first: Look[] = [];
  const apartMs = Math.min(APART_MS, ROUND_AT_MOST_MS / subjects.length);
  await lookAtEach(deps, subjects, {
    signal,
    pause: () => delay(apartMs, undefined, { signal }).catch(() => {}),
    async onLook(look) {
      try {
        if ((await keepLook(ctx, look)).kind === 'first') first.push(look);
      } catch (error) {
        ctx.noteDatabaseTrouble(error);
        ctx.log.error({ err: error }, 'a look at the DNS could not be kept');
      }
    },
  });
  if (signal.aborted) return;
  queueHygieneNews(ctx.db, { first, now: ctx.now() });
  ctx.outbox.wake();
}

/** For a round of thousands: what a power cut undoes is looked at again. */
function keepLook(ctx: Context, look: Look): Promise<Saved> {
  return whenFree(() => unsynced(ctx.db, () => keep(ctx, look)));
}

/** Keeps a look, and has the cards drawn anew that show another state of it. */
function keep(ctx: Context, look: Look): Saved {
  return immediately(ctx.db, (tx) => {
    const saved = saveLook(tx, look, ctx.now());
    const target = nameOf(look);
    if (saved.kind !== 'same') for (const incident of listingsOf(tx, target)) queueCard(tx, ctx, incident);
    return saved;
  });
}

function listingsOf(tx: Tx, target: string) {
  return unresolvedIncidents(tx).filter(
    ({ subject }) => subject.kind === 'listing' && subject.entries.some((entry) => entry.target === target),
  );
}

function isDue({ db, now }: Context, { addresses, domains }: HygieneWorld): boolean {
  const looks =
    addresses.length > 0
      ? addresses.map(({ ip }) => latestAddressLook(db, ip))
      : domains.slice(0, 1).map((domain) => latestLook(db, `domain:${domain}`));
  return looks.some((look) => look === undefined || look.lookedAt < now() - DUE_AFTER_MS);
}

/** Who we are, as configuration and directory say it. */
export function hygieneWorld(config: Config, directory: Directory): HygieneWorld {
  const { dkimSelectors, spfInclude, bounceDomains } = config.hygiene;
  const greetings = greetingsOf(config, directory.relays);
  const named = [...directory.customers.flatMap(({ domains }) => domains), ...config.blocklists.watch.domains];
  const domains = new Set(named.map((domain) => domain.toLowerCase()));
  const { '*': _everywhere, ...byName } = dkimSelectors;
  return {
    addresses: outboundAddresses(directory, config).map((ip) => ({ ip, helo: greetings.get(ip), bounceDomains })),
    domains: [...domains],
    ownNames: [...bounceDomains, ...(spfInclude ? [targetOf(spfInclude)] : [])].map((name) => name.toLowerCase()),
    findCustomer: (typed) => findCustomer(directory.customers, typed),
    include: spfInclude,
    // What must be at every domain must be at none that is a stranger's.
    selectorsOf: (domain) => selectorsOf(domains.has(domain) ? dkimSelectors : byName, domain),
  };
}

/** The name each address greets with; what is not known is left out. */
function greetingsOf({ routes }: Config, relays: readonly Relay[]): Map<string, string> {
  const ofRoutes = routes.flatMap(({ outboundIp, helo }) => (outboundIp && helo ? [[outboundIp, helo] as const] : []));
  const ofRelays = relays.flatMap((relay) =>
    outboundAddressesOf(relay).map((ip) => [ip, greetingOf(relay, ip)] as const),
  );
  return new Map([...ofRoutes.map(([ip, helo]) => [canonicalIp(ip), helo] as const), ...ofRelays]);
}

/** The host's name in the log is often the short one. */
function greetingOf({ host, name, helo }: Relay, address: string): string {
  const said =
    typeof helo === 'string' ? helo : Object.entries(helo ?? {}).find(([at]) => canonicalIp(at) === address)?.[1];
  return said ?? [host, name].find((candidate) => candidate?.includes('.')) ?? host;
}
