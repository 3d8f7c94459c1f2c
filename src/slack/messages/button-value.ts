// What the buttons of an incident carry.

/** What a button is about that stands on another incident's card: that card may show an earlier revision, and what opens reads anew. */
export const FROM_ANOTHER_CARD = 'elsewhere';

/** The incident, the revision that the person saw, and what within the incident it is about. */
export function buttonValue({ id, rev }: { id: number; rev: number }, arg = ''): string {
  return arg === '' ? `${id}:${rev}` : `${id}:${rev}:${arg}`;
}
