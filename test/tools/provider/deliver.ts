// One message's way through a relay, as its log tells it: taken in, tried, put off, refused, bounced, removed.
import type { Dice } from './dice.js';
import type { Listing } from './listings.js';
import type { Answer, Trouble } from './manner.js';
import type { Send, Story } from './model.js';
import type { Postfix } from './postfix.js';
import type { Receiver } from './receivers.js';
import { accepts, refuses } from './replies.js';
import { methodOf, Sessions } from './sessions.js';
import { DAY, HOUR, MINUTE, type World } from './world.js';

const STRICT_ABOUT_SPF = new Set(['google', 'microsoft-consumer', 'yahoo', 'united-internet']);
const MAX_ATTEMPTS = 9;
/** An honest letter to strangers is now and then one of too many, and others of the relay are slowed down with whoever is the cause. */
const SLOW = { strangers: 0.004, others: 0.0003, alongWith: 0.04, causes: 4, forMs: HOUR / 2 };

interface Message {
  postfix: Postfix;
  id: string;
  at: number;
  send: Send;
  /** Where refused recipients stand, for the notice; emptied by each notice. */
  refused: number;
  lastAt: number;
}

/** Takes messages in the order of their time. */
export class Deliveries {
  private readonly dice: Dice;
  private readonly sessions: Sessions;
  messages = 0;
  /** When each receiver slowed mail down, the last few times. */
  private readonly slowed = new Map<Receiver, number[]>();

  constructor(
    private readonly world: World,
    private readonly relays: Postfix[],
  ) {
    this.dice = world.dice;
    this.sessions = new Sessions(world.dice);
  }

  deliver(send: Send): void {
    const { dice } = this;
    const message = this.takeIn(send);
    const { postfix } = message;
    if (send.story) tell(send.story, send, message.at);
    let at = message.at + dice.between(2, 60);
    const later: { to: string; trouble: Trouble | undefined; at: number; attempt: number }[] = [];
    send.to.forEach((to, i) => {
      at += dice.between(0, 40);
      const trouble = this.troubleOf(send, to, at);
      if (!this.attempt(message, { to, trouble, at, attempt: 0 }, i)) later.push({ to, trouble, at, attempt: 0 });
    });
    this.giveNotice(message);
    for (const each of later) this.tryAgain(message, each);
    postfix.qmgr(message.lastAt + 0.4, `${message.id}: removed`);
  }

  private takeIn(send: Send): Message {
    const { dice } = this;
    const { client, login } = send;
    this.messages++;
    const session = this.sessions.of(send, () => this.relayFor(send));
    const { postfix, tag } = session;
    const at = session.readyAt + dice.next();
    const id = postfix.newId(at);
    const port = session.port === undefined ? '' : `:${session.port}`;
    const auth = login === undefined ? '' : `, sasl_method=${send.method ?? methodOf(login)}, sasl_username=${login}`;
    postfix.say(at, tag, `${id}: client=${client.name}[${client.ip}]${port}${auth}`);
    postfix.say(at + 8, postfix.any('cleanup'), `${id}: message-id=<${this.messageId(send)}>`);
    const queuedAt = at + 20 + Math.min(4_000, send.size / 4_000);
    postfix.qmgr(
      queuedAt,
      `${id}: from=<${send.sender}>, size=${Math.round(send.size + 900)}, nrcpt=${send.to.length} (queue active)`,
    );
    this.sessions.taken(session, send, queuedAt);
    return { postfix, id, at: queuedAt, send, refused: 0, lastAt: queuedAt };
  }

  private relayFor({ customer: { relay } }: Send): Postfix {
    const { dice, relays } = this;
    return relays[relay >= 0 && dice.is(0.95) ? relay : dice.int(0, relays.length - 1)] as Postfix;
  }

  private messageId({ at, sender, size }: Send): string {
    const domain = sender.slice(sender.indexOf('@') + 1) || 'localhost';
    return `${Math.floor(at).toString(36)}.${Math.floor(size * 7919).toString(36)}${this.dice.int(100, 9999)}@${domain}`;
  }

