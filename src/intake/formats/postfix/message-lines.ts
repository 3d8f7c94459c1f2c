// The lines about one message, `queueid: text`, each handed to the joiner as what it says. Grammar: Postfix' own sources (log_adhoc.c,
// smtpd.c, opened.c, qmgr_active.c, cleanup_message.c, cleanup_milter.c, pickup.c, bounce/), 3.4 to 3.11.
//
// Addresses, HELO names and remote replies are written by outsiders and may hold anything, our own separators included.
import type { MailEvent } from '../../../mail/event.js';
import type { Joiner } from '../../join.js';
import { QueueId } from '../../open-messages.js';
import { letters, type Page, SPACE, word } from '../page.js';
import { endOfLogin, ORIGINAL_CLIENT, ORIGINAL_ID, startOfLogin } from './client-fields.js';
import { DeliveryReader } from './delivery.js';
import { endOfAddress, endOfQueueId, readInteger } from './fields.js';
import { Fronts } from './fronts.js';
import { readHostRefusal } from './host-refusal.js';
import type { Names } from './names.js';
import type { Role } from './origin.js';
import { isReject, readRefusal } from './refusal.js';
import { Sessions } from './sessions.js';

/** `to=`, without what follows: somebody may have taken the bracket away. */
const TO = letters('to=\0');
const THREE_LETTERS = 0xffffff;
const FROM = word('from=');
const CLIENT = word('client=');
const MESSAGE_ID = word('message-id=');
const RESENT_MESSAGE_ID = word('resent-message-id=');
const REMOVED = word('removed');
const UID = word('uid=');
const SIZE = word(', size=');
const COUNT = word(', nrcpt=');
const STATUS = word(', status=');
const QUEUED_ANEW = word(' orig_id=');
const NOTIFICATION = word(' notification: ');
const MILTER_DISCARD = word('milter-discard: ');
const DISCARD = word('discard: ');
const PICKUP_SENDER = word(' from=<');
const QUEUED_AS = word('queued as ');
const DELIVERED_VIA = word('delivered via ');

/** `: ` stands between a queue id and the text. */
const BEHIND_ID = 2;
const COMMA = 0x2c;
const LESS = 0x3c;
const GREATER = 0x3e;

/** `known`: taken, or nothing that concerns us; `unknown`: a line of the kind we should be able to read. */
export type Reading = 'known' | 'unknown';

/** Holds what is between lines; one for each format's intake, since a message's lines may be in several logs. */
export class MessageLines {
  readonly id = new QueueId();
  readonly sessions = new Sessions();
  readonly fronts: Fronts;
  private readonly other = new QueueId();
  private readonly delivery: DeliveryReader;

  constructor(
    private readonly joiner: Joiner,
    private readonly names: Names,
  ) {
    this.delivery = new DeliveryReader(names);
    this.fronts = new Fronts(joiner, names, this.sessions);
  }

  /** Reads bytes[from, end), what follows the queue id in `this.id`. */
  read(role: Role, page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    const reading = this.readAs(role, page, from, end, take);
    const { handOvers } = this.joiner;
    if (handOvers.untold.length > 0) handOvers.tellUntold(take);
    return reading;
  }

  private readAs(role: Role, page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    if ((page.word(from) & THREE_LETTERS) === TO) return this.readDelivery(page, from, end, take);
    switch (role) {
      case 'smtpd':
        return page.has(CLIENT, from) ? this.readClient(page, from, end) : this.readReject(page, from, end, take);
      case 'cleanup':
        return this.readCleanup(page, from, end, take);
      case 'qmgr':
        return this.readQmgr(page, from, end, take);
      case 'pickup':
        return this.readPickup(page, from, end);
      case 'bounce':
        return this.readNotification(page, from, end);
      case 'delivery':
        return this.readHostRefusal(page, from, end, take);
      case 'postsuper':
        if (page.has(REMOVED, from)) this.joiner.removed(this.id);
        return 'known';
      default:
        return 'known';
    }
  }

