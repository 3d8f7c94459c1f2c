// JSON written by hand, for state that is saved by the thousand with every commit. JSON.stringify would take several times as long, because
// objects without the zeros, and dictionaries, would have to be made for it first. JSON.parse reads the result as it would its output.

/** Text that needs no escapes in JSON. */
const PLAIN = /^[ !#-[\]-~]*$/;

export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function numberText(value: number): string {
  // As JSON.stringify does: JSON has no Infinity and no NaN.
  return Number.isFinite(value) ? `${value}` : 'null';
}

/** An object that writes its own JSON. */
export interface Written {
  jsonText(): string;
}

/** The JSON of a value, which must not be undefined. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('jsonText' in value) return (value as Written).jsonText();
  return Array.isArray(value) ? listText(value) : JSON.stringify(value);
}

function listText(list: readonly unknown[]): string {
  let text = '';
  for (const value of list) text += text === '' ? textOf(value) : `,${textOf(value)}`;
  return `[${text}]`;
}
