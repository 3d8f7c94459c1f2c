// What the main thread and the policy thread say to each other.
import type { Containment } from '../containment/containment.js';
import type { ListenAddress } from '../containment/mtas/postfix/listen-address.js';
import type { PolicyServerSnapshot } from '../containment/mtas/postfix/policy-server.js';
import type { ReplyTexts } from '../containment/mtas/postfix/reply-texts.js';
import type { SharedOwners } from '../partners/owners.js';

/** Given to the thread at its start. */
export interface PolicyStart {
  listen: ListenAddress;
  texts: ReplyTexts;
  routes: ReadonlyMap<string, string>;
  localDomains: readonly string[];
  /** Where the thread counts while it takes its turns. */
  pulse: Int32Array;
}

/** A containment, and its customer as a reply names it. */
export interface Named {
  containment: Containment;
  name: string;
}

/** Client address and customer; '' for an address of which nothing is learned any more. */
export type Learned = [clientIp: string, customer: string];

/** `state` comes first and once. Each change is answered by `done` with its number. */
export type ToPolicy =
  | { type: 'state'; owners: SharedOwners; inForce: Named[]; learned: Learned[] }
  | { type: 'put'; change: number; named: Named }
  | { type: 'remove'; change: number; id: number }
  | { type: 'learn'; change: number; learned: Learned[] }
  | { type: 'stop' };

export type FromPolicy =
  | { type: 'listening'; address: ListenAddress }
  /** It cannot listen, and ends. */
  | { type: 'failed'; message: string; isForOperator: boolean }
  | { type: 'done'; change: number }
  /** What it counted since it last told: requests by the containment that decided them. */
  | { type: 'news'; hits: [id: number, count: number][]; snapshot: PolicyServerSnapshot }
  | { type: 'trouble'; message: string };
