// Counts mail by the hour, in memory between two commits, in six ways: mail of a customer by relay, sender, login, network and outbound
// address, and mail of an outbound address by receiver. Every event of a log passes here, so an event whose names were seen before
// allocates nothing: the route of a sender remembers the cells of its last message, which are mostly those of the next.
//
// What counts. A message counts once, where it came in. Attempts count by how they ended (retries are deferrals each), recipients once.
// A report that mail came back after the receiver had taken it is no attempt: `sent` stays as it was and `lateBounced` says how many of
// them came back, so that sent + deferred + bounced are the attempts there were. What it says of the recipient (unknown, refused as spam)
// counts as from any refusal.
import type { ReplyMeaning } from '../../intake/replies/index.js';
import { type Complaint, type Delivery, isAccusation, type MailEvent } from '../../mail/event.js';
import type { Relay } from '../../partners/directory.js';
import { refusalOf } from '../clues/outcome.js';
import { type Budget, type Came, CountedHour, type Exit, type Place } from './counted-hour.js';
import { AT, type CounterRow } from './counter-cells.js';
import { Outbound } from './outbound.js';
import { Receivers } from './receivers.js';

const HOUR_MS = 3_600_000;
/** The current hour keeps its cells over a commit, unless they are more than this. */
const KEPT_CELLS = 200_000;
/** Cells that can be made between two commits. After that, new senders, logins and networks are counted as OTHER. */
const MOST_CELLS = 1_000_000;
/** Different hours between two commits. A log whose times are garbage may have more; events of those count in the current hour. */
const MOST_HOURS = 500;
/** More recipients than a message ever has. Sums have 32 bits: garbage in a log must not make them overflow. */
const MOST_RECIPIENTS = 100_000;

/** Where a sender's last message was counted. Kept with its Route (routes.ts), so that the sender need not be looked up here too. */
export interface Spot {
  hour: CountedHour | undefined;
  place: Place | undefined;
}

export class Counters {
  private hours = new Map<number, CountedHour>();
  private current: CountedHour | undefined;
  private readonly budget: Budget = { left: MOST_CELLS };
  private readonly receivers = new Receivers();
  private readonly outbound: Outbound;

  /** `relays` have the outbound addresses of each relay. */
  constructor(relays: readonly Relay[] = []) {
    this.outbound = new Outbound(relays);
  }

  /** Reports whether the rows should be taken soon, before new names are counted as OTHER. */
  get isFull(): boolean {
    return this.budget.left < MOST_CELLS / 2 || this.hours.size > MOST_HOURS / 2;
  }

  /** Counts an event for its customer; `meaning` is what the reply of a delivery says; `spot` is that of the customer's sender. */
  count(event: MailEvent, customer: string, meaning: ReplyMeaning | undefined, spot?: Spot): void {
    switch (event.kind) {
      case 'login-failed':
      case 'host-refused':
        return;
      case 'accepted': {
        const hour = this.hourOf(event.at);
        const place = placeIn(hour, customer, event.message, spot);
        hour.add(place, AT.messages, 1);
        hour.add(place, AT.recipients, Math.min(event.message.recipientCount, MOST_RECIPIENTS));
        return;
      }
      case 'delivery':
        this.delivered(event, customer, meaning, spot);
        return;
      case 'refused': {
        const hour = this.hourOf(event.at);
        hour.add(hour.placeOf(hour.customer(customer), event), AT.refused, 1);
        return;
      }
      case 'complaint':
        if (isAccusation(event)) this.complained(event, customer);
        return;
      default:
        event satisfies never;
    }
  }

  /** Counts recipients that the customer had not written to before the event. */
  countNew(event: Delivery, customer: string, recipients: number, spot?: Spot): void {
    const hour = this.hourOf(event.at);
    hour.add(placeIn(hour, customer, event.message, spot), AT.newRecipients, recipients);
  }

  /** The sums since the last call, as rows. */
  take(): CounterRow[] {
    return [...this.rows()];
  }

