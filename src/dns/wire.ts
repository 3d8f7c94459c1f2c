// Questions and answers as bytes (RFC 1035 section 4). Most answers of a blocklist are "no such name": those are read from the header alone.
import { decode, type Packet } from 'dns-packet';
import type { DnsAnswer, QuestionType } from './answer.js';
import { areRecordsSound } from './sound.js';

const HEADER_BYTES = 12;
const TYPE_CODES: Record<QuestionType, number> = { A: 1, AAAA: 28, TXT: 16, MX: 15, PTR: 12 };
const CLASS_IN = 1;
const NOERROR = 0;
const NXDOMAIN = 3;
const REFUSED = 5;
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET'];

const NO_SUCH_NAME = Object.freeze({ kind: 'none', rcode: 'NXDOMAIN' } as const);
const NO_SUCH_RECORD = Object.freeze({ kind: 'none', rcode: 'NOERROR' } as const);
const WAS_REFUSED: DnsAnswer = Object.freeze({ kind: 'refused' });
const SERVFAIL: DnsAnswer = Object.freeze({ kind: 'servfail', rcode: 'SERVFAIL' });

/**
 * The message that asks one recursive question, its id still 0.
 * Undefined when the name cannot be asked: a label of 0 or over 63 bytes, over 255 bytes in all (RFC 1035 section 2.3.4), or not ASCII.
 */
export function encodeQuestion(name: string, type: QuestionType): Buffer | undefined {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (bare.length === 0 || bare.length > 253) return undefined;
  const message = Buffer.allocUnsafe(HEADER_BYTES + bare.length + 2 + 4);
  for (let i = 0; i < HEADER_BYTES; i++) message[i] = 0;
  message[2] = 1; // recursion desired
  message[5] = 1; // one question
  if (!writeName(message, HEADER_BYTES, bare)) return undefined;
  const end = message.length;
  // Types and classes in use are below 256.
  message[end - 4] = 0;
  message[end - 3] = TYPE_CODES[type];
  message[end - 2] = 0;
  message[end - 1] = CLASS_IN;
  return message;
}

export function writeId(message: Buffer, id: number): void {
  message[0] = id >> 8;
  message[1] = id & 0xff;
}

/** The id of a message, -1 when it is too short to have one. */
export function readId(message: Buffer): number {
  return message.length < 2 ? -1 : ((message[0] as number) << 8) | (message[1] as number);
}

function writeName(message: Buffer, start: number, name: string): boolean {
  let lengthAt = start;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code > 126 || code < 33) return false;
    const at = start + 1 + i;
    if (code !== 46) {
      message[at] = code;
      continue;
    }
    if (!closeLabel(message, lengthAt, at)) return false;
    lengthAt = at;
  }
  const end = start + 1 + name.length;
  message[end] = 0;
  return closeLabel(message, lengthAt, end);
}

function closeLabel(message: Buffer, lengthAt: number, end: number): boolean {
  const length = end - lengthAt - 1;
  message[lengthAt] = length;
  return length >= 1 && length <= 63;
}

/** Reports whether the message is long enough to carry an id and an answer to anything at all. */
export function isReply(message: Buffer): boolean {
  return message.length > HEADER_BYTES && ((message[2] ?? 0) & 0x80) !== 0;
}

/** Reports whether the reply repeats the question that was asked: one question, same type and class, same name in any case. */
export function answersQuestion(message: Buffer, question: Buffer): boolean {
  if (message.length < question.length || message[4] !== 0 || message[5] !== 1) return false;
  const nameEnd = question.length - 4;
  for (let i = HEADER_BYTES; i < question.length; i++) {
    const theirs = message[i] as number;
    const ours = question[i] as number;
    if (theirs !== ours && (i >= nameEnd || lower(theirs) !== lower(ours))) return false;
  }
  return true;
}

// A length byte is at most 63, below every letter, so that it passes through unchanged.
function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

/** Reports whether the server cut records off to fit the answer into a datagram (the TC bit). Without records nothing we need is missing. */
export function isTruncated(message: Buffer): boolean {
  const rcode = (message[3] ?? 0) & 0x0f;
  return rcode === NOERROR && ((message[2] ?? 0) & 0x02) !== 0;
}

