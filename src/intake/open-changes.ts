// Which open messages changed since they were saved last. Most messages come and go between two savings and are never saved at all;
// where nobody saves, nothing piles up: what is gone and was never saved leaves no trace.
import type { OpenMessageRow } from './join.js';
import type { OpenMessage } from './open-messages.js';

const FEWEST_TO_TIDY = 1_024;

export class OpenChanges {
  private changed: OpenMessage[] = [];
  /** Of `changed`, those that are gone by now. */
  private dead = 0;
  /** Keys of saved messages that are gone. */
  private gone: string[] = [];

  note(message: OpenMessage): void {
    if (message.isChanged) return;
    message.isChanged = true;
    this.changed.push(message);
  }

  noteGone(message: OpenMessage): void {
    if (message.isSaved) this.gone.push(message.key);
    if (!message.isChanged) return;
    this.dead++;
    if (this.dead < FEWEST_TO_TIDY || this.dead * 2 < this.changed.length) return;
    this.changed = this.changed.filter((each) => !each.isGone);
    this.dead = 0;
  }

  /** Rows to save by key, undefined for those to delete. */
  take(): Map<string, OpenMessageRow | undefined> {
    const rows = new Map<string, OpenMessageRow | undefined>();
    for (const key of this.gone) rows.set(key, undefined);
    for (const message of this.changed) {
      if (message.isGone) continue;
      message.isChanged = false;
      message.isSaved = true;
      rows.set(message.key, rowOf(message));
    }
    this.changed = [];
    this.dead = 0;
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
