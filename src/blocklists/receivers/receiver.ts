// A receiver and its way off the list.

/** How one asks to be let in again. */
export interface Removal {
  /** Where removal is asked for: a form, or a page that says how. */
  removalUrl?: string;
  /** Whom to write to, where a mail is the way, or the way beside a form. */
  mail?: string;
  /**
   * self-service: a page that takes the address off by itself. form: read by the receiver's people or its robot. email: a letter.
   * none: it ends by itself, or at the list the refusal names.
   */
  method: 'self-service' | 'form' | 'email' | 'none';
  /** What the request must hold, in the order it is asked for. */
  asks: readonly string[];
  /** Shortest and longest time from a complete request to its effect. */
  expectedHours: readonly [number, number];
  /** Page that tells about one address. */
  lookupUrl?: string;
  /** What else the desk should know before it writes. */
  notes?: string;
}

export interface Receiver extends Removal {
  /** As the replies' patterns name the provider. */
  id: string;
  name: string;
  /** gateway: filters mail for many receivers. reputation: only sells its opinion to them. */
  kind: 'mailbox' | 'gateway' | 'reputation';
  /** How far these facts can be trusted. */
  confidence: 'high' | 'medium' | 'low';
  /** Ways that differ by the receiver's own code; the first that fits counts. */
  byCode?: readonly (Removal & { codes: RegExp })[];
}