/** What a reply says to a question it was matched with. Never throws, whatever the bytes. */
export function readAnswer(message: Buffer, name: string, type: QuestionType): DnsAnswer {
  const rcode = (message[3] ?? 0) & 0x0f;
  const hasRecords = message[6] !== 0 || message[7] !== 0;
  if (rcode === NXDOMAIN && !hasRecords) return NO_SUCH_NAME;
  if (rcode === REFUSED) return WAS_REFUSED;
  if (rcode === 2) return SERVFAIL;
  if (rcode !== NOERROR && rcode !== NXDOMAIN) return { kind: 'servfail', rcode: RCODES[rcode] ?? `RCODE${rcode}` };
  if (!hasRecords) return NO_SUCH_RECORD;
  const answer = readRecords(message, name, type);
  if (rcode === NOERROR) return answer;
  // It is the last name of a chain that does not exist then (RFC 2308 section 2.1), and records of that cannot be there.
  if (answer.kind === 'none') return { ...answer, rcode: 'NXDOMAIN' };
  return { kind: 'malformed', reason: 'a name that does not exist, with records' };
}

function readRecords(message: Buffer, name: string, type: QuestionType): DnsAnswer {
  if (!areRecordsSound(message)) return { kind: 'malformed', reason: 'a record that does not fit its message' };
  let packet: Packet;
  try {
    packet = decode(message);
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof Error ? error.message : 'unreadable message' };
  }
  return collect(packet, name, type);
}

/** Takes the records that stand under the asked name, or under the name its CNAMEs lead to (RFC 1034 section 3.6.2). */
function collect(packet: Packet, name: string, type: QuestionType): DnsAnswer {
  const owners = ownersOf(packet, foldName(name));
  const addresses: string[] = [];
  const texts: string[] = [];
  const names: { preference: number; name: string }[] = [];
  const alias = owners.size > 1 ? [...owners].at(-1) : undefined;
  let ttlS = Number.POSITIVE_INFINITY;
  for (const record of packet.answers ?? []) {
    if (record.type !== type || !owners.has(foldName(record.name))) continue;
    ttlS = Math.min(ttlS, record.ttl ?? 0);
    if (record.type === 'TXT') texts.push(textOf(record.data));
    else if (record.type === 'A' || record.type === 'AAAA') addresses.push(record.data);
    else if (record.type === 'PTR') names.push({ preference: 0, name: foldName(record.data) });
    else if (record.type === 'MX')
      names.push({ preference: record.data.preference ?? 0, name: foldName(record.data.exchange) });
  }
  const isEmpty = addresses.length + texts.length + names.length === 0;
  if (isEmpty) return alias === undefined ? NO_SUCH_RECORD : { ...NO_SUCH_RECORD, alias };
  return {
    kind: 'answer',
    addresses,
    texts,
    ...(names.length > 0 ? { names: byPreference(names) } : {}),
    ...(alias === undefined ? {} : { alias }),
    ttlS,
    complete: true,
  };
}

/** The asked name, and those its CNAMEs lead to one after the other, in whatever order they stand in the answer. */
function ownersOf({ answers = [] }: Packet, name: string): Set<string> {
  const targets = new Map<string, string>();
  for (const record of answers) {
    if (record.type === 'CNAME') targets.set(foldName(record.name), foldName(record.data));
  }
  const owners = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !owners.has(at); at = targets.get(at)) owners.add(at);
  return owners;
}

function byPreference(names: { preference: number; name: string }[]): string[] {
  return names.sort((a, b) => a.preference - b.preference).map(({ name }) => name);
}

function foldName(name: string): string {
  const folded = name.toLowerCase();
  return folded.endsWith('.') ? folded.slice(0, -1) : folded;
}

function textOf(data: string | Buffer | (string | Buffer)[]): string {
  const strings = Array.isArray(data) ? data : [data];
  return strings.map((part) => part.toString()).join('');
}