  private readDelivery(page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    const line = this.delivery.read(page, from, end);
    if (line !== 'attempt') return line === 'probe' ? 'known' : 'unknown';
    this.tellAwaited(take);
    if (this.delivery.takenAt > 0 && this.readTaken(page, this.delivery.takenAt, end)) return 'known';
    const event = this.joiner.delivered(this.id, this.delivery);
    if (event) take(event);
    return 'known';
  }

  // 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4BBB
  // delivered via spamassassin service
  /** Reports whether another of our relays took the message, the lines of which tell the rest. */
  private readTaken(page: Page, from: number, end: number): boolean {
    if (page.has(DELIVERED_VIA, from)) {
      const at = from + DELIVERED_VIA.length;
      const nameEnd = page.findByte(SPACE, at, end);
      if (nameEnd > 0) this.joiner.taken(this.id, page.text(at, nameEnd));
      return false;
    }
    const found = page.find(QUEUED_AS, from, end);
    const next = found < 0 ? undefined : this.otherId(page, found + QUEUED_AS.length, end);
    return next !== undefined && this.joiner.handedOver(this.id, next, this.delivery);
  }

  private tellAwaited(take: (event: MailEvent) => void): void {
    const accepted = this.joiner.isWaiting ? this.joiner.awaited(this.id) : undefined;
    if (accepted) take(accepted);
  }

  // client=mail.example[192.0.2.11]:40123, sasl_method=LOGIN, sasl_username=ann@customer.example, sasl_sender=S, orig_queue_id=ID,
  //   orig_client=…
  private readClient(page: Page, from: number, end: number): Reading {
    const { hosts, senders } = this.names;
    const rest = page.findByte(COMMA, from + CLIENT.length, end);
    const { name, ip, isNear, relay } = hosts.get(page, from + CLIENT.length, rest < 0 ? end : rest);
    if (name === undefined) return 'unknown';
    const loginAt = rest < 0 ? -1 : startOfLogin(page, rest, end);
    const loginEnd = loginAt < 0 ? rest : endOfLogin(page, loginAt, end);
    const hasMore = loginEnd >= 0 && loginEnd < end;
    const original = hasMore ? page.find(ORIGINAL_ID, loginEnd, end) : -1;
    const passedOn = hasMore ? page.find(ORIGINAL_CLIENT, loginEnd, end) : -1;
    const login = loginAt < 0 ? undefined : senders.get(page, loginAt, loginEnd);
    const isFromWithin = isNear && login === undefined;
    const isSameSession = this.sessions.hasBefore(this.id.scope, page, from - BEHIND_ID - this.id.length);
    // A filter or proxy keeps its own connection, whatever the client did.
    const isSameClient = !isNear && passedOn < 0;
    const own = {
      name,
      ip,
      login,
      isFromWithin,
      relay: relay === this.id.scope.relay ? undefined : relay,
      isSameSession: isSameClient ? isSameSession : undefined,
    };
    this.joiner.arrived(
      this.id,
      isFromWithin && passedOn >= 0
        ? this.fronts.clientOf(own, this.id.scope.relay, hosts.get(page, passedOn + ORIGINAL_CLIENT.length, end))
        : own,
      original < 0 ? undefined : this.otherId(page, original + ORIGINAL_ID.length, end),
    );
    return 'known';
  }

  private readCleanup(page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    if (page.has(MESSAGE_ID, from)) {
      this.joiner.identified(this.id, page.text(from + MESSAGE_ID.length, end), false);
    } else if (page.has(RESENT_MESSAGE_ID, from)) {
      this.joiner.identified(this.id, page.text(from + RESENT_MESSAGE_ID.length, end), true);
    } else if (page.has(MILTER_DISCARD, from) || page.has(DISCARD, from)) {
      this.joiner.removed(this.id);
    } else if (isReject(page, from)) {
      this.readReject(page, from, end, take);
      // Refused while it came in: the queue file is taken away without a `removed`.
      this.joiner.removed(this.id);
    }
    return 'known';
  }

