// Containments: what we do to mail, and which of them decides a message that a customer hands in. Pure.
import { UNATTRIBUTED } from '../mail/customer.js';
import { isMicrosoftConsumer } from '../mail/microsoft-consumer.js';
import { senderKey } from './book.js';

export const CONTAINMENT_ACTIONS = ['block-sender', 'suspend-outbound', 'reroute'] as const;
export type ContainmentAction = (typeof CONTAINMENT_ACTIONS)[number];

/** One containment in force. */
export interface Containment {
  id: number;
  incidentId: number;
  action: ContainmentAction;
  /** Customer id, or UNATTRIBUTED: a block of mail that is nobody's. */
  customer: string;
  /** block-sender: the envelope senders and SASL logins that are refused (lower case). Empty otherwise. */
  senders: string[];
  logins: string[];
  /** block-sender: those of `senders` whose domain was the customer's when it was placed. Absent in blocks of earlier versions. */
  ownSenders?: string[];
  /**
   * block-sender: whose mail is refused besides, by the sender’s key: the customer who has the domain by now that was the containment's
   * customer's, or UNATTRIBUTED where two claim it, so that nobody can be named for its mail.
   */
  heirs?: Readonly<Record<string, string>>;
  /** reroute: name of the route in config.yml. */
  route?: string;
  placedAt: number;
}

/** Reports whether a containment, by its row in the database, has been ended; until then it is in force, whether or not the relays obey. */
export function isLifted({ liftedAt }: { liftedAt: number | null }): boolean {
  return liftedAt !== null;
}

/** What is known of a message when its envelope is handed in. Outsiders' text throughout. */
export interface Submission {
  /** SASL login; absent when the client did not log in. */
  login?: string;
  clientIp?: string;
  /** Envelope sender; '' is the null sender. */
  sender: string;
  /** One envelope recipient; absent when the MTA does not name exactly one. */
  recipient?: string;
}

/**
 * Whose message it is: a customer id, or undefined whenever that is not certain. `declared` asks for what the directory says alone, without
 * what was learned of addresses. Must answer from memory.
 */
export type Attribute = (submission: Submission, by?: 'declared') => string | undefined;

/** The containments in force, as a decision asks for them. `createBook` keeps one. */
export interface Rules {
  /** Reports whether any customer is suspended or re-routed, so that attribution is worth its time for every message. */
  readonly concernsCustomers: boolean;
  loginBlockOf(login: string): Containment | undefined;
  /** Blocks of an envelope sender, of whichever customers, in the order they were placed; mostly none. */
  senderBlocksOf(sender: string): readonly Containment[];
  suspensionOf(customer: string): Containment | undefined;
  rerouteOf(customer: string): Containment | undefined;
}

export type Decision =
  | { kind: 'pass' }
  | { kind: 'refuse'; containment: Containment }
  | { kind: 'suspend'; containment: Containment }
  | { kind: 'reroute'; containment: Containment; route: string };

const PASS: Decision = { kind: 'pass' };

/**
 * Decides one message for one recipient: a block before a suspension, both before a re-route, and whatever is in doubt passes.
 *
 * A login is an identity: its block holds whatever else the message says. An envelope sender is what anybody may write, so its block
 * refuses the mail of the containment's customer and of the sender's heir alone; of UNATTRIBUTED, only mail that nobody can be named for,
 * or that is a customer's by what was learned of its address: that may have been learned since the block was placed. Whose mail it is
 * costs time, and is asked only for a sender that is blocked somewhere or when customers are concerned.
 *
 * The null sender is no way around a block of a login or a suspension. Both are about who hands the message in, and a stolen
 * login that sends with an empty envelope sender would otherwise walk through; a genuine bounce of a suspended customer is
 * lost or waits, which is what "suspended" says. Without login or an address of its own, a bounce is nobody's and passes.
 */
export function decide(submission: Submission, rules: Rules, attribute: Attribute): Decision {
  const loginBlock = submission.login === undefined ? undefined : rules.loginBlockOf(submission.login);
  if (loginBlock) return { kind: 'refuse', containment: loginBlock };
  const senderBlocks = rules.senderBlocksOf(submission.sender);
  if (senderBlocks.length === 0 && !rules.concernsCustomers) return PASS;

  const customer = attribute(submission);
  const senderBlock = senderBlockFor(submission, senderBlocks, customer, attribute);
  if (senderBlock) return { kind: 'refuse', containment: senderBlock };
  if (customer === undefined) return PASS;
  const suspension = rules.suspensionOf(customer);
  if (suspension) return { kind: 'suspend', containment: suspension };
  return rerouted(submission, rules.rerouteOf(customer));
}

function senderBlockFor(
  submission: Submission,
  blocks: readonly Containment[],
  customer: string | undefined,
  attribute: Attribute,
): Containment | undefined {
  const key = senderKey(submission.sender);
  const of = (wanted: string) => blocks.findLast((block) => block.customer === wanted || block.heirs?.[key] === wanted);
  const theirs = of(customer ?? UNATTRIBUTED);
  if (theirs || customer === undefined) return theirs;
  const nobodys = of(UNATTRIBUTED);
  return nobodys && attribute(submission, 'declared') === undefined ? nobodys : undefined;
}

function rerouted({ recipient }: Submission, reroute: Containment | undefined): Decision {
  if (reroute?.route === undefined || recipient === undefined) return PASS;
  return isMicrosoftConsumer(recipient) ? { kind: 'reroute', containment: reroute, route: reroute.route } : PASS;
}
