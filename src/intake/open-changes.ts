// Which open messages changed since they were saved last. Most messages come and go between two savings and are never saved at all;
// where nobody saves, nothing piles up: what is gone and was never saved leaves no trace.
import type { OpenMessageRow } from './join.js';
import type { OpenMessage } from './open-messages.js';

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
  const { head, lastAt, hasArrival, isAccepted, continuedAs, continues, deferred } = message;
  return {
    head,
    lastAt,
    hasArrival,
    isAccepted,
    ...(continuedAs === undefined ? {} : { continuedAs }),
    ...(continues === undefined ? {} : { continues }),
    deferred: [...(deferred ?? [])],
  };
}
