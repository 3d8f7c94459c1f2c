// Whether the answer records of a message lie within it and have the lengths their types want: the library that reads them takes it on trust.

const HEADER_BYTES = 12;
const FIXED_BYTES = 10;
/** Length of the data by type: A and AAAA. */
const LENGTHS = new Map([
  [1, 4],
  [28, 16],
]);

/** For a message that repeats its one question. */
export function areRecordsSound(message: Buffer): boolean {
  let at = skipName(message, HEADER_BYTES);
  if (at === undefined) return false;
  at += 4;
  const count = message.length < HEADER_BYTES ? 0 : message.readUInt16BE(6);
  for (let i = 0; i < count; i++) {
    const end = recordEnd(message, at);
    if (end === undefined) return false;
    at = end;
  }
  return true;
}

function recordEnd(message: Buffer, start: number): number | undefined {
  const at = skipName(message, start);
  if (at === undefined || at + FIXED_BYTES > message.length) return undefined;
  const type = message.readUInt16BE(at);
  const length = message.readUInt16BE(at + 8);
  const end = at + FIXED_BYTES + length;
  return end <= message.length && (LENGTHS.get(type) ?? length) === length ? end : undefined;
}

/** Where a name ends: at its empty label, or behind a pointer, which must point backwards (RFC 1035 section 4.1.4). */
function skipName(message: Buffer, start: number): number | undefined {
  for (let at = start; at < message.length; ) {
    const length = message[at] as number;
    if (length === 0) return at + 1;
    if (length >= 0xc0) {
      const isWhole = at + 2 <= message.length;
      return isWhole && (message.readUInt16BE(at) & 0x3fff) < start ? at + 2 : undefined;
    }
    if (length > 63) return undefined;
    at += 1 + length;
  }
  return undefined;
}
