// Which messages come in one after the other over one connection, and by which SASL method who sends logs in.
import type { Dice } from './dice.js';
import type { Customer, Method, Send } from './model.js';
import type { Client } from './networks.js';
import type { Postfix, Smtpd } from './postfix.js';

/** Postfix hangs up on a client that is silent for so long: `smtpd_timeout`. */
const TIMEOUT_MS = 300_000;

/** Share of messages that come over the connection of the one before, where that one is no longer ago than a server waits. */
export const KEPT = {
  /** Mail clients open a connection for each letter; a few programs empty their outbox over one. */
  person: (dice: Dice) => dice.between(0.03, 0.08),
  /** A quarter of a person's letters are written within minutes of the one before: this makes one in twenty of all. */
  bout: 0.2,
  /**
   * A server uses its connection again while something waits for the same next hop (`smtp_connection_cache_on_demand` of Postfix,
   * Exchange and Exim likewise), some more often than others.
   */
  server: ({ domain }: Customer) => 0.05 + 0.25 * fraction(domain),
  /** Newsletter programs and mail merges: everything over one connection, or a new one after 20 to 100 messages. */
  bulk: (dice: Dice) => dice.pick([0.95, 0.98, 0.99, 1]),
  /** Shops, tickets and web forms mail when something happens, from a process that ends afterwards. */
  oneByOne: 0,
  /** Every third tool of thieves connects for each message, the others send 2 to 20 a connection. */
  thief: (dice: Dice) => (dice.is(1 / 3) ? 0 : 1 - 1 / dice.betweenLog(1.45, 20)),
  /** Slow drips and pools of mailboxes stay below what is counted: one, now and then two. */
  drip: (dice: Dice) => dice.between(0, 0.3),
} as const;

/** Of a run of which nothing else is known: the customer's server, or a person with a mail client. */
export function usualKept(dice: Dice, customer: Customer, client: Client): number {
  return client === customer.server ? KEPT.server(customer) : KEPT.person(dice);
}

/** Tells each message which one it follows in its session. Takes a day's messages in order of time; no session outlasts a day. */
export function linkSessions(sends: readonly Send[]): void {
  const last = new Map<string, Send>();
  for (const send of sends) {
    const { client, customer, login, story, outbox } = send;
    // What a story or a list sends goes over connections of its own, beside those of the same client and login.
    const key = `${client.name} ${client.ip} ${customer.id} ${login} ${story?.id ?? outbox}`;
    const before = last.get(key);
    last.set(key, send);
    if (!send.isKept || before === undefined || send.at - before.at > TIMEOUT_MS) continue;
    send.follows = before;
    before.isFollowed = true;
  }
}

/** One client's connection to one process of one relay. */
interface Session {
  postfix: Postfix;
  smtpd: Smtpd;
  tag: string;
  /** The client's, where the relay logs it. */
  port: number | undefined;
  /** When the next message can begin. */
  readyAt: number;
  messages: number;
  recipients: number;
}

/** The sessions that go on. */
export class Sessions {
  /** By the last message that came in each. */
  private readonly open = new Map<Send, Session>();

  constructor(private readonly dice: Dice) {}

  /** The session a message comes in: that of the one it follows, or a new one. */
  of(send: Send, relay: () => Postfix): Session {
    const { follows } = send;
    const session = follows && this.open.get(follows);
    if (!session) return this.begin(send, relay());
    this.open.delete(follows);
    session.readyAt = Math.max(session.readyAt, send.at) + 20;
    return session;
  }

  private begin({ at, client }: Send, postfix: Postfix): Session {
    const smtpd = postfix.connectSafely(at, client);
    const port = postfix.relay.logsPorts ? this.dice.int(1025, 65_000) : undefined;
    const readyAt = at + this.dice.between(120, 900);
    return { postfix, smtpd, tag: smtpd.tag, port, readyAt, messages: 0, recipients: 0 };
  }

  /** A message of the session is queued; after the last one the client goes. */
  taken(session: Session, send: Send, queuedAt: number): void {
    session.messages++;
    session.recipients += send.to.length;
    session.readyAt = queuedAt;
    if (send.isFollowed) this.open.set(send, session);
    else session.postfix.disconnect(queuedAt + 90, session.smtpd, send.client, commandsOf(session, send.login));
  }
}

/** Greeting, the same again under encryption, login, messages, farewell. */
function commandsOf({ messages, recipients }: Session, login: string | undefined): string {
  const auth = login === undefined ? '' : ' auth=1';
  const commands = 4 + (login === undefined ? 0 : 1) + 2 * messages + recipients;
  return `ehlo=2 starttls=1${auth} mail=${messages} rcpt=${recipients} data=${messages} quit=1 commands=${commands}`;
}

/** The method a login's program uses: of five logins three use PLAIN. */
export function methodOf(login: string): Method {
  return fraction(login) < 0.6 ? 'PLAIN' : 'LOGIN';
}

/** The method of a program that is set up otherwise than the owner's. */
export function otherMethod(login: string): Method {
  return methodOf(login) === 'PLAIN' ? 'LOGIN' : 'PLAIN';
}

/** Whether a thief's tool, or a new device, logs in by another method than what the owner had: one in four. */
export function isOtherProgram(dice: Dice): boolean {
  return dice.is(0.25);
}

/** 0 to 1, the same for the same text, without dice: FNV-1a, with its last bits spread as Murmur does. */
function fraction(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
