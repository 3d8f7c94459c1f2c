// Mail per hour, counted six ways between two commits: of a customer by relay, sender, login, network and outbound address, of an outbound
// address by receiver. Every event of a log passes here, so nothing is written as text or allocated for one whose names were seen before:
// a customer's sender leads to the cells of its last message, which are mostly those of this one.
//
// What counts. A message counts once, where it came in. Attempts count by how they ended (retries are deferrals each), recipients once.
// A report that mail came back after the receiver had taken it is no attempt: `sent` stays as it was and `lateBounced` says how many of
// them came back, so that sent + deferred + bounced are the attempts there were. What it says of the recipient (unknown, refused as spam)
// counts as from any refusal.
import type { ReplyMeaning } from '../intake/replies/index.js';
import { type Complaint, type Delivery, isAccusation, type MailEvent } from '../mail/event.js';
import type { Relay } from '../partners/directory.js';
import { type Budget, type Came, CountedHour, type Exit, type Place } from './counted-hour.js';
import { AT, type CounterRow } from './counter-cells.js';
import { Outbound } from './outbound.js';
import { refusalOf } from './outcome.js';
import { Receivers } from './receivers.js';

export { AT, type CounterRow, KINDS, type Kind, OTHER, SUMS, type SumName, type Sums } from './counter-cells.js';

const HOUR_MS = 3_600_000;
/** Cells that are kept from one commit to the next; what is beyond is looked up anew. */
const KEPT_CELLS = 200_000;
/** Cells between two commits. Beyond, new senders, logins and networks are counted as OTHER. */
const MOST_CELLS = 1_000_000;
/** Hours between two commits. A log whose times are garbage has more, and counts them in the wrong hour. */
const MOST_HOURS = 500;
/** More than a message ever has. Sums have 32 bits between two commits: garbage must not make them wrap. */
const MOST_RECIPIENTS = 100_000;

/** Where a sender's last message was counted: kept by whoever looks the sender up anyway, so that it is not looked up here too. */
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

  /** `relays` say which address a relay's mail leaves from. */
  constructor(relays: readonly Relay[] = []) {
    this.outbound = new Outbound(relays);
  }

  setRelays(relays: readonly Relay[]): void {
    this.outbound.setRelays(relays);
  }

  /** Reports that it is time to take the rows, before new names lose theirs. */
  get isFull(): boolean {
    return this.budget.left < MOST_CELLS / 2 || this.hours.size > MOST_HOURS / 2;
  }

  /** Counts an event for its customer; `meaning` is what the reply of a delivery says. A `spot` is of one customer and sender. */
  count(event: MailEvent, customer: string, meaning: ReplyMeaning | undefined, spot?: Spot): void {
    switch (event.kind) {
      case 'login-failed':
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

  /** The sums since the last call. */
  take(): CounterRow[] {
    return [...this.rows()];
  }

  /** The same one by one: after a long stretch of log, all at once would be a good part of the memory. To be walked to the end. */
  *rows(): Generator<CounterRow, void> {
    const { current } = this;
    // The running hour keeps its cells: its names come again, and how many they are is to be known.
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

  /** Of a customer, its sender, the address that handed the message over, and who reports. The report may know no more than that. */
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

  /** Where it left: as the log says, else as its relay's mail does. */
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

/** The spot's place, if the message came in as the one before it. */
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

function endOf({ status, isLate }: Delivery): number {
  if (status === 'sent') return AT.sent;
  if (status === 'deferred') return AT.deferred;
  return isLate ? AT.lateBounced : AT.bounced;
}

function isAboutAddress(meaning: ReplyMeaning | undefined): boolean {
  return meaning?.isPermanent === true && (meaning.meaning === 'ip-block' || meaning.meaning === 'dnsbl');
}
