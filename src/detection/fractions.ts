// How V8 keeps numbers. An object's field that held whole numbers so far and gets a fraction gives all objects like it another layout:
// each is converted when it is touched next, and every function that knew the old layout is compiled anew. Counts that decay, or of
// which a share is added, become fractions one after the other in the first hours of a log, while everything is being compiled.

/** Shows the engine once, when a module is loaded, that these fields hold fractions. `example` is thrown away. */
export function showFractions<T extends object>(example: T, names: readonly (keyof T)[]): void {
  const fields = example as Record<keyof T, unknown>;
  for (const name of names) fields[name] = 0.5;
}