  private readReject(page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    if (!isReject(page, from)) return 'known';
    const event = readRefusal(page, from, end, { at: this.joiner.now, relay: this.id.scope.relay }, this.names);
    if (!event) return 'known';
    const login = event.login ?? this.joiner.loginOf(this.id);
    take(login === undefined ? event : { ...event, login });
    return 'known';
  }

  // from=<ann@customer.example>, size=277725, nrcpt=1 (queue active)
  // from=<ann@customer.example>, status=expired, returned to sender
  private readQmgr(page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    if (page.has(REMOVED, from)) {
      this.joiner.removed(this.id);
      return 'known';
    }
    if (!page.has(FROM, from)) return 'known';
    // Some who pass logs on take the brackets away.
    const isBare = page.byte(from + FROM.length) !== LESS;
    const start = from + FROM.length + (isBare ? 0 : 1);
    const behind = isBare ? 0 : 1;
    let close = isBare ? page.findByte(COMMA, start, end) : endOfAddress(page, start, end);
    while (close >= 0 && !page.has(SIZE, close + behind) && !page.has(STATUS, close + behind)) {
      close = page.findByte(isBare ? COMMA : GREATER, close + 1, end);
    }
    if (close < 0) return 'unknown';
    const field = close + behind;
    if (page.has(STATUS, field)) {
      const reply = page.text(field + STATUS.length, end);
      this.tellAwaited(take);
      for (const event of this.joiner.expired(this.id, reply)) take(event);
      return 'known';
    }
    const countAt = page.findByte(COMMA, field + SIZE.length, end);
    if (countAt < 0 || !page.has(COUNT, countAt)) return 'unknown';
    const sender = this.names.senders.get(page, start, close);
    const count = readInteger(page, countAt + COUNT.length);
    const event = this.joiner.queued(this.id, sender, readInteger(page, field + SIZE.length), count);
    if (event) take(event);
    return 'known';
  }

  // uid=1000 from=<ann>, with orig_id=OLDID when `postsuper -r` put it back
  private readPickup(page: Page, from: number, end: number): Reading {
    if (!page.has(UID, from)) return 'known';
    const original = page.find(QUEUED_ANEW, from, end);
    const senderAt = page.find(PICKUP_SENDER, from, end);
    const senderEnd = senderAt < 0 ? -1 : endOfAddress(page, senderAt + PICKUP_SENDER.length, end);
    this.joiner.pickedUp(
      this.id,
      senderEnd < 0 ? '' : this.names.senders.get(page, senderAt + PICKUP_SENDER.length, senderEnd),
      original < 0 ? undefined : this.otherId(page, original + QUEUED_ANEW.length, end),
    );
    return 'known';
  }

  // sender non-delivery notification: 4drhrz45jlz3NZd (also "sender delay", "sender delivery status", "postmaster non-delivery")
  private readHostRefusal(page: Page, from: number, end: number, take: (event: MailEvent) => void): Reading {
    const said = readHostRefusal(page, from, end, this.names);
    if (said) take({ kind: 'host-refused', at: this.joiner.now, message: this.joiner.headOf(this.id), ...said });
    return 'known';
  }

  private readNotification(page: Page, from: number, end: number): Reading {
    const found = page.find(NOTIFICATION, from, end);
    const id = found < 0 ? undefined : this.otherId(page, found + NOTIFICATION.length, end);
    if (id) this.joiner.written(id);
    return found >= 0 && !id ? 'unknown' : 'known';
  }

  /** The queue id at `from`, of another message of the same queue. */
  private otherId(page: Page, from: number, end: number): QueueId | undefined {
    const idEnd = endOfQueueId(page, from);
    return idEnd < 0 || idEnd > end ? undefined : this.other.load(this.id.scope, page, from, idEnd);
  }
}
