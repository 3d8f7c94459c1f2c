// Which open messages changed since they were saved last. Most messages come and go between two savings and are never saved at all;
// where nobody saves, nothing piles up: what is gone and was never saved leaves no trace.
import type { MessageHead } from '../mail/event.js';
import { Page } from './formats/page.js';
import { OpenMessage, type QueueId, type QueueScopes } from './open-messages.js';

/** A message as it is saved and loaded, as JSON. */
export interface OpenMessageRow {
  head: MessageHead;
  lastAt: number;
  /** The head came from the lines of its arrival, not guessed from a delivery. */
  hasArrival: boolean;
  isAccepted: boolean;
  isFromWithin?: boolean;
  fromRelay?: string;
  handedNear?: boolean;
  continuedAs?: string;
  continues?: string;
  deferred: string[];
}

export class OpenChanges {
  /** In no order. */
  private changed: OpenMessage[] = [];
  /** Keys of saved messages that are gone. */
  private gone: string[] = [];

  note(message: OpenMessage): void {
    if (message.placeInChanges >= 0) return;
    message.placeInChanges = this.changed.length;
    this.changed.push(message);
  }

  /** The last of those that changed takes its place: it is at hand, which the others are not. */
  noteGone(message: OpenMessage): void {
    if (message.isSaved) this.gone.push(message.key);
    const place = message.placeInChanges;
    if (place < 0) return;
    message.placeInChanges = -1;
    const last = this.changed.pop();
    if (last === undefined || last === message) return;
    this.changed[place] = last;
    last.placeInChanges = place;
  }

  /** Rows to save by key, undefined for those to delete. */
  take(): Map<string, OpenMessageRow | undefined> {
    const rows = new Map<string, OpenMessageRow | undefined>();
    for (const key of this.gone) rows.set(key, undefined);
    for (const message of this.changed) {
      message.placeInChanges = -1;
      message.isSaved = true;
      rows.set(message.key, rowOf(message));
    }
    this.changed = [];
    this.gone = [];
    return rows;
  }
}

function rowOf(message: OpenMessage): OpenMessageRow {
  const { head, lastAt, hasArrival, isAccepted, isFromWithin, fromRelay } = message;
  const { handedNear, continuedAs, continues, deferred } = message;
  return {
    head,
    lastAt,
    hasArrival,
    isAccepted,
    ...(isFromWithin ? { isFromWithin } : {}),
    ...(fromRelay === undefined ? {} : { fromRelay }),
    ...(handedNear ? { handedNear } : {}),
    ...(continuedAs === undefined ? {} : { continuedAs }),
    ...(continues === undefined ? {} : { continues }),
    deferred: [...(deferred ?? [])],
  };
}

/** A saved message as it was; undefined for a row that is none. `id` is used to make it. */
export function messageOf(key: string, row: OpenMessageRow, scopes: QueueScopes, id: QueueId): OpenMessage | undefined {
  const [relay = '', instance = ''] = key.split('/');
  const queueId = key.slice(key.lastIndexOf('/') + 1);
  const bytes = Buffer.from(queueId);
  if (bytes.length < 4) return undefined;
  const page = new Page();
  page.open(bytes, bytes.length);
  id.load(scopes.of(relay, instance), page, 0, bytes.length);
  const message = new OpenMessage(id.scope, id, row.head, queueId, row.lastAt);
  Object.assign(message, { hasArrival: row.hasArrival, isAccepted: row.isAccepted, isSaved: true });
  message.isFromWithin = row.isFromWithin === true;
  message.fromRelay = row.fromRelay;
  message.handedNear = row.handedNear === true;
  message.continuedAs = row.continuedAs;
  message.continues = row.continues;
  if (row.deferred.length > 0) message.deferred = new Set(row.deferred);
  return message;
}
