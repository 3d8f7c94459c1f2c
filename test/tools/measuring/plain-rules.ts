// The peer that detection is held against: fixed counts within a clock hour, as relay software and panels have them. Declared bulk
// senders are left alone, and a sender may do three times what its busiest hour was.

import { meaningOf, refusalOf } from '../../../src/detection/clues/outcome.js';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import type { Route } from '../../../src/detection/identities/routes.js';
import type { Accepted, Delivery, MailEvent } from '../../../src/mail/event.js';
import { DAY, HOUR } from '../provider/world.js';

/** Recipients an hour; of at least so many, so many unknown; networks (/16) of a login; new senders behind an entry, and on day one. */
const RULES = { recipients: 250, of: 20, unknown: 0.2, networks: 4, networkRecipients: 30, senders: 12, firstDay: 40 };
const TIMES_BUSIEST = 3;

interface Hour {
  hour: number;
  since: number;
  messages: number;
  recipients: number;
  unknown: number;
  newSenders: number;
  senders: Set<string>;
  clientIps: Set<string>;
  networks: Set<string>;
}

/** Holds state. */
export class PlainRules {
  private readonly hours = new Map<string, Hour>();
  private readonly busiest = new Map<string, number>();
  private readonly known = new Map<string, Set<string>>();
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly start: number) {}

  /** Counts an event; answers what breaks a rule. */
  take(event: MailEvent, route: Route | undefined): CompromiseFinding[] {
    if (!route || route.owner.isDeclaredBulk || (event.kind !== 'accepted' && event.kind !== 'delivery')) return [];
    const { customer } = route.owner;
    const sender = this.counted(`${customer}|${event.message.sender}`, event);
    const entry = this.counted(route.entry.key, event);
    const login = event.message.login;
    if (this.isTooMuch(sender, `${customer}|${event.message.sender}`) || this.isFromEverywhere(sender, login))
      return this.told(`${customer}|${event.message.sender}`, sender, customer, login, event.at);
    if (this.areInvented(entry, event.at)) return this.told(route.entry.key, entry, customer, login, event.at);
    return [];
  }

  private counted(key: string, event: Accepted | Delivery): Hour {
    const hour = this.hourOf(key, event.at);
    const { message } = event;
    if (event.kind === 'delivery') {
      if (refusalOf(event, meaningOf(event)) === 'unknown-user') hour.unknown++;
      return hour;
    }
    hour.messages++;
    hour.recipients += message.recipientCount;
    hour.senders.add(message.sender);
    if (message.clientIp !== undefined) {
      hour.clientIps.add(message.clientIp);
      hour.networks.add(message.clientIp.split(/[.:]/, 2).join('.'));
    }
    const known = this.known.get(key) ?? new Set();
    if (!known.has(message.sender)) hour.newSenders++;
    this.known.set(key, known.add(message.sender));
    return hour;
  }

  private hourOf(key: string, at: number): Hour {
    const hour = Math.floor(at / HOUR);
    const last = this.hours.get(key);
    if (last?.hour === hour) return last;
    if (last) this.busiest.set(key, Math.max(this.busiest.get(key) ?? 0, last.recipients));
    const next: Hour = {
      ...{ hour, since: at, messages: 0, recipients: 0, unknown: 0, newSenders: 0 },
      ...{ senders: new Set(), clientIps: new Set(), networks: new Set() },
    };
    this.hours.set(key, next);
    return next;
  }

  private isTooMuch({ recipients, unknown }: Hour, key: string): boolean {
    if (recipients >= Math.max(RULES.recipients, TIMES_BUSIEST * (this.busiest.get(key) ?? 0))) return true;
    return recipients >= RULES.of && unknown / recipients >= RULES.unknown;
  }

  private isFromEverywhere({ networks, recipients }: Hour, login: string | undefined): boolean {
    return login !== undefined && networks.size >= RULES.networks && recipients >= RULES.networkRecipients;
  }

  private areInvented({ newSenders }: Hour, at: number): boolean {
    return newSenders >= (at - this.start < DAY ? RULES.firstDay : RULES.senders);
  }

  private told(key: string, hour: Hour, customer: string, login: string | undefined, at: number): CompromiseFinding[] {
    if (at - (this.toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < HOUR) return [];
    this.toldAt.set(key, at);
    const { since, senders, clientIps, messages, recipients } = hour;
    return [
      {
        ...{ kind: senders.size > 2 ? 'multiple' : 'single', key, at, since, customer, messages, recipients },
        ...{ senders: [...senders], senderCount: senders.size, clientIps: [...clientIps] },
        ...{ logins: login === undefined ? [] : [login], sharedLogins: [], confidence: 1, evidence: [] },
      },
    ];
  }
}
