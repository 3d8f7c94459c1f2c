// Chance that is the same in every run.

export const chance = lehmer(4711);

/** Of a normal distribution around 0, with deviation 1. */
export function gauss(): number {
  return Math.sqrt(-2 * Math.log(chance() || 1e-9)) * Math.cos(2 * Math.PI * chance());
}

/** Numbers below 1. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
