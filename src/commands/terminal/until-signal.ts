// Waits for the order to stop.

/** Resolves at SIGINT or SIGTERM. A second signal ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        stop();
      });
    }
  });
}
