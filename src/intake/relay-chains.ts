// Mail that one of our relays hands to another, as where customers hand in at one tier and another tier sends. In the log of the second it
// comes like any client's mail, without the login that the first has seen; it is the message that the first took.
//
//   relay1 4AAA: client=pc[192.0.2.5], sasl_username=ann   4AAA: message-id=<m1>   4AAA: from=<ann@x>, … (queue active)
//   relay2 4BBB: client=relay1.example[10.0.0.1]           4BBB: message-id=<m1>   4BBB: from=<ann@x>, … (queue active)
//   relay1 4AAA: to=<b@y>, relay=relay2.example[10.0.0.2]:25, …, status=sent (250 2.0.0 Ok: queued as 4BBB)
//
// What is known here is which of our relays hands to which, and what one has handed over while the other's lines have not come yet; and
// where the content filters are that a relay has on other hosts.
import type { OpenMessage } from './open-messages.js';

/** Names and addresses of our relays, in lower case → the host that a relay's log gives. */
export type OwnRelays = ReadonlyMap<string, string>;

/** The other log may be read this much later (log time). */
const LATE_MS = 10 * 60_000;
const MOST_EXPECTED = 5_000;
/** Addresses that were seen to be a relay's or a filter's; a provider has few. */
const MOST_ADDRESSES = 1_000;
/** Tiers one behind the other. */
const MOST_TIERS = 3;

/** Holds state; nothing here is known after a restart but by the next message. */
export class RelayChains {
  /** By relay the one that took its latest message. */
  private readonly next = new Map<string, string>();
  private readonly addresses = new Set<string>();
  /** By relay the addresses of content filters on other hosts, which hand back what it gave them. */
  private readonly filters = new Map<string, Set<string>>();
  /** By the queue id that the second relay gave, the oldest first. */
  private readonly expected = new Map<string, { before: OpenMessage; at: number }>();

  /** Reports whether a relay is known to hand its mail to another. */
  get areKnown(): boolean {
    return this.next.size > 0;
  }

  /** The relay by which mail of `relay` leaves our network, as far as its latest message told; undefined for itself. */
  leavesBy(relay: string): string | undefined {
    if (this.next.size === 0) return undefined;
    let last = this.next.get(relay);
    for (let tier = 1; tier < MOST_TIERS && last !== undefined; tier++) last = this.next.get(last) ?? last;
    return last === relay ? undefined : last;
  }

  /** Reports whether a client at that address is a relay of ours, by what it handed over before. */
  isRelay(ip: string | undefined): boolean {
    return ip !== undefined && this.addresses.size > 0 && this.addresses.has(ip);
  }

  /** A message of `relay` is one that `next` took, from that address. */
  learn(relay: string, next: string, ip: string | undefined): void {
    this.next.set(relay, next);
    if (ip !== undefined && this.addresses.size < MOST_ADDRESSES) this.addresses.add(ip);
  }

  /** Reports whether a content filter of the relay is at that address, by what it handed back before. */
  isFilter(relay: string, ip: string | undefined): boolean {
    return ip !== undefined && this.filters.size > 0 && this.filters.get(relay)?.has(ip) === true;
  }

  /** What was sent to that address came back from there, as its reply said. */
  learnFilter(relay: string, ip: string): void {
    const known = this.filters.get(relay) ?? new Set();
    this.filters.set(relay, known);
    if (known.size < MOST_ADDRESSES) known.add(ip);
  }

  /** A message of `relay` went to somebody else. */
  leftStraight(relay: string): void {
    this.next.delete(relay);
  }

  /**
   * The other relay has taken `before` under a queue id of which no line has come yet. Reports whether its lines are to be waited for: it has
   * taken the message before this one, too, and its log is read.
   */
  expect(queueId: string, before: OpenMessage, next: string, now: number): boolean {
    if (this.next.get(before.scope.relay) !== next) return false;
    for (const [old, { at }] of this.expected) {
      if (this.expected.size < MOST_EXPECTED && Math.abs(now - at) <= LATE_MS) break;
      this.expected.delete(old);
    }
    this.expected.set(queueId, { before, at: now });
    return true;
  }

  /** The message that is known to have become `message`, which comes only now. */
  expectedAs({ queueId, scope, head }: OpenMessage): OpenMessage | undefined {
    const before = this.expected.get(queueId)?.before;
    if (!before || before.scope.relay === scope.relay || before.head.messageId !== head.messageId) return undefined;
    this.expected.delete(queueId);
    return before;
  }
}
