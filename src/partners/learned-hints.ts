// What client addresses teach. An address that nobody claims, or that one customer lists as shared, and from which for days no other
// customer's sender domain was seen than one: what else comes from it, with sender domains that belong to nobody, is taken for that
// customer's mail. A web server sends as its customer and as the machine's own name, a scanner as `scan@localhost`.
//
// How much is enough. Three days, so that one run of spam with a forged domain teaches nothing: few last that long. Twenty messages:
// of a customer who had a sixth of the address' mail nothing would be seen in one case of forty ((5/6)^20 = 0.026). At least half of all
// mail with known domains: beyond that the address is a platform or a forwarder, which carries anybody's. What is learned is not
// unlearned by unknown senders, who may be the very spam that the customer has to answer for; it is by another customer's domain, seen
// three times and in one message of fifty, which is more than somebody's forgery of a well-known neighbour. Before it is learned, one such
// message is enough. Then the address teaches nothing for a month.
import type { Attribution, Origin } from './attribution.js';

/** What is known of an address, JSON-safe. */
export interface HintRow {
  /** Customer id; '' for an address that was seen to be shared. */
  customer: string;
  /** Messages with this customer's sender domains, and with nobody's, the latter until it is learned. */
  messages: number;
  unknown: number;
  /** Messages with other customers' domains since it was learned. */
  others: number;
  /** Days with such messages, and the last of them (ms / 86,400,000). */
  days: number;
  lastDay: number;
  isLearned: boolean;
}

const DAY_MS = 86_400_000;
const LEAST_DAYS = 3;
const LEAST_MESSAGES = 20;
const LEAST_SHARE = 0.5;
const CONTRADICTIONS = 3;
const CONTRADICTING_SHARE = 0.02;
/** An address that was silent for so long may be somebody else's; one that was shared may not be any more. */
const FORGET_DAYS = 30;
const MOST = 50_000;

export class LearnedHints {
  /** The least recently renewed first. */
  private rows = new Map<string, HintRow>();
  private changed = new Set<string>();

  /** `mayLearn` reports whether an address may be learned of at all; see attribution.ts hintableAddresses. */
  constructor(
    private readonly mayLearn: (clientIp: string) => boolean,
    private readonly most = MOST,
  ) {}

  /** Takes a message that was attributed, at a time in ms. Call it once for each. */
  note({ clientIp, sender }: Origin, { customer, by }: Readonly<Attribution>, at: number): void {
    // Who logs in is known wherever the mail comes from, and says nothing about who else is there.
    if (clientIp === undefined || sender === '' || by === 'login' || by === 'address') return;
    const row = this.rows.get(clientIp);
    const day = Math.floor(at / DAY_MS);
    if (by === 'sender') this.known(clientIp, row, customer, day);
    else if (row && !row.isLearned) row.unknown++;
  }

  /** The customer an address is taken for at a time in ms; undefined when nothing was learned, or it is long ago. */
  hintFor(clientIp: string, at: number): string | undefined {
    const row = this.rows.get(clientIp);
    return row?.isLearned && isRecent(row, Math.floor(at / DAY_MS)) ? row.customer : undefined;
  }

  /** Rows to save by address since the last call; undefined for those to delete. Copies. */
  takeChanges(): Map<string, HintRow | undefined> {
    const changes = new Map<string, HintRow | undefined>();
    for (const clientIp of this.changed) {
      const row = this.rows.get(clientIp);
      changes.set(clientIp, row && { ...row });
    }
    this.changed = new Set();
    return changes;
  }

  /** Puts saved rows back; those the directory claims by now are dropped. */
  restore(rows: Iterable<[string, HintRow]>): void {
    for (const [clientIp, row] of [...rows].toSorted((a, b) => a[1].lastDay - b[1].lastDay)) {
      if (this.mayLearn(clientIp)) this.rows.set(clientIp, row);
      else this.changed.add(clientIp);
    }
  }

  private known(clientIp: string, row: HintRow | undefined, customer: string, day: number): void {
    if (!row || !isRecent(row, day)) {
      this.begin(clientIp, customer, day);
      return;
    }
    if (row.customer !== customer) {
      this.contradicted(clientIp, row, day);
      return;
    }
    row.messages++;
    if (day > row.lastDay) {
      row.days++;
      row.lastDay = day;
      this.renew(clientIp, row);
    }
    if (!row.isLearned && isEnough(row)) {
      row.isLearned = true;
      this.changed.add(clientIp);
    }
  }

  private begin(clientIp: string, customer: string, day: number): void {
    if (!this.mayLearn(clientIp)) return;
    this.renew(clientIp, {
      ...{ customer, messages: 1, unknown: 0, others: 0, days: 1, lastDay: day, isLearned: false },
    });
    if (this.rows.size > this.most) this.makeRoom(day);
  }

  private contradicted(clientIp: string, row: HintRow, day: number): void {
    if (row.customer === '') return;
    row.others++;
    if (row.isLearned && (row.others < CONTRADICTIONS || row.others < CONTRADICTING_SHARE * row.messages)) return;
    this.renew(clientIp, {
      ...{ customer: '', messages: 0, unknown: 0, others: 0, days: 0, lastDay: day, isLearned: false },
    });
  }

  /** Marks a row to be saved: on each new day, not for each message. A crash loses part of a day's evidence, no more. */
  private renew(clientIp: string, row: HintRow): void {
    this.rows.delete(clientIp);
    this.rows.set(clientIp, row);
    this.changed.add(clientIp);
  }

  /** Forgets rows that are out of date, then those not renewed for longest, until a tenth of the room is free. */
  private makeRoom(day: number): void {
    for (const [clientIp, row] of this.rows) if (!isRecent(row, day)) this.forget(clientIp);
    for (const clientIp of this.rows.keys()) {
      if (this.rows.size <= 0.9 * this.most) return;
      this.forget(clientIp);
    }
  }

  private forget(clientIp: string): void {
    this.rows.delete(clientIp);
    this.changed.add(clientIp);
  }
}

function isEnough({ days, messages, unknown }: HintRow): boolean {
  return days >= LEAST_DAYS && messages >= LEAST_MESSAGES && messages >= LEAST_SHARE * (messages + unknown);
}

/** Reports whether a row is of the last days. One far in the future is not: a line with a wrong year would be believed until then. */
function isRecent({ lastDay }: HintRow, day: number): boolean {
  return Math.abs(day - lastDay) <= FORGET_DAYS;
}
