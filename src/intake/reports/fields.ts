// Fields as headers and report parts write them (RFC 5322 section 2.2; RFC 3464 and RFC 5965 use the same form): a name, a colon, a
// value that may go on in further lines. Lenient: whoever writes reports breaks lines as he likes. Pure.

export interface Field {
  /** Lower case. */
  name: string;
  /** As it was written; for names we do not know. */
  originalName: string;
  /** Unfolded, trimmed. */
  value: string;
}

/** No report has more; whatever comes behind is somebody's attempt at our memory. */
const MAX_LINES = 200_000;
const MAX_VALUE = 64_000;

/** Lines of a text, whatever ends them: CRLF, LF or CR. At most MAX_LINES. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/, MAX_LINES);
}

/** Groups of fields, parted by empty lines; groups without a field are left out. */
export function readGroups(text: string): Field[][] {
  const groups: Field[][] = [];
  let group: Field[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (group.length > 0) groups.push(group);
      group = [];
    } else readLine(line, group);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** The first value of a field; undefined when it is absent or empty. */
export function firstOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name === name && field.value !== '')?.value;
}

/** All values of a field, empty ones left out. */
export function allOf(fields: readonly Field[], name: string): string[] {
  return fields.filter((field) => field.name === name && field.value !== '').map(({ value }) => value);
}

/** `Original-Mail-From` as a key of JSON: `originalMailFrom`. */
export function camelCase(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .map((word, i) => (i === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('');
}

/** A line is a field, or goes on with the one before: by its indent, or because it is no field (folding without an indent is seen). */
function readLine(line: string, group: Field[]): void {
  const last = group.at(-1);
  const isIndented = line.startsWith(' ') || line.startsWith('\t');
  const colon = isIndented && last ? -1 : colonOf(line);
  if (colon > 0) {
    const originalName = line.slice(0, colon).trim();
    const value = line.slice(colon + 1, colon + 1 + MAX_VALUE).trim();
    group.push({ name: originalName.toLowerCase(), originalName, value });
  } else if (last && last.value.length < MAX_VALUE) {
    last.value = last.value === '' ? line.trim() : `${last.value} ${line.trim()}`;
  }
}

/** Where the name ends; -1 when the line is no field. A name is printable ASCII without a blank, blanks before the colon allowed. */
function colonOf(line: string): number {
  const colon = line.indexOf(':');
  return colon > 0 && colon < 100 && /^\s*[!-9;-~]+[ \t]*$/.test(line.slice(0, colon)) ? colon : -1;
}