  private troubleOf(
    { quality, customer, isDeferred, sender, story }: Send,
    to: string,
    at: number,
  ): Trouble | undefined {
    const { dice } = this;
    const receiver = this.receiver(to);
    if (isDeferred) return 'busy';
    if (dice.is(quality.unknown)) return 'unknown';
    if (dice.is(Math.min(0.97, quality.content * receiver.strictness * learned(story)))) return 'content';
    if (customer.hasBrokenSpf && sender !== '' && STRICT_ABOUT_SPF.has(receiver.style) && dice.is(0.7)) return 'auth';
    if (dice.is(quality.full ?? 0.0015)) return 'full';
    if (receiver.isBig && this.isSlow(receiver, quality.slow ?? (quality.isStrange ? SLOW.strangers : SLOW.others), at))
      return 'slow';
    if (receiver.greylists && dice.is(quality.isStrange ? 0.85 : 0.03)) return 'grey';
    return dice.is(quality.content > 0.02 ? 0.03 : 0.003) ? 'busy' : undefined;
  }

  /** Whether a receiver slows a message down, by its own quality or because it slows the relay down as it is. */
  private isSlow(receiver: Receiver, probability: number, at: number): boolean {
    const recent = (this.slowed.get(receiver) ?? []).filter((time) => at - time < SLOW.forMs);
    const isAlongWith = recent.length >= SLOW.causes && this.dice.is(SLOW.alongWith);
    if (!this.dice.is(probability) && !isAlongWith) return false;
    this.slowed.set(receiver, [...recent, at].slice(-SLOW.causes));
    return true;
  }

  private receiver(to: string): Receiver {
    return this.world.receivers.of(to.slice(to.indexOf('@') + 1));
  }

  /** Writes an attempt; reports whether the recipient is done with. */
  private attempt(
    message: Message,
    one: { to: string; trouble: Trouble | undefined; at: number; attempt: number },
    index: number,
  ): boolean {
    const { dice } = this;
    const { postfix } = message;
    const receiver = this.receiver(one.to);
    const mx = receiver.mx.length === 1 ? (receiver.mx[0] as Receiver['mx'][number]) : dice.pick(receiver.mx);
    const setUp = dice.between(0.05, 1.2);
    const took = dice.between(0.05, 1.6);
    const at = one.at + (setUp + took) * 1000;
    message.lastAt = Math.max(message.lastAt, at);
    const tag = postfix.any('smtp');
    const waited = Math.max(0, one.at - message.at) / 1000;
    const tls = postfix.relay.hasTlsStatus ? ', tls=verified' : '';
    const delays = `delay=${seconds(waited + setUp + took + 0.2)}, delays=${seconds(0.2 + waited)}/0/${seconds(setUp)}/${seconds(took)}${tls}`;
    const host = `${mx.name}[${mx.ip}]`;
    const line = (relay: string, dsn: string, status: string) =>
      postfix.say(
        at,
        tag,
        `${message.id}: to=<${one.to}>, relay=${relay}, ${index % 3 === 2 ? 'conn_use=2, ' : ''}${delays}, dsn=${dsn}, status=${status}`,
      );
    if (dice.is(0.2))
      postfix.say(
        at - took * 1000,
        tag,
        `${dice.pick(['Trusted', 'Untrusted', 'Verified'])} TLS connection established to ${host}:25: ${postfix.cipher()}`,
      );

    const listing = this.listingFor(receiver, postfix.relay.host, at);
    if (listing) {
      listing.firstRefusalAt ??= at;
      listing.firstRefusalAt = Math.min(listing.firstRefusalAt, at);
      listing.refusals++;
      return this.refuse(message, line, host, { said: listing.said(listing.ip, dice), at: listing.at });
    }
    if (one.trouble === undefined || (isPassing(one.trouble) && one.attempt > 0 && dice.is(0.7))) {
      const asked = { dice, recipient: one.to, sender: message.send.sender, ip: '', mx: mx.name };
      const said = accepts(receiver.style, asked);
      line(`${host}:25`, said.slice(4, 9) === '2.6.0' ? '2.6.0' : '2.0.0', `sent (${said})`);
      return true;
    }
    if (one.trouble === 'unknown' && dice.is(0.07)) {
      const domain = one.to.slice(one.to.indexOf('@') + 1);
      line(
        'none',
        '5.4.4',
        `bounced (Host or domain name not found. Name service error for name=${domain} type=AAAA: Host not found)`,
      );
      message.refused++;
      return true;
    }
    if (one.trouble === 'busy' && dice.is(0.4)) {
      line(
        'none',
        '4.4.1',
        `deferred (connect to ${host}:25: ${dice.pick(['Connection timed out', 'Connection refused', 'No route to host'])})`,
      );
      return false;
    }
    const ip = postfix.relay.ips[0] as string;
    return this.refuse(
      message,
      line,
      host,
      refuses(receiver.style, one.trouble, { dice, recipient: one.to, sender: message.send.sender, ip, mx: mx.name }),
    );
  }

