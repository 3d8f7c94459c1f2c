// Whether a thread still takes its turns: it counts in memory that both sides share, and the other side looks now and then.

/** Looks of one patience. A process that stood still itself, all threads of it, has seen but one of them. */
const LOOKS = 5;
/** Longer than a thread may take to load its files on a machine that has no time. */
const START_PATIENCE_MS = 60_000;

/** To be given to a thread, which must `beat` in it several times within the patience. */
export function newPulse(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function beat(pulse: Int32Array): void {
  Atomics.add(pulse, 0, 1);
}

/** Tells once when there was no beat for `patienceMs`, or no first one for a minute. Ends with that, or when what it answers is called. */
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
