// Keys that stand twice in one object of a JSON text. JSON.parse keeps the last of them and says nothing (RFC 8259 section 4), so that half
// of a customer would be lost without a word.

interface RepeatedKey {
  key: string;
  /** Where it stands again, from 1. */
  line: number;
  /** Where it stood first. */
  firstLine: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** In the order of the text, which must be JSON: what JSON.parse takes. */
export function repeatedKeys(json: string): RepeatedKey[] {
  const found: RepeatedKey[] = [];
  /** Of the objects and lists around: the line of each key so far; undefined for a list. */
  const around: (Map<string, number> | undefined)[] = [];
  let keys: Map<string, number> | undefined;
  let isKeyNext = false;
  let line = 1;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(json, at);
      if (isKeyNext && keys) {
        const key = JSON.parse(json.slice(at, end + 1)) as string;
        const firstLine = keys.get(key);
        if (firstLine === undefined) keys.set(key, line);
        else found.push({ key, line, firstLine });
      }
      isKeyNext = false;
      at = end;
    } else if (code === LF) line++;
    else if (code === COMMA) isKeyNext = keys !== undefined;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      around.push(keys);
      keys = code === OPEN_OBJECT ? new Map() : undefined;
      isKeyNext = keys !== undefined;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) keys = around.pop();
  }
  return found;
}

/** The quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let before = at - 1;
    while (json.charCodeAt(before) === BACKSLASH) before--;
    // An even number of backslashes escape one another.
    if ((at - before) % 2 === 1) return at;
  }
  return json.length;
}
