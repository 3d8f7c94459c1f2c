// Mailboxes of one customer that grow suspicious within the same hours. One phishing mail takes many mailboxes, and each then sends so
// little that none is an alarm by itself; but honest mailboxes do not turn strange together. What each has beyond an ordinary odd
// hour is added up. In memory only: it is about hours.

const WINDOW_MS = 8 * 3_600_000;
/** Nats that some honest mailbox of every customer reaches on most days; only what is beyond counts. */
const ORDINARY = 3.5;
/** With one mailbox lost one colleague's in twenty is lost too: this much makes it an accomplice. */
const ACCOMPLICE = 3;
/** Evidence of other kinds than much mail that makes a mailbox suspicious together with others: a busy day is busy for many. */
const BEYOND_REACH = { joint: 1.5, accomplice: 0.7 };
const LEAST_MEMBERS = 3;
const MOST_MEMBERS = 200;

export interface Suspect {
  /** Key of its identity, and the entry it comes in by. */
  key: string;
  entryKey: string;
  login: string | undefined;
  sender: string;
  evidence: number;
  /** Of that, what is more than much mail. */
  beyondReach: number;
  at: number;
  since: number;
  /** Of its spell. */
  messages: number;
  recipients: number;
}

interface Campaign {
  members: Map<string, Suspect>;
  /** What the incident is de-duplicated by, once there was an alarm. */
  alarmKey?: string;
  alarmAt: number;
}

/** Holds state. */
export class Campaigns {
  private readonly byCustomer = new Map<string, Campaign>();

  /** Notes how suspicious a mailbox is now; who is not any more is let go. */
  note(customer: string, suspect: Suspect): void {
    const known = this.byCustomer.get(customer);
    if (suspect.evidence < ACCOMPLICE) {
      known?.members.delete(suspect.key);
      return;
    }
    const campaign = known ?? { members: new Map<string, Suspect>(), alarmAt: Number.NEGATIVE_INFINITY };
    if (!known) this.byCustomer.set(customer, campaign);
    if (campaign.members.size < MOST_MEMBERS || campaign.members.has(suspect.key)) {
      campaign.members.set(suspect.key, suspect);
    }
  }

  /** Nats that the suspicious mailboxes of a customer make together at `at`; 0 for too few. */
  jointEvidence(customer: string, at: number): number {
    const members = this.membersOf(customer, at, isJoint);
    if (members.length < LEAST_MEMBERS) return 0;
    return members.reduce((sum, { evidence }) => sum + evidence - ORDINARY, 0);
  }

  /** How many suspicious mailboxes of a customer there are, when this is one of them; else 0. */
  mailboxesWith(customer: string, key: string, at: number): number {
    const members = this.membersOf(customer, at, isJoint);
    return members.some((member) => member.key === key) ? members.length : 0;
  }

  /** Who is suspicious enough beside an alarm. */
  accomplices(customer: string, at: number): Suspect[] {
    return this.membersOf(customer, at, isAccomplice);
  }

  /** The key of an alarm: that of the customer's running campaign when it is one of several mailboxes. */
  alarmKey(customer: string, entryKey: string, at: number, isOfMany: boolean): string {
    const campaign = this.byCustomer.get(customer);
    if (!campaign) return entryKey;
    const isRunning = campaign.alarmKey !== undefined && Math.abs(at - campaign.alarmAt) < WINDOW_MS;
    if (!isRunning && !isOfMany) return entryKey;
    if (!isRunning) campaign.alarmKey = entryKey;
    campaign.alarmAt = at;
    return campaign.alarmKey ?? entryKey;
  }

  forgetIdle(now: number): void {
    for (const [customer, { members, alarmAt }] of this.byCustomer) {
      for (const [key, { at }] of members) if (now - at > WINDOW_MS) members.delete(key);
      if (members.size === 0 && now - alarmAt > WINDOW_MS) this.byCustomer.delete(customer);
    }
  }

  private membersOf(customer: string, at: number, isMember: (suspect: Suspect) => boolean): Suspect[] {
    const campaign = this.byCustomer.get(customer);
    if (!campaign) return [];
    return [...campaign.members.values()].filter((each) => isMember(each) && Math.abs(at - each.at) < WINDOW_MS);
  }
}

function isJoint({ evidence, beyondReach }: Suspect): boolean {
  return evidence >= ORDINARY && beyondReach >= BEYOND_REACH.joint;
}

/** Reports whether a mailbox is suspicious enough to be named beside one that is in alarm. */
export function isAccomplice({ evidence, beyondReach }: Pick<Suspect, 'evidence' | 'beyondReach'>): boolean {
  return evidence >= ACCOMPLICE && beyondReach >= BEYOND_REACH.accomplice;
}