  /** The same one by one, because all rows of a long log at once would take much memory. The caller must read it to the end. */
  *rows(): Generator<CounterRow, void> {
    const { current } = this;
    // The current hour keeps its cells, because its names come again, and because the bound on names holds for the whole hour.
    const kept = current && current.cells.size <= KEPT_CELLS ? current : undefined;
    for (const hour of this.hours.values()) {
      yield* hour.cells.take(hour.hour);
      if (hour !== kept) hour.drop();
    }
    this.current = kept;
    this.hours = new Map(kept ? [[kept.hour, kept]] : []);
    this.budget.left = MOST_CELLS - (kept?.cells.size ?? 0);
  }

  private delivered(
    event: Delivery,
    customer: string,
    meaning: ReplyMeaning | undefined,
    spot: Spot | undefined,
  ): void {
    const hour = this.hourOf(event.at);
    const place = placeIn(hour, customer, event.message, spot);
    const exit = this.exitOf(hour, place, event);
    const outbound = exit.cell;
    const receiver = hour.receiverCell(exit, this.receivers.of(event));
    hour.addOne(place, outbound, receiver, endOf(event));
    if (event.status === 'sent') return;
    const refusal = refusalOf(event, meaning);
    if (refusal === 'unknown-user') hour.addOne(place, outbound, receiver, AT.unknownUsers);
    if (refusal === 'content') hour.addOne(place, outbound, receiver, AT.contentRefusals);
    if (isAboutAddress(meaning)) hour.addOne(place, outbound, receiver, AT.ipBlocks);
  }

  /** A complaint's report may know less of the message than the log: the sender may be missing, and the relay follows from the address. */
  private complained(event: Complaint, customer: string): void {
    const { message, outboundIp } = event;
    const hour = this.hourOf(event.at);
    const owner = hour.customer(customer);
    const relay = message.relay || this.outbound.relayOf(outboundIp);
    const address = this.outbound.of(outboundIp, relay);
    const { sender, login, clientIp } = message;
    const place = hour.placeOf(owner, { relay, sender, login, clientIp }, sender !== '');
    const exit = hour.exitOf(owner, address);
    const receiver = hour.receiverCell(exit, this.receivers.ofDomain(event.reporter.toLowerCase()));
    hour.addOne(place, exit.cell, receiver, AT.complaints);
  }

  /** The outbound address of a delivery: that in the log, else that of its relay. */
  private exitOf(hour: CountedHour, { owner, route }: Place, event: Delivery): Exit {
    if (event.outboundIp !== undefined) return hour.exitOf(owner, this.outbound.of(event.outboundIp, route.relay));
    route.exit ??= hour.exitOf(owner, this.outbound.of(undefined, event.message.relay));
    return route.exit;
  }

  private hourOf(at: number): CountedHour {
    const { current } = this;
    if (current && at >= current.from && at < current.from + HOUR_MS) return current;
    const hour = Math.floor(at / HOUR_MS);
    let counted = this.hours.get(hour);
    if (!counted) {
      if (current && this.hours.size >= MOST_HOURS) return current;
      counted = new CountedHour(hour, this.budget);
      this.hours.get(hour - 2)?.close();
      this.hours.set(hour, counted);
    }
    this.current = counted;
    return counted;
  }
}

/** The cells of a message: those of the spot, if it came in the same way as its sender's last one. */
function placeIn(hour: CountedHour, customer: string, came: Came, spot: Spot | undefined): Place {
  const known = spot?.place;
  const isSame =
    known !== undefined &&
    spot?.hour === hour &&
    known.login === came.login &&
    known.clientIp === came.clientIp &&
    known.route.relay === came.relay;
  if (isSame) return known;
  const place = hour.placeOf(hour.customer(customer), came);
  if (spot) {
    spot.hour = hour;
    spot.place = place;
  }
  return place;
}

/** The sum that an attempt adds to. */
function endOf({ status, isLate }: Delivery): number {
  if (status === 'sent') return AT.sent;
  if (status === 'deferred') return AT.deferred;
  return isLate ? AT.lateBounced : AT.bounced;
}

function isAboutAddress(meaning: ReplyMeaning | undefined): boolean {
  return meaning?.isPermanent === true && (meaning.meaning === 'ip-block' || meaning.meaning === 'dnsbl');
}
