// What the detection knows of one customer's entry point or sender now, for people who ask why there is an alarm, or why there is none.

/** Times in ms, the log's clock; weights in nats: the logarithm of how much likelier the traffic is with spam than without. */
export interface Explanation {
  /** Customer id, or `unattributed`. */
  customer: string;
  /** What the mail comes in by. */
  entry: { kind: 'login' | 'address' | 'sender'; name: string };
  /** One sender of the entry, all of it, or the senders of it that nobody knows. */
  scope: 'sender' | 'entry' | 'strangers';
  /** The sender, or the entry's name. Hostile text. */
  name: string;
  isDeclaredBulk: boolean;
  knownSince: number;
  /** Hours with mail in its habit. */
  hoursKnown: number;
  /** Mail of the spell that is looked at now; undefined while it sends nothing. */
  activity?: { since: number; lastAt: number; messages: number; recipients: number; senders: number };
  /** Nats so far, and nats for an alarm. */
  evidence: number;
  needed: number;
  /** 0..1 */
  confidence: number;
  isAlarm: boolean;
  /**
   * It is one of several mailboxes of the customer that grew suspicious within the same hours: how many, itself included, and whether they
   * are an alarm together.
   */
  together?: { mailboxes: number; isAlarm: boolean };
  /** The mail that the signs are of, ms: of a spell with long runs it is a part. */
  signsOf?: { from: number; to: number };
  /** Strongest first, in both directions: above 0 speaks for spam. Sentences without markup; may hold outsiders' text. */
  signs: { group: string; weight: number; sentence: string }[];
  /** What is usual for it. Shares 0..1. */
  habit: { messagesADay: number; recipientsAnHour: number; newRecipientShare: number; unknownUserShare: number };
}
