// The small internet of the practice workspace: a relay company with its customers, good and bad mail, the log it writes, and the DNS around it.
import type { Clock } from '../clock.js';
import { type DnsServer, startDnsServer } from './dns-server.js';
import { createRelayCompany, noPolicy, type RelayCompany } from './relay/company.js';
import type { CustomerCounters } from './relay/counters.js';
import { type LogFile, openLogFile } from './relay/log-file.js';
import { PolicyClient } from './relay/policy-client.js';
import type { SceneView } from './scenes/programme.js';
import { createWorld } from './world.js';
import { answerZones } from './zones.js';

interface InternetOptions {
  clock: Clock;
  /** The log file to write; one from an earlier practice is replaced. Rotated by rename to `logPath.1`. */
  logPath: string;
  /** The same seed gives the same people the same mail. */
  seed?: number;
  /** Port of the DNS responder on 127.0.0.1; any free one when absent. */
  dnsPort?: number;
}

interface TrafficOptions {
  /** Where the policy server listens. */
  policy: { host: string; port: number };
  /** Told at most four times a second, only after a change. */
  onCounters?: (counters: CustomerCounters[]) => void;
  /** Told of what must not happen; the traffic goes on. */
  onError?: (error: unknown) => void;
}

export interface Internet {
  /** The DNS responder, as `dns.servers` of the configuration takes it. */
  dns: { host: string; port: number; server: string };
  /** Lets the live mail flow: call it once the bot follows the log and answers policy requests. The first scene starts 4 s later at speed 60. */
  letMailFlow(options: TrafficOptions): void;
  /** Each customer's counters since the mail flows. */
  counters(): CustomerCounters[];
  /** What goes on now beside quiet mail. */
  scenes(): SceneView[];
  stop(): Promise<void>;
}

const BACKLOG_MS = 2 * 86_400_000;
const TICK_MS = 100;
const COUNTERS_EVERY_MS = 250;

/** Writes two days of quiet mail to the log, up to now, and starts the DNS responder. No mail flows yet. */
export async function startInternet({ clock, logPath, seed = 20_26, dnsPort = 0 }: InternetOptions): Promise<Internet> {
  const world = createWorld();
  const startAt = clock.now();
  const relay = createRelayCompany({ startAt: startAt - BACKLOG_MS, seed, world });
  const log = openLogFile(logPath);
  await relay.step(startAt, noPolicy);
  log.append(relay.takeLines(startAt));
  relay.counters.reset();
  const dns = await startDnsServer({ port: dnsPort, answer: answerZones(world, clock.now) });
  return connect({ clock, relay, log, dns });
}

interface Parts {
  clock: Clock;
  relay: RelayCompany;
  log: LogFile;
  dns: DnsServer;
}

function connect({ clock, relay, log, dns }: Parts): Internet {
  const counters = () => relay.counters.view(clock.now());
  let live: { stop(): Promise<void> } | undefined;
  return {
    dns: { host: dns.host, port: dns.port, server: `${dns.host}:${dns.port}` },
    letMailFlow(options) {
      if (live) throw new Error('practice: the mail flows already');
      relay.beginScenes(clock.now());
      live = runLive({ clock, relay, log, counters, ...options });
    },
    counters,
    scenes: () => relay.playing(clock.now()),
    async stop() {
      await live?.stop();
      log.close();
      await dns.close();
    },
  };
}

interface Live extends Omit<Parts, 'dns'>, TrafficOptions {
  counters: () => CustomerCounters[];
}

function runLive({ clock, relay, log, counters, policy, onCounters, onError }: Live): { stop(): Promise<void> } {
  const client = new PolicyClient(policy);
  let running: Promise<void> | undefined;
  let shown = '';

  async function tick(): Promise<void> {
    const until = clock.now();
    await relay.step(until, (...asked) => client.ask(...asked));
    log.append(relay.takeLines(until));
  }

  const ticks = setInterval(() => {
    running ??= tick()
      .catch((error: unknown) => onError?.(error))
      .finally(() => {
        running = undefined;
      });
  }, TICK_MS);
  const reports = setInterval(() => {
    const now = counters();
    const text = JSON.stringify(now);
    if (text === shown) return;
    shown = text;
    onCounters?.(now);
  }, COUNTERS_EVERY_MS);

  return {
    async stop() {
      clearInterval(ticks);
      clearInterval(reports);
      client.close();
      await running;
    },
  };
}
