// A scene: something bad that happens to one customer, with a beginning and an end.
import type { Letter } from '../letter.js';

export interface Scene {
  kind: 'stolen mailbox' | 'infected machine';
  /** Unlike other scenes' of the same time. */
  name: string;
  customer: string;
  /** Practice ms. */
  startAt: number;
  /** The letters of the scene up to `until`, oldest first. Each call goes on where the last one ended. */
  until(until: number): Letter[];
  /** Leaves out what was to come before `at`. */
  skipTo(at: number): void;
  /** Tells the spammer how a letter of the scene was received. */
  heard(at: number, wasAccepted: boolean): void;
  isOver(at: number): boolean;
}

/** How long a spammer goes on without getting anything through. */
const PATIENCE_MS = 45 * 60_000;

/** Keeps how long a spammer has been refused without a break. */
export function createPatience() {
  let refusedSince: number | undefined;
  return {
    heard(at: number, wasAccepted: boolean): void {
      refusedSince = wasAccepted ? undefined : (refusedSince ?? at);
    },
    isLost: (at: number) => refusedSince !== undefined && at - refusedSince > PATIENCE_MS,
  };
}
