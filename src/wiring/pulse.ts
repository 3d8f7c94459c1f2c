// Whether a thread still takes its turns: it counts in memory that both sides share, and the other side looks now and then.

/**
 * Looks within the patience, all of which must find the thread still. Several, because the whole process may stand still (a suspended
 * machine): afterwards only one look has found no beat, and the thread gets its chance.
 */
const LOOKS = 5;
/** How long the first beat is waited for: a busy machine takes long to load a thread's files. */
const START_PATIENCE_MS = 60_000;

/** To be given to a thread, which must `beat` in it several times within the patience. */
export function newPulse(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function beat(pulse: Int32Array): void {
  Atomics.add(pulse, 0, 1);
}

/** Calls `onStill` once, when there was no beat for `patienceMs`, or no first one for a minute. The function returned ends the watch. */
export function watchPulse(pulse: Int32Array, patienceMs: number, onStill: () => void): () => void {
  const everyMs = patienceMs / LOOKS;
  let seen = 0;
  let stillLooks = 0;
  const timer = setInterval(() => {
    const beats = Atomics.load(pulse, 0);
    stillLooks = beats === seen ? stillLooks + 1 : 0;
    seen = beats;
    if (stillLooks * everyMs < (beats === 0 ? START_PATIENCE_MS : patienceMs)) return;
    clearInterval(timer);
    onStill();
  }, everyMs).unref();
  return () => clearInterval(timer);
}
