// Whose mail an event is about. Asked twice for each, by the counters and by the judgement, so the last answer is kept.
import type { MailEvent, MessageHead } from '../mail/event.js';
import { type Attribute, type Attribution, buildAttribution } from '../partners/attribution.js';
import type { Directory } from '../partners/directory.js';

interface Answer {
  message: MessageHead;
  /** A head is completed by later lines, and then it is another question. */
  sender: string;
  login: string | undefined;
  owner: Attribution;
}

export class Owners {
  private attribute: Attribute;
  private last: Answer | undefined;

  constructor(
    directory: Directory,
    private readonly localDomains: readonly string[],
  ) {
    this.attribute = buildAttribution(directory, { localDomains });
  }

  setDirectory(directory: Directory): void {
    this.attribute = buildAttribution(directory, { localDomains: this.localDomains });
    this.last = undefined;
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

  /** The customer an event counts for; undefined for notifications, which are nobody's, and for failed logins. */
  customerOf(event: MailEvent): string | undefined {
    if (event.kind === 'login-failed') return undefined;
    if (event.kind === 'complaint' && event.customer !== undefined) return event.customer;
    return event.kind === 'refused' ? this.attribute(event).customer : this.of(event.message)?.customer;
  }
}
