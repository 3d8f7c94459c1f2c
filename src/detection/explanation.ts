// The answer of explain.ts about one identity: what the detection knows of it now, and why there is an alarm, or none.

/** Times in ms, the log's clock; weights in nats: the logarithm of how much likelier the traffic is with spam than without. */
export interface Explanation {
  /** Customer id, or `unattributed`. */
  customer: string;
  /** The entry point: what the mail comes in by. */
  entry: { kind: 'login' | 'address' | 'sender'; name: string };
  /** One sender at the entry, the entry as a whole, or its strangers; see identity.ts. */
  scope: 'sender' | 'entry' | 'strangers';
  /** The sender, or the entry's name. Hostile text. */
  name: string;
  isDeclaredBulk: boolean;
  /** When it was first seen. */
  knownSince: number;
  /** Hours with mail in its habit. */
  hoursKnown: number;
  /** Mail of the spell that goes on now; undefined while it sends nothing. */
  activity?: { since: number; lastAt: number; messages: number; recipients: number; senders: number };
  /** Nats so far, and nats that make an alarm. */
  evidence: number;
  needed: number;
  /**
   * By how many nats less are needed than usual, because it has reached so many people to whom it never wrote before; below 0 more,
   * because it has reached few people yet.
   */
  stake?: number;
  /**
   * By how many nats more are needed than usual, because honest mail comes near an alarm more often at this provider; below 0 less. Only
   * where that makes an alarm of it, or none.
   */
  learned?: number;
  /** 0..1 */
  confidence: number;
  isAlarm: boolean;
  /**
   * It is one of several mailboxes of the customer that grew suspicious within the same hours: how many, itself included, and whether they
   * are an alarm together.
   */
  together?: { mailboxes: number; isAlarm: boolean };
  /** Times of the first and last mail that the signs speak of, ms; it may be a part of the spell. */
  signsOf?: { from: number; to: number };
  /** Strongest first, in both directions: above 0 speaks for spam. Sentences without markup; may hold outsiders' text. */
  signs: { group: string; weight: number; sentence: string }[];
  /** What is usual for it. Shares 0..1. */
  habit: { messagesADay: number; recipientsAnHour: number; newRecipientShare: number; unknownUserShare: number };
}
