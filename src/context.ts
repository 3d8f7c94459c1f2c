// What slack/, wiring/, the schedule and its jobs are given to ask and to act with. wiring/context.ts builds it.
import type { Logger } from 'pino';
import type { CheckResult } from './blocklists/check.js';
import type { Config, Route } from './config.js';
import type { Db } from './db/open.js';
import type { delistingRequests } from './db/schema.js';
import type { Gate } from './delisting/gate.js';
import type { DelistingReaders } from './delisting/read.js';
import type { Trouble } from './delisting/troubleshoot.js';
import type { Explanation } from './detection/explanation.js';
import type { RecentSenders } from './detection/traffic/recent-senders.js';
import type { TopSenders } from './detection/traffic/sender-signs.js';
import type { CustomerTotals } from './detection/traffic/traffic-report.js';
import type { Hygiene } from './hygiene/hygiene.js';
import type { Suspect } from './incidents/culprits/suspect.js';
import type { CompromiseIncident, Incident } from './incidents/incident.js';
import type { Impact } from './incidents/listings/impact.js';
import type { OpenDeps } from './incidents/open.js';
import type { LastSpam } from './incidents/quiet.js';
import type { NoticePlan, NoticesSoFar } from './notices/plan.js';
import type { OutboxRunner } from './outbox/run.js';
import type { Customer, Partner } from './partners/directory.js';
import type { Found, FoundPartner, Near } from './partners/find.js';

/** One line of the health report; `ok: false` shows in Slack's Home and on /healthz. */
export interface HealthItem {
  name: string;
  ok: boolean;
  /** What is so, in words. */
  text: string;
  /** What of it does not work although the whole does, in words: no reason to call the bot unwell, and one to say so. */
  lacks?: string;
  /** Of the intake: what the relays did is not read up to now. */
  isLate?: true;
  /** Where that is so because the reading is behind, and catches up: up to when they are read, ms. */
  readTo?: number;
  /** Of the blocklist checks: whether anything of ours is listed is not known now. */
  isBlind?: true;
}

/** What stands around a listing, read when its card is drawn. */
export interface ListingReaders {
  /** Of listed addresses and domains. */
  impactOf: (targets: readonly string[]) => Impact;
  /** Most likely first; empty when nobody stands out. */
  suspectsOf: (incident: Incident) => Suspect[];
  /** The last sign of spam of a customer at or after `since` (ms); undefined when there was none. */
  lastSpam: (customer: string, since: number) => LastSpam | undefined;
  /** Who sent for a customer at or after `since`: those half suspected, or the busiest. */
  sendersOf: (customer: string, since: number) => RecentSenders;
  /** Ranks the suspects of listings anew where something has changed, links what was found, and brings the traffic's picture up to date. */
  attribute: () => Promise<void>;
  gateOf: (incident: Incident) => Gate;
  /**
   * Open compromises that would bring the next listing, behind this one or not: of an address everybody's, for the relays share the mail; of a
   * domain its owner's.
   */
  openOver: (incident: Incident) => CompromiseIncident[];
  /** Compromises of those that went on after `from`, whatever became of them; what a person called noise is none. */
  sentOver: (incident: Incident, from: number) => Incident[];
  /** The ledger's requests of an incident, oldest first. */
  requestsOf: (incidentId: number) => (typeof delistingRequests.$inferSelect)[];
  /** Requests of an incident whose time is up, with what may hold them up. */
  overdueOf: (incident: Incident) => { request: typeof delistingRequests.$inferSelect; troubles: Trouble[] }[];
  /** Requests that had taken off what is listed again now. */
  relistedOf: (incidentId: number) => (typeof delistingRequests.$inferSelect & { listName: string })[];
  /** Every address that mail leaves from: relays' and routes'. */
  outboundAddresses: () => string[];
  /** Reports whether the watch asks the list, by its id, about the target. */
  isAsked: (target: string, list: string) => boolean;
  /** What Microsoft SNDS says of addresses that is worth a word, a line each. May hold outsiders' text. */
  sndsOf: (addresses: readonly string[]) => string[];
  noticesOf: (incidentId: number) => NoticesSoFar;
  /** What telling the partners would mean now; undefined for a compromise. */
  noticePlan: (incident: Incident) => NoticePlan | undefined;
}

/** What was counted of the mail, for one customer or for who can wait. */
export interface TrafficReaders {
  /** One customer's mail over a period (ms); undefined for none. */
  volumeOf: (customer: string, from: number, to: number) => CustomerTotals | undefined;
  /** Totals by customer over a period (ms); read bit by bit, so that nobody waits for it. */
  volumesInTurns: (from: number, to: number) => Promise<CustomerTotals[]>;
  /** Totals by customer, and the senders that stand out, over a period (ms); read bit by bit, so that nobody waits for it. */
  trafficIn: (from: number, to: number) => Promise<{ volumes: CustomerTotals[]; senders: TopSenders }>;
}

export interface Context extends OpenDeps, ListingReaders, TrafficReaders {
  config: Config;
  db: Db;
  log: Logger;
  outbox: OutboxRunner;
  customerName: (id: string) => string;
  partnerOf: (customer: string) => Partner | undefined;
  customer: (id: string) => Customer | undefined;
  /** Id of the customer that mail from a client address is taken for, where nothing else tells: what was learned of it. */
  learnedOf: (clientIp: string) => string | undefined;
  /** Checks targets (IP, network, domain) on all lists, or on those named in `lists`; results as they arrive. Throws UserError on bad input. */
  check: (
    targetText: string,
    options?: {
      maxAddresses?: number;
      lists?: readonly string[];
      onResult?: (result: CheckResult, done: number, of: number) => void;
    },
  ) => Promise<CheckResult[]>;
  /** Routes whose own address is not listed now: the ones mail may be sent over instead. */
  cleanRoutes: () => Route[];
  /** Requests a containment decided since it was placed, live. */
  hits: (containmentId: number) => { hits: number; lastHitAt?: number };
  health: () => HealthItem[];
  /** What the detection knows now of a customer (id), sender address, login or client address; it may take a while. */
  explain: (query: string) => Promise<Explanation[]>;
  /** The customer that somebody means by what they typed; see partners/find.ts. */
  findCustomer: (typed: string, addresses?: readonly Near[]) => Found;
  /** The partner that somebody means by what they typed. */
  findPartner: (typed: string) => FoundPartner | undefined;
  /** What the gate, the packs and the ledger of delisting requests read. */
  delisting: DelistingReaders;
  /** Looks at the DNS of addresses and domains. */
  hygiene: Hygiene;
  /** Notes an error of the database, so that health tells of a disk that takes nothing. Other errors are ignored. */
  noteDatabaseTrouble: (error: unknown) => void;
}
