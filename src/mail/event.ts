// What a relay did, as its log tells it: one vocabulary for every log format. Times are ms since the epoch, on the log's clock.

/**
 * Where whoever takes a message's events keeps what it found out about the message, so that the next of them costs no look-up. A symbol,
 * because it is not to be saved.
 */
export const KEPT: unique symbol = Symbol('kept');

/** A message a relay took into its queue. One queue id of one relay, known from its first log lines until `removed`. */
export interface MessageHead {
  /** Host name of the relay as the log gives it. */
  relay: string;
  queueId: string;
  acceptedAt: number;
  /** Where it came from: a client over SMTP, a local program, the relay itself (a bounce it wrote), or lines we never saw. */
  origin: 'client' | 'local' | 'notification' | 'unknown';
  /** Address of the SMTP client; only for `client`. */
  clientIp?: string;
  clientName?: string;
  /** SASL login, lower case. */
  login?: string;
  /** Envelope sender, lower case; '' is the null sender. */
  sender: string;
  /** Recipients in the envelope when it entered the queue. */
  recipientCount: number;
  sizeBytes: number;
  messageId?: string;
  /** Customer id the relay itself gave with the message; attribution decides where it gave none, or one nobody has. */
  customer?: string;
  [KEPT]?: object;
}

export interface Accepted {
  kind: 'accepted';
  at: number;
  message: MessageHead;
}

/** One attempt for one recipient. */
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
  /** The text in parentheses: the remote reply, or the relay's own reason. '' for mail that was sent: nobody reads it. */
  reply: string;
  /** Our address it left from, where the log says so (Exim, KumoMTA, JSON events); else the relay is as near as it gets. */
  outboundIp?: string;
  /** It came in a non-delivery report after the receiver had accepted the message. */
  isLate?: boolean;
}

/** A receiver's user, or its filter, reported a message of ours (RFC 5965). */
export interface Complaint {
  kind: 'complaint';
  at: number;
  /** The message it is about, as far as the report and our own records tell; `origin: 'unknown'` when only the report knows it. */
  message: MessageHead;
  /** Customer id, when our own records or headers named it; else attribution by `message` decides. */
  customer?: string;
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
export function isAccusation({ feedbackType }: Complaint): boolean {
  return feedbackType !== 'not-spam' && feedbackType !== 'auth-failure';
}

/** A recipient refused at the door, before any queue file (Postfix: `NOQUEUE: reject`). */
export interface Refused {
  kind: 'refused';
  at: number;
  relay: string;
  clientIp?: string;
  login?: string;
  sender: string;
  recipient: string;
  reply: string;
}

export interface LoginFailed {
  kind: 'login-failed';
  at: number;
  relay: string;
  clientIp?: string;
  login?: string;
}

export type MailEvent = Accepted | Delivery | Refused | LoginFailed | Complaint;
