// A campaign: several mailboxes of one customer that grow suspicious within the same hours. One phishing mail can take many mailboxes, and
// each then sends so little that none is an alarm by itself; but honest mailboxes do not become suspicious at the same time. So what each
// has beyond the evidence that an honest mailbox reaches now and then is added up. In memory only: it is about hours.

const WINDOW_MS = 8 * 3_600_000;
/** Nats. Some honest mailbox of every customer reaches this on most days, so only evidence beyond it is added up. */
const ORDINARY = 3.5;
/** Nats that make a mailbox an accomplice of one in alarm: ln 20, for where one was stolen, one colleague's in twenty was stolen too. */
const ACCOMPLICE = 3;
/** Nats that must come from other signals than the amount of mail, because a busy day is busy for many mailboxes at once. */
const BEYOND_REACH = { joint: 1.5, accomplice: 0.7 };
const LEAST_MEMBERS = 3;
const MOST_MEMBERS = 200;

/** A mailbox that is suspicious, as it was last assessed. */
export interface Suspect {
  /** Key of its identity. */
  key: string;
  /** Key of the entry point that its mail comes in by. */
  entryKey: string;
  login: string | undefined;
  sender: string;
  /** Nats. */
  evidence: number;
  /** The part of it that does not come from the amount of mail; see assess.ts. */
  beyondReach: number;
  /** When it was assessed. */
  at: number;
  /** The mail that was assessed, with what an alarm covers. */
  since: number;
  messages: number;
  recipients: number;
}

interface Campaign {
  /** By key of the identity. */
  members: Map<string, Suspect>;
  /** Key of the findings, from the first alarm on. */
  alarmKey?: string;
  alarmAt: number;
}

export class Campaigns {
  private readonly byCustomer = new Map<string, Campaign>();

  /** Notes how suspicious a mailbox is now; forgets it when it no longer is. */
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

  /** Nats of all suspicious mailboxes of a customer together; 0 while they are fewer than three. */
  jointEvidence(customer: string, at: number): number {
    const members = this.membersOf(customer, at, isJoint);
    if (members.length < LEAST_MEMBERS) return 0;
    return members.reduce((sum, { evidence }) => sum + evidence - ORDINARY, 0);
  }

  /** How many suspicious mailboxes a customer has, if the one with this key is among them; else 0. */
  mailboxesWith(customer: string, key: string, at: number): number {
    const members = this.membersOf(customer, at, isJoint);
    return members.some((member) => member.key === key) ? members.length : 0;
  }

  /** Mailboxes of a customer that are suspicious enough to be named beside one in alarm. */
  accomplices(customer: string, at: number): Suspect[] {
    return this.membersOf(customer, at, isAccomplice);
  }

  /**
   * The key for a finding about an entry: that of the customer's campaign, so that its mailboxes are one incident, when one had an alarm in
   * the last hours or when the finding begins one (`isOfMany`); else the entry's own.
   */
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
