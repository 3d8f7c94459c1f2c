// Under what name a receiver is counted: the mail provider, known by the host that was spoken to or by the recipient's domain; else that
// domain itself, once it has had enough mail. The many domains with a few messages each are counted together, or they would fill the file.
import { getDomain } from 'tldts';
import { providers } from '../../intake/replies/index.js';
import { recogniser } from '../../intake/replies/recognise.js';
import { domainOf } from '../../mail/address.js';
import type { Delivery } from '../../mail/event.js';
import { OTHER } from './counter-cells.js';

/** Deliveries from which on a domain is counted by its own name. A single mailing to one company is not enough. */
const NAMED_FROM = 100;
/** Domains counted by their own name at a time: with the providers, all but a few per cent of a relay's mail. */
const MOST_NAMED = 400;
/** Hosts and domains remembered; when there are more, those that are not counted by their own name are forgotten. */
const REMEMBERED = 50_000;

/** A name that mail is counted under; always the same object for a name. */
export interface Receiver {
  readonly name: string;
  /** Consecutive, from 0 on. */
  readonly number: number;
}

interface Domain {
  /** What it is counted as now: OTHER at first. */
  receiver: Receiver;
  /** The registered domain, its name once it is counted by its own. */
  readonly registered: string;
  deliveries: number;
}

/** A mail host: its provider; if unknown, the recipient domain of its last mail, which is mostly that of the next. */
interface Host {
  provider: Receiver | undefined;
  /** That domain, with an `@` before it. */
  behind: string;
  domain: Domain | undefined;
}

export class Receivers {
  private readonly known = recogniser(providers);
  private readonly byHost = new Map<string, Host>();
  private readonly byDomain = new Map<string, Domain>();
  private readonly registered = new Map<string, Domain>();
  private readonly receivers = new Map<string, Receiver>();
  private readonly other = this.called(OTHER);
  private named = 0;

  /** The receiver of a delivery attempt: named by a provider's id, a registered domain, or OTHER. */
  of({ remoteHost, recipient }: Delivery): Receiver {
    if (remoteHost === undefined) return this.ofDomain(domainOf(recipient));
    const host = this.byHost.get(remoteHost) ?? this.hostSeen(remoteHost);
    if (host.provider !== undefined) return host.provider;
    if (host.domain === undefined || !recipient.endsWith(host.behind)) {
      const domain = domainOf(recipient);
      host.behind = `@${domain}`;
      host.domain = this.domain(domain);
    }
    return this.count(host.domain);
  }

  /** The same by the domain of a recipient or of a feedback report's sender. */
  ofDomain(domain: string): Receiver {
    return this.count(this.domain(domain));
  }

  private domain(text: string): Domain {
    return this.byDomain.get(text) ?? this.domainSeen(text);
  }

  private count(domain: Domain): Receiver {
    if (domain.receiver === this.other && ++domain.deliveries === NAMED_FROM) this.name(domain);
    return domain.receiver;
  }

  private hostSeen(text: string): Host {
    const [provider] = this.known.byHost(text);
    if (this.byHost.size >= REMEMBERED) this.byHost.clear();
    const host = {
      provider: provider === undefined ? undefined : this.called(provider),
      behind: '',
      domain: undefined,
    };
    this.byHost.set(text, host);
    return host;
  }

  private domainSeen(text: string): Domain {
    if (this.byDomain.size >= REMEMBERED) this.forget();
    const [provider] = this.known.byDomain(text);
    const one =
      provider === undefined
        ? this.registeredOf(text)
        : { receiver: this.called(provider), registered: provider, deliveries: 0 };
    this.byDomain.set(text, one);
    return one;
  }

  /** The registered domain of a domain: its subdomains count together. */
  private registeredOf(text: string): Domain {
    const registered = getDomain(text) ?? text;
    let one = this.registered.get(registered);
    if (!one) {
      one = { receiver: this.other, registered, deliveries: 0 };
      this.registered.set(registered, one);
    }
    return one;
  }

  private name(one: Domain): void {
    if (this.named >= MOST_NAMED) return;
    this.named++;
    one.receiver = this.called(one.registered);
  }

  private called(name: string): Receiver {
    let receiver = this.receivers.get(name);
    if (!receiver) {
      receiver = { name, number: this.receivers.size };
      this.receivers.set(name, receiver);
    }
    return receiver;
  }

  /** Forgets what is not counted by its own name; and everything when all own names are given, so that the domains busy now get one. */
  private forget(): void {
    this.byDomain.clear();
    this.byHost.clear();
    for (const [registered, { receiver }] of this.registered)
      if (receiver === this.other) this.registered.delete(registered);
    if (this.named < MOST_NAMED) return;
    this.registered.clear();
    this.named = 0;
  }
}
