// Whether any DNS server answers at all: if none does, silence says nothing about any list.
import type { Resolver } from '../../dns/resolver.js';
import type { WatchClock } from './turns.js';

interface DnsDeps {
  resolver: Pick<Resolver, 'query' | 'health'>;
  clock: WatchClock;
  signal: AbortSignal;
}

export interface DnsReport {
  /** Servers asked so far. */
  servers: number;
  /** Addresses of those that do not answer. */
  silent: string[];
  isDead: boolean;
}

export interface DnsServers {
  /** Looks; where no server seems to answer, asks them before it says so. */
  isDead(): Promise<boolean>;
  /** What was found last, at once; while it is bad it is looked at again every now and then. */
  isKnownDead(): boolean;
  report(): DnsReport;
}

/** Every resolver and every server can say something of this name without asking anybody (RFC 6761 section 6.4). */
const PROBE = 'invalid';
const LOOK_AGAIN_MS = 5_000;

export function watchDns({ resolver, clock, signal }: DnsDeps): DnsServers {
  let dead = false;
  let looking: Promise<void> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const seemsDead = () => {
    const { servers } = resolver.health();
    return servers.every(({ isAnswering }) => !isAnswering);
  };

  async function probe(): Promise<void> {
    const answer = await resolver.query(PROBE, 'A');
    if (!signal.aborted) dead = answer.kind === 'timeout' || answer.kind === 'unreachable';
    lookedAt = clock.now();
  }

  function look(): Promise<void> {
    looking ??= probe().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  return {
    async isDead() {
      if (dead || seemsDead()) await look();
      return dead;
    },
    isKnownDead() {
      const isDue = Math.abs(clock.now() - lookedAt) >= LOOK_AGAIN_MS;
      if (isDue && (dead || seemsDead())) void look();
      return dead;
    },
    report() {
      const { servers } = resolver.health();
      const silent = servers.filter(({ isAnswering }) => !isAnswering).map(({ address }) => address);
      return { servers: servers.length, silent, isDead: dead };
    },
  };
}
