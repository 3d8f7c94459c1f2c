// Which lists nobody can hear, and since when. A DNS server that still answers while the road behind it is cut lets every list fall silent
// at once: that says nothing of any of them.

/** When no list at all was heard for so long, the silence is not a list's own, ms. */
const NOBODY_HEARD_MS = 30 * 60_000;

/** Lives with the watch. All times are ms of its clock. */
export class Silence {
  readonly #since = new Map<string, number>();
  #heardAt = Number.NEGATIVE_INFINITY;

  /** Notes what came of a list's test entries. Returns since when it has been silent while others answered, undefined when it was heard. */
  note(list: string, isSilent: boolean, at: number): number | undefined {
    if (!isSilent) {
      this.#heardAt = at;
      this.#since.delete(list);
      return undefined;
    }
    const since = at - this.#heardAt > NOBODY_HEARD_MS ? at : (this.#since.get(list) ?? at);
    this.#since.set(list, since);
    return since;
  }

  has(list: string): boolean {
    return this.#since.has(list);
  }

  lists(): ReadonlySet<string> {
    return new Set(this.#since.keys());
  }
}