  private refuse(
    message: Message,
    line: (relay: string, dsn: string, status: string) => void,
    host: string,
    answer: Answer,
  ): boolean {
    const { said } = answer;
    const isGreeting = answer.at === 'greeting';
    const isForGood = said.startsWith('5') && !isGreeting;
    const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})/.exec(said)?.[1] ?? `${said[0]}.0.0`;
    const dsn = isGreeting ? `4${enhanced.slice(1)}` : enhanced;
    const inReply = answer.at === 'end of DATA' ? 'end of DATA command' : `${answer.at} command`;
    const text = isGreeting
      ? `host ${host} refused to talk to me: ${said}`
      : `host ${host} said: ${said} (in reply to ${inReply})`;
    line(`${host}:25`, dsn, `${isForGood ? 'bounced' : 'deferred'} (${text})`);
    if (isForGood) message.refused++;
    return isForGood;
  }

  private listingFor(receiver: Receiver, relay: string, at: number): Listing | undefined {
    for (const listing of this.world.listings) {
      if (
        listing.relay === relay &&
        at >= listing.from &&
        at < listing.to &&
        listing.asks(receiver) &&
        this.dice.is(listing.severity)
      )
        return listing;
    }
    return undefined;
  }

  private tryAgain(
    message: Message,
    one: { to: string; trouble: Trouble | undefined; at: number; attempt: number },
  ): void {
    const { dice } = this;
    const { postfix, send } = message;
    let wait = 5 * MINUTE;
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      const at = one.at + wait + dice.between(0, 3 * MINUTE);
      wait = Math.min(DAY / 6, wait * 2.1);
      if (at > this.world.end + HOUR) return;
      postfix.qmgr(
        at - 300,
        `${message.id}: from=<${send.sender}>, size=${Math.round(send.size + 900)}, nrcpt=${send.to.length} (queue active)`,
      );
      if (!this.attempt(message, { ...one, at, attempt }, 0)) continue;
      this.giveNotice(message);
      return;
    }
  }

  /** The relay tells the sender what was refused. */
  private giveNotice(message: Message): void {
    const { postfix, send } = message;
    if (message.refused === 0 || send.sender === '') return;
    message.refused = 0;
    const at = message.lastAt + 0.2;
    const id = postfix.newId(at + this.dice.next());
    const stamp = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
    postfix.say(at, postfix.any('cleanup'), `${id}: message-id=<${stamp}.${id}@${postfix.relay.host}.relay.example>`);
    postfix.say(at + 0.1, postfix.any('bounce'), `${message.id}: sender non-delivery notification: ${id}`);
    postfix.qmgr(at + 0.3, `${id}: from=<>, size=${this.dice.int(3_000, 9_000)}, nrcpt=1 (queue active)`);
    const notice: Message = {
      postfix,
      id,
      at: at + 0.3,
      send: { ...send, sender: '', to: [send.sender], story: undefined, isForged: false },
      refused: 0,
      lastAt: at,
    };
    // Nobody reads under an invented sender; some domains take everything all the same.
    const trouble = send.isForged && this.dice.is(0.8) ? 'unknown' : undefined;
    this.attempt(notice, { to: send.sender, trouble, at: at + 20, attempt: 0 }, 0);
    postfix.qmgr(notice.lastAt + 0.4, `${id}: removed`);
  }
}

/** How far filters know a campaign, 0..1. */
function learned(story: Story | undefined): number {
  return story?.learnedAfter === undefined ? 1 : Math.min(1, story.recipients / story.learnedAfter);
}

/** Ends by itself: the next attempts get through. */
function isPassing(trouble: Trouble): boolean {
  return trouble === 'grey' || trouble === 'slow' || trouble === 'busy';
}

function tell(story: Story, send: Send, at: number): void {
  story.start = Math.min(story.start, at);
  story.end = Math.max(story.end, at);
  if (!story.senders.has(send.sender)) story.senders.set(send.sender, at);
  if (send.login !== undefined) story.logins.add(send.login);
  if (story.clientIps.size < 5_000) story.clientIps.add(send.client.ip);
  story.sent.push(at, send.to.length);
  story.messages++;
  story.recipients += send.to.length;
}

function seconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : String(Math.round(value * 100) / 100);
}
