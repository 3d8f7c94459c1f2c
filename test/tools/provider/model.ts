// What a made-up provider is made of.
import type { Client, Platform } from './networks.js';
import type { Receiver } from './receivers.js';
import type { AppName, Trade } from './trades.js';

/** How a customer hands its mail in. */
export type Auth = 'mailbox' | 'smarthost' | 'address' | 'platform';

export interface Mailbox {
  address: string;
  login: string;
  /** Messages on a working day. */
  perDay: number;
  book: string[];
  /** Where its owner sits at the moment of sending. */
  where: () => Client;
  /** Hours its day is shifted by: early birds, night shifts. */
  shift: number;
}

export interface Customer {
  id: string;
  name: string;
  partner: string;
  domain: string;
  domains: string[];
  auth: Auth;
  trade: Trade;
  /** Hours ahead of UTC. */
  zone: number;
  /** Days of the week with work, 0 is Sunday. */
  workdays: ReadonlySet<number>;
  hours: readonly [number, number];
  mailboxes: Mailbox[];
  /** Logins beside those of the mailboxes. */
  logins: string[];
  ips: string[];
  platform?: Platform;
  /** Its servers, by address. */
  server: Client;
  web: Client;
  office: Client;
  /** Firms it deals with. */
  circle: Receiver[];
  /** Where mail to its own domain goes. */
  inbound: Receiver;
  declared: string[];
  /** Its own SPF or DKIM is broken: some receivers refuse everything. */
  hasBrokenSpf: boolean;
  relay: number;
  /** Day it came; 0 for those that were there before. */
  from: number;
  /** Background machines. */
  apps: App[];
}

export interface App {
  name: AppName;
  sender: string;
  login: string | undefined;
  client: Client;
  /** Messages on an ordinary day. */
  perDay: number;
  targets: string[];
}

/** What happens to the recipients of a message. Probabilities for each recipient. */
export interface Quality {
  unknown: number;
  /** Refused for what it says; receivers differ around this. */
  content: number;
  full?: number;
  /** Put off by the big receivers for too much of what nobody asked for. */
  slow?: number;
  /** Sender and recipient have not met: greylisting. */
  isStrange?: boolean;
}

export type Method = 'PLAIN' | 'LOGIN';

export interface Send {
  at: number;
  customer: Customer;
  sender: string;
  to: string[];
  login: string | undefined;
  client: Client;
  quality: Quality;
  size: number;
  story?: Story | undefined;
  /** Notices to the sender are refused: it does not exist, or is not ours. */
  isForged?: boolean;
  /** Handed in over the connection of the message before from the same client and login, where there is one yet. */
  isKept?: boolean;
  /** Whose connections it comes over, where the same client and login has others beside. */
  outbox?: string;
  /** The message before and whether another comes in its session: see linkSessions. */
  follows?: Send;
  isFollowed?: boolean;
  /** Where it is not the usual one of the login. */
  method?: Method;
  /** The receivers are down: the first attempts fail. */
  isDeferred?: boolean;
}

/** Something that happens to a customer besides ordinary mail. Numbers grow while its mail is delivered. */
export interface Story {
  id: number;
  what: 'attack' | 'oddity';
  name: string;
  customer: string;
  /** For attacks: one sender address or many. */
  kind: 'single' | 'multiple';
  start: number;
  end: number;
  /** Senders with the time of their first message. */
  senders: Map<string, number>;
  logins: Set<string>;
  clientIps: Set<string>;
  /** Time and recipients of each message, by turns. */
  sent: number[];
  messages: number;
  recipients: number;
  /** Filters learn it: they refuse nothing at first, and all they will after this many recipients. */
  learnedAfter?: number;
}
