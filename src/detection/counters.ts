// Mail per hour, customer and relay, summed up between two commits.
import type { MailEvent } from '../mail/event.js';

const HOUR_MS = 3_600_000;

export interface CounterRow {
  hour: number;
  customer: string;
  relay: string;
  messages: number;
  recipients: number;
  sent: number;
  deferred: number;
  bounced: number;
  refused: number;
}

export class Counters {
  private rows = new Map<string, CounterRow>();

  /** Counts an event for its customer. Retries count as deferrals each, recipients once. */
  count(event: MailEvent, customer: string): void {
    if (event.kind === 'login-failed') return;
    const row = this.rowOf(event.at, customer, event.kind === 'refused' ? event.relay : event.message.relay);
    switch (event.kind) {
      case 'accepted':
        row.messages++;
        row.recipients += event.message.recipientCount;
        return;
      case 'delivery':
        row[event.status === 'expired' ? 'bounced' : event.status]++;
        return;
      case 'refused':
        row.refused++;
        return;
      default:
        event satisfies never;
    }
  }

  /** The sums since the last call. */
  take(): CounterRow[] {
    const rows = [...this.rows.values()];
    this.rows = new Map();
    return rows;
  }

  private rowOf(at: number, customer: string, relay: string): CounterRow {
    const hour = Math.floor(at / HOUR_MS);
    const key = `${hour} ${relay} ${customer}`;
    let row = this.rows.get(key);
    if (!row) {
      row = { hour, customer, relay, messages: 0, recipients: 0, sent: 0, deferred: 0, bounced: 0, refused: 0 };
      this.rows.set(key, row);
    }
    return row;
  }
}
