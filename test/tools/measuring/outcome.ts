// What a measurement of one seed is made of. Plain data: it travels between processes.

export interface AttackOutcome {
  seed: number;
  day: number;
  name: string;
  customer: string;
  auth: string;
  kind: 'single' | 'multiple';
  recipients: number;
  isFound: boolean;
  /** The kind that the first alarm tells is the attack's. */
  isKindRight: boolean;
  /** As `isKindRight`, or it tells of one address while only one of the attack's had sent. */
  isKindRightSoFar: boolean;
  /** Of the senders it names, three quarters are the attack's, and it names half of those seen so far, or three. */
  areSendersRight: boolean;
  /** Share of its recipients handed in up to the first alarm; 1 when there is none. */
  reached: number;
  /** From its first message to the alarm. */
  delayMinutes?: number;
  evidence: string[];
}

export interface FalseAlarm {
  seed: number;
  day: number;
  customer: string;
  auth: string;
  /** What honest thing it was, `ordinary mail` when none is known. */
  oddity: string;
  kind: string;
  senders: string[];
  messages: number;
  recipients: number;
  confidence: number;
  evidence: string[];
}

export interface OddityOutcome {
  name: string;
  day: number;
  isAlarmed: boolean;
}

export interface ListingOutcome {
  seed: number;
  name: string;
  mark: string;
  /** Mail refused because of it. */
  refusals: number;
  isFound: boolean;
  /** From the first refusal to the finding. */
  delaySeconds?: number;
}

export interface SeedOutcome {
  seed: number;
  /** The peer on the same log; see plain-rules.ts. */
  plain: Pick<SeedOutcome, 'attacks' | 'falseAlarms'>;
  /** Customers present on each day, by day. */
  customers: number[];
  lines: number;
  unknownLines: number;
  seconds: number;
  attacks: AttackOutcome[];
  falseAlarms: FalseAlarm[];
  oddities: OddityOutcome[];
  listings: ListingOutcome[];
  /** Block findings that no listing explains. */
  strayBlocks: string[];
}
