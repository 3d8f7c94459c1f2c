// The customer an event is about. The attribution itself is in partners/; here the last answer is kept, because it is asked for several
// times for each message, and each accepted message is shown to the learned hints (partners/learned-hints.ts) once.
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { MailEvent, MessageHead } from '../../mail/event.js';
import { type Attribute, type Attribution, buildAttribution, hintableAddresses } from '../../partners/attribution.js';
import type { Directory } from '../../partners/directory.js';
import { LearnedHints } from '../../partners/learned-hints.js';

interface Answer {
  message: MessageHead;
  /** Kept because later log lines complete a message's head, after which the answer may be another. */
  sender: string;
  login: string | undefined;
  owner: Attribution;
}

export class Owners {
  /** Which client addresses carry one customer's mail, as learned; saved and restored by the log worker. */
  readonly hints: LearnedHints;
  private readonly attribute: Attribute;
  private readonly ids: ReadonlySet<string>;
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
    this.ids = new Set(directory.customers.map(({ id }) => id));
  }

  /** Customers that a name may belong to, read as a customer's id in whatever case, a login, a client address or network, or a sender. */
  candidates(name: string): string[] {
    const [address = ''] = name.split('/');
    const origins = [
      { login: name, sender: '' },
      { clientIp: address, sender: '' },
      { sender: name.includes('@') ? name : `@${name}` },
    ];
    const owners = origins.map((origin) => this.attribute(origin).customer);
    const lower = name.toLowerCase();
    // Asked by people, so the names need no second table.
    const named = [...this.ids].filter((id) => id.toLowerCase() === lower);
    return [...new Set([...named, ...owners, UNATTRIBUTED])];
  }

  /** Reports whether a customer has this id. */
  isCustomer(id: string): boolean {
    return this.ids.has(id);
  }

  /** The customer whose domain a sender is of; undefined for nobody's. */
  ofSender(sender: string): string | undefined {
    const { customer } = this.attribute({ sender });
    return customer === UNATTRIBUTED ? undefined : customer;
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
   * The customer an event counts for; undefined for the relay's own notifications, which are nobody's, and for failed logins. Learns from
   * an accepted message, once.
   */
  customerOf(event: MailEvent): string | undefined {
    if (event.kind === 'login-failed') return undefined;
    this.at = event.at;
    if (event.kind === 'refused') return this.attribute(event).customer;
    return (event.kind === 'accepted' ? this.arrived(event.message, event.at) : this.of(event.message))?.customer;
  }

  /** Whose message it is that was just accepted; learns from it. */
  arrived(message: MessageHead, at: number): Attribution | undefined {
    this.at = at;
    const owner = this.of(message);
    if (owner) this.learn(message, owner, at);
    return owner;
  }

  /** Learns from a message that was just accepted, whose owner is known; once from each. */
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
