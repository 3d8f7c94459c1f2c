// What the buttons of an incident carry.

/** The incident, the revision that the person saw, and what within the incident it is about. */
export function buttonValue({ id, rev }: { id: number; rev: number }, arg = ''): string {
  return arg === '' ? `${id}:${rev}` : `${id}:${rev}:${arg}`;
}
