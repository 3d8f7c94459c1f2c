// Whose mail an event is about. Asked twice for each, by the counters and by the judgement, so the last answer is kept. What client
// addresses teach is learned here too, once for each message.
import { UNATTRIBUTED } from '../mail/customer.js';
import type { MailEvent, MessageHead } from '../mail/event.js';
import { type Attribute, type Attribution, buildAttribution, hintableAddresses } from '../partners/attribution.js';
import type { Directory } from '../partners/directory.js';
import { LearnedHints } from '../partners/learned-hints.js';

interface Answer {
  message: MessageHead;
  /** A head is completed by later lines, and then it is another question. */
  sender: string;
  login: string | undefined;
  owner: Attribution;
}

export class Owners {
  /** What is learned of addresses; saved and restored with the rest. */
  readonly hints: LearnedHints;
  private attribute: Attribute;
  /** Customers' ids by their lower case. */
  private ids: ReadonlyMap<string, string[]>;
  private last: Answer | undefined;
  /** The last message that was learned from. */
  private learned: MessageHead | undefined;
  /** Time of the latest event; ms. */
  private at = 0;

  constructor(
    directory: Directory,
    private readonly localDomains: readonly string[],
  ) {
    this.hints = new LearnedHints(hintableAddresses(directory));
    this.attribute = this.attributionBy(directory);
    this.ids = idsOf(directory);
  }

  setDirectory(directory: Directory): void {
    this.hints.setDirectory(hintableAddresses(directory));
    this.attribute = this.attributionBy(directory);
    this.ids = idsOf(directory);
    this.last = undefined;
  }

  /** Customers that a name may be of: a customer's own id, whatever the case, or a login, client address or network, or sender. */
  candidates(name: string): string[] {
    const [address = ''] = name.split('/');
    const origins = [
      { login: name, sender: '' },
      { clientIp: address, sender: '' },
      { sender: name.includes('@') ? name : `@${name}` },
    ];
    const owners = origins.map((origin) => this.attribute(origin).customer);
    return [...new Set([...(this.ids.get(name.toLowerCase()) ?? []), ...owners, UNATTRIBUTED])];
  }

  /** Whose message it is; undefined for the relay's own notifications. */
  of(message: MessageHead): Attribution | undefined {
    if (message.origin === 'notification') return undefined;
    const { last } = this;
    const { sender, login } = message;
    if (last && last.message === message && last.sender === sender && last.login === login) return last.owner;
    const owner = this.attribute(message);
    this.last = { message, sender, login, owner };
    return owner;
  }

  /**
   * The customer an event counts for; undefined for notifications, which are nobody's, and for failed logins. A message that came in is
   * learned from, once.
   */
  customerOf(event: MailEvent): string | undefined {
    if (event.kind === 'login-failed') return undefined;
    this.at = event.at;
    if (event.kind === 'complaint' && event.customer !== undefined) return event.customer;
    if (event.kind === 'refused') return this.attribute(event).customer;
    return (event.kind === 'accepted' ? this.arrived(event.message, event.at) : this.of(event.message))?.customer;
  }

  /** Whose a message is that just came in; it is learned from. */
  arrived(message: MessageHead, at: number): Attribution | undefined {
    this.at = at;
    const owner = this.of(message);
    if (owner) this.learn(message, owner, at);
    return owner;
  }

  /** Learns from a message that just came in and is known to be somebody's; once from each. */
  learn(message: MessageHead, owner: Attribution, at: number): void {
    if (this.learned === message) return;
    this.learned = message;
    this.hints.note(message, owner, at);
  }

  private attributionBy(directory: Directory): Attribute {
    const { localDomains } = this;
    return buildAttribution(directory, { localDomains, hintFor: (clientIp) => this.hints.hintFor(clientIp, this.at) });
  }
}

function idsOf({ customers }: Directory): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id } of customers) ids.set(id.toLowerCase(), [...(ids.get(id.toLowerCase()) ?? []), id]);
  return ids;
}
