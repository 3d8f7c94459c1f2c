// Findings: what the detection hands to incidents/, which decides whether an incident is opened. A conclusion with its evidence, no action.

/** Whose mail it is that is suspected, and how sure that is: what a finding says and an incident keeps. */
export interface WhoWasFound {
  /** Suspicious envelope senders, most used first; at most 200 of `senderCount`. */
  senders: string[];
  senderCount: number;
  /** SASL logins used. */
  logins: string[];
  /** The logins among them that senders who are not suspected use regularly too: a company's, not a person's (shared-login.ts). */
  sharedLogins: string[];
  /** Reports whether some of the senders came without a login, so that their mail goes on when all of `logins` are blocked. */
  isPartlyWithoutLogin?: boolean;
  /** Client addresses used; of a login those in networks that are new to it come first. */
  clientIps: string[];
  /** 0..1 */
  confidence: number;
  /** Which signals said the sentences of the evidence, one for each and in their order, by id, and how strongly, in nats. */
  signs?: { id: string; weight: number }[];
  /**
   * Times of the first and last mail that the evidence speaks of, ms; it may be a part of all mail of the alarm. `sender` is set where several
   * mailboxes are named and it speaks of one of them.
   */
  evidenceOf?: { from: number; to: number; sender?: string };
  /** Reports whether there was next to no history to compare with: the same signs are less sure then. */
  isCold?: boolean;
}

/** One customer's mailbox or machine sends spam. Repeated with the same `key` while it goes on. */
export interface CompromiseFinding extends WhoWasFound {
  /** One envelope sender, or several. */
  kind: 'single' | 'multiple';
  /** Findings with the same key are one incident: that of the customer's entry point, or of the first one of its campaign. */
  key: string;
  /** When it was concluded, and when the suspicious traffic began; ms, the log's clock. */
  at: number;
  since: number;
  /** Customer id, or `unattributed`. */
  customer: string;
  /** Of the client addresses, those of a login that are in networks from which neither it nor its customer usually writes. */
  newClientIps?: string[];
  messages: number;
  recipients: number;
  /** Sentences for people, strongest first: "148 recipients in 27 min, usual 6 an hour". No markup; may hold outsiders' text. */
  evidence: string[];
}

/** A receiver refuses one of our outbound addresses or domains, seen in its replies. */
export interface BlockFinding {
  kind: 'blocklist';
  key: string;
  at: number;
  since: number;
  /** Our outbound address that is refused; if `domain` is set, the address the refused mail left from. '' when it is not known. */
  ip: string;
  /** When neither reply nor log says which address is refused: our addresses that it may be, two at least. */
  oneOf?: string[];
  /** Our domain that is refused, whatever address its mail leaves from; if set, the finding is about it. */
  domain?: string;
  relay: string;
  /** Id of the receiver or list, e.g. `microsoft-consumer`; the zone of a list that we do not know, or a receiver's domain. */
  provider: string;
  /** The receiver's own code, e.g. `S3140`; '' when it gives none. */
  code: string;
  /** One reply, verbatim, as evidence; and the message it was given to, without its recipient's name. */
  reply: string;
  sample?: { at: number; queueId: string; recipientDomain: string };
  /** Refusals so far, and the customers they hit (ids). */
  refusals: number;
  /** Three refusals came within ten minutes: no receiver's slip. */
  isConfirmed?: boolean;
  customers: string[];
}

/** Separates the addresses of `oneOf` in text. */
const OR = ' / ';

/** What a block is about, as one text: the domain, the address, or all addresses it may be (addressesIn takes them apart). */
export function refusedOf({ ip, oneOf, domain }: Pick<BlockFinding, 'ip' | 'oneOf' | 'domain'>): string {
  return domain ?? oneOf?.join(OR) ?? ip;
}

/** The addresses in a text of refusedOf; a domain as it is. */
export function addressesIn(refused: string): string[] {
  return refused.split(OR);
}

export type Finding = CompromiseFinding | BlockFinding;
