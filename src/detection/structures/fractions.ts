// Keeps V8 from recompiling the detection again and again in the first hours of a log. V8 stores a field of whole numbers in another
// layout than one of fractions: when a field gets its first fraction, all objects of that shape change layout and every function compiled
// for the old one is compiled anew. Counts that decay, or get shares added, would do that one after the other.

/** Tells V8, when a module is loaded, that these fields hold fractions. `example` is thrown away. */
export function showFractions<T extends object>(example: T, names: readonly (keyof T)[]): void {
  const fields = example as Record<keyof T, unknown>;
  for (const name of names) fields[name] = 0.5;
}
