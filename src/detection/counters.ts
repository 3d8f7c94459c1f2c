// Mail per hour, customer and relay, summed up between two commits.
import type { ReplyMeaning } from '../intake/replies/index.js';
import type { MailEvent } from '../mail/event.js';
import { refusalOf } from './outcome.js';

const HOUR_MS = 3_600_000;

/** The sums of a row, by name: what the traffic database adds up. */
export const SUMS = [
  'messages',
  'recipients',
  'sent',
  'deferred',
  'bounced',
  'refused',
  'unknownUsers',
  'contentRefusals',
  'ipBlocks',
  'newRecipients',
  'complaints',
] as const;
export type Sums = Record<(typeof SUMS)[number], number>;

export interface CounterRow extends Sums {
  hour: number;
  customer: string;
  relay: string;
}

export class Counters {
  private rows = new Map<string, CounterRow>();
  /** Events come in runs of one message: its row is mostly the last one. */
  private last: CounterRow | undefined;

  /**
   * Counts an event for its customer; `meaning` is what the reply of a delivery says. Retries count as deferrals each, recipients
   * once.
   */
  count(event: MailEvent, customer: string, meaning: ReplyMeaning | undefined): void {
    if (event.kind === 'login-failed') return;
    const row = this.rowOf(event.at, customer, event.kind === 'refused' ? event.relay : event.message.relay);
    switch (event.kind) {
      case 'accepted':
        row.messages++;
        row.recipients += event.message.recipientCount;
        return;
      case 'delivery': {
        row[event.status === 'expired' ? 'bounced' : event.status]++;
        if (event.status === 'sent') return;
        const refusal = refusalOf(event, meaning);
        if (refusal === 'unknown-user') row.unknownUsers++;
        if (refusal === 'content') row.contentRefusals++;
        if (meaning?.isPermanent && (meaning.meaning === 'ip-block' || meaning.meaning === 'dnsbl')) row.ipBlocks++;
        return;
      }
      case 'refused':
        row.refused++;
        return;
      case 'complaint':
        row.complaints++;
        return;
      default:
        event satisfies never;
    }
  }

  /** Counts recipients that the customer had not written to before. */
  countNew(at: number, customer: string, relay: string, recipients: number): void {
    this.rowOf(at, customer, relay).newRecipients += recipients;
  }

  /** The sums since the last call. */
  take(): CounterRow[] {
    const rows = [...this.rows.values()];
    this.rows = new Map();
    this.last = undefined;
    return rows;
  }

  private rowOf(at: number, customer: string, relay: string): CounterRow {
    const hour = Math.floor(at / HOUR_MS);
    const { last } = this;
    if (last && last.hour === hour && last.customer === customer && last.relay === relay) return last;
    const key = `${hour} ${relay} ${customer}`;
    let row = this.rows.get(key);
    if (!row) {
      row = newRow(hour, customer, relay);
      this.rows.set(key, row);
    }
    this.last = row;
    return row;
  }
}

function newRow(hour: number, customer: string, relay: string): CounterRow {
  return {
    hour,
    customer,
    relay,
    messages: 0,
    recipients: 0,
    sent: 0,
    deferred: 0,
    bounced: 0,
    refused: 0,
    unknownUsers: 0,
    contentRefusals: 0,
    ipBlocks: 0,
    newRecipients: 0,
    complaints: 0,
  };
}
