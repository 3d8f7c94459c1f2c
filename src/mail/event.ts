// Mail events: what a relay did, as its log or a report tells it, in one form for all log formats. Times are ms since the epoch, on the
// log's clock.

/**
 * A field of a message in which the detection keeps what it found out about it (detection/identities/routes.ts), so that the message's next event
 * needs no look-up. A symbol, so that it is not saved as JSON.
 */
export const KEPT: unique symbol = Symbol('kept');

/** A message that a relay took into its queue: one queue id of one relay, from its first log line until it is removed. */
export interface MessageHead {
  /** Host name of the relay as the log gives it. */
  relay: string;
  queueId: string;
  acceptedAt: number;
  /** Where it came from: a client over SMTP, a local program, the relay itself (its bounces); unknown when that line was not seen. */
  origin: 'client' | 'local' | 'notification' | 'unknown';
  /** Address of the SMTP client; only for `client`. */
  clientIp?: string;
  clientName?: string;
  /** SASL login, lower case. */
  login?: string;
  /** It came in the SMTP session of a message before; only for `client`, and where the log tells sessions (Postfix). */
  isSameSession?: boolean;
  /** Envelope sender, lower case; '' is the null sender. */
  sender: string;
  /** Recipients in the envelope when it entered the queue. */
  recipientCount: number;
  sizeBytes: number;
  messageId?: string;
  /**
   * Customer id the relay itself gave with the message, or, of a message that was reported, our records; attribution decides where none was
   * given, or one nobody has.
   */
  customer?: string;
  [KEPT]?: object;
}

export interface Accepted {
  kind: 'accepted';
  at: number;
  message: MessageHead;
}

/** One attempt to deliver a message to one recipient. */
export interface Delivery {
  kind: 'delivery';
  at: number;
  message: MessageHead;
  recipient: string;
  /** False when an earlier attempt for this recipient was deferred: a retry is no new recipient. */
  isFirstAttempt: boolean;
  status: 'sent' | 'deferred' | 'bounced' | 'expired';
  /** Enhanced status code (RFC 3463), e.g. `5.7.1`; '' when the log has none. */
  dsn: string;
  /** Host the relay spoke to, and its address; undefined when it reached none. */
  remoteHost?: string;
  remoteIp?: string;
  /** The receiver's reply, or the relay's own reason. '' for mail that was sent, where nobody reads it. */
  reply: string;
  /** Our address it left from, when the log says so (Exim, KumoMTA, JSON events). */
  outboundIp?: string;
  /** The failure came in a non-delivery report, after the receiver had accepted the message. */
  isLate?: boolean;
}

/**
 * One host of a receiver refused a message, and the relay goes on to the receiver's next host: no attempt of a recipient has ended, and the
 * message may be delivered yet.
 */
export interface HostRefused {
  kind: 'host-refused';
  at: number;
  message: MessageHead;
  /** Host the relay spoke to, and its address. */
  remoteHost?: string;
  remoteIp?: string;
  reply: string;
}

/** A receiver's user, or its filter, reported a message of ours (RFC 5965). */
export interface Complaint {
  kind: 'complaint';
  at: number;
  /** The message it is about, as far as the report and our own records tell; `origin: 'unknown'` when only the report knows it. */
  message: MessageHead;
  /** `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `other`. */
  feedbackType: string;
  /** Who reports: the domain of the report's sender. */
  reporter: string;
  /** Our outbound address that handed the message over. */
  outboundIp?: string;
}

/**
 * Reports whether a report accuses the message's sender. "Not spam" takes a complaint back (RFC 6430); failed authentication tells a
 * domain's owner who uses its name (RFC 6591).
 */
export function isAccusation({ feedbackType }: Pick<Complaint, 'feedbackType'>): boolean {
  return feedbackType !== 'not-spam' && feedbackType !== 'auth-failure';
}

/** A recipient that a relay of ours refused when a client wanted to hand in mail, before there was a queue id (`NOQUEUE: reject`). */
export interface Refused {
  kind: 'refused';
  at: number;
  relay: string;
  clientIp?: string;
  login?: string;
  sender: string;
  recipient: string;
  reply: string;
  /** Customer id the relay itself gave. */
  customer?: string;
}

export interface LoginFailed {
  kind: 'login-failed';
  at: number;
  relay: string;
  clientIp?: string;
  login?: string;
}

export type MailEvent = Accepted | Delivery | HostRefused | Refused | LoginFailed | Complaint;
