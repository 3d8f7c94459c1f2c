// Messages packed: who sent which, in some twenty bytes each. Ids are kept as hashes of 40 bits: among the 14 million messages of two
// busy weeks a foreign id is taken for one of ours once in 80,000 times, and then the sender tells. Who sent them stands once for
// every sender in a chunk. Pure.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Who handed a message in, and where. */
export interface Sent {
  relay: string;
  customer: string;
  sender: string;
  login: string;
  clientIp: string;
}

/** A hash of 40 bits in two halves. */
export interface IdHash {
  low: number;
  high: number;
}

/** What a chunk holds as stored: the hashes can be looked through without unpacking the rest. */
interface PackedChunk {
  fromAt: number;
  toAt: number;
  count: number;
  hashes: Buffer;
  body: Buffer;
}

/** The part of a chunk that is only unpacked when an id was found in it. */
interface Body {
  strings: string[];
  /** Indexes into `strings`, five for each distinct origin. */
  origins: Uint32Array;
  /** Seconds since the epoch, of each message. */
  times: Uint32Array;
  /** Index of each message's origin. */
  which: Uint32Array;
}

/** Ids longer than this are told apart by their beginning and end. */
const MAX_ID = 256;

/** FNV-1a for the lower half, a rolling sum for the upper: ids are random enough for it, and it is done twice for every message. */
export function hashId(id: string): IdHash {
  const text = id.length > MAX_ID ? id.slice(0, MAX_ID / 2) + id.slice(-MAX_ID / 2) : id;
  let low = 0x811c9dc5;
  let high = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = (Math.imul(high, 31) + code) | 0;
  }
  // FNV's upper bits lag behind its lower ones for short ids.
  low = Math.imul(low ^ (low >>> 15), 0x2c1b3c6d);
  return { low: (low ^ (low >>> 13)) >>> 0, high: (high ^ (high >>> 8) ^ (high >>> 16)) & 0xff };
}

/** Messages in columns, growing; and the way to and from a packed chunk. */
export class MessageColumns {
  queueLow: number[] = [];
  queueHigh: number[] = [];
  idLow: number[] = [];
  idHigh: number[] = [];
  /** Seconds. */
  times: number[] = [];
  which: number[] = [];
  private readonly origins: Sent[] = [];
  /** Origins by sender: most senders have one. */
  private readonly bySender = new Map<string, number[]>();

  get count(): number {
    return this.times.length;
  }

  add(queueId: string, messageId: string, at: number, sent: Sent): void {
    const queue = hashId(queueId);
    const id = hashId(messageId);
    this.queueLow.push(queue.low);
    this.queueHigh.push(queue.high);
    this.idLow.push(id.low);
    this.idHigh.push(id.high);
    this.times.push(Math.floor(at / 1_000));
    this.which.push(this.originOf(sent));
  }

  /** Places of messages with this queue id or message id. */
  search(kind: 'queue' | 'id', { low, high }: IdHash): number[] {
    const lows = kind === 'queue' ? this.queueLow : this.idLow;
    const highs = kind === 'queue' ? this.queueHigh : this.idHigh;
    const places: number[] = [];
    for (let i = lows.indexOf(low); i >= 0 && places.length < 100; i = lows.indexOf(low, i + 1)) {
      if (highs[i] === high) places.push(i);
    }
    return places;
  }

  sentAt(place: number): { at: number; sent: Sent } {
    return { at: (this.times[place] as number) * 1_000, sent: this.origins[this.which[place] as number] as Sent };
  }

  /** Packs messages [from, to), one at the least. */
  pack(from: number, to: number): PackedChunk {
    const times = Uint32Array.from(this.times.slice(from, to));
    return {
      fromAt: times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY) * 1_000,
      toAt: times.reduce((most, time) => Math.max(most, time), 0) * 1_000,
      count: to - from,
      hashes: packHashes(this, from, to),
      body: packBody({ ...this.dictionary(from, to), times }),
    };
  }

  /** Adds the messages of a packed chunk. */
  unpack(chunk: Pick<PackedChunk, 'hashes' | 'body' | 'count'>): void {
    const { strings, origins, times, which } = readBody(chunk.body);
    const hashes = new PackedHashes(chunk.hashes, chunk.count);
    for (let i = 0; i < chunk.count; i++) {
      this.queueLow.push(hashes.queueLow[i] as number);
      this.queueHigh.push(hashes.queueHigh[i] as number);
      this.idLow.push(hashes.idLow[i] as number);
      this.idHigh.push(hashes.idHigh[i] as number);
      this.times.push(times[i] as number);
      this.which.push(this.originOf(originAt(strings, origins, which[i] as number)));
    }
  }

  /** The messages from place `from` on that are not older than `oldest`, ms. */
  since(from: number, oldest: number): MessageColumns {
    const rest = new MessageColumns();
    for (let i = from; i < this.count; i++) {
      if ((this.times[i] as number) * 1_000 < oldest) continue;
      rest.queueLow.push(this.queueLow[i] as number);
      rest.queueHigh.push(this.queueHigh[i] as number);
      rest.idLow.push(this.idLow[i] as number);
      rest.idHigh.push(this.idHigh[i] as number);
      rest.times.push(this.times[i] as number);
      rest.which.push(rest.originOf(this.origins[this.which[i] as number] as Sent));
    }
    return rest;
  }

  private originOf(sent: Sent): number {
    const places = this.bySender.get(sent.sender);
    if (places) {
      for (const place of places) if (isSame(this.origins[place] as Sent, sent)) return place;
    }
    const place = this.origins.push(sent) - 1;
    // One sender from a thousand addresses: the last few are enough, and a further copy costs a few bytes.
    if (!places) this.bySender.set(sent.sender, [place]);
    else if (places.unshift(place) > MAX_ALIKE) places.pop();
    return place;
  }

  /** Only the strings of these messages. */
  private dictionary(from: number, to: number): Omit<Body, 'times'> {
    const strings = new Map<string, number>();
    const places = new Int32Array(this.origins.length).fill(-1);
    const origins: number[] = [];
    const indexOf = (text: string) => {
      const index = strings.get(text) ?? strings.size;
      strings.set(text, index);
      return index;
    };
    const which = new Uint32Array(to - from);
    for (let i = from; i < to; i++) {
      const origin = this.which[i] as number;
      if (places[origin] === -1) {
        places[origin] = origins.length / FIELDS;
        const { relay, customer, sender, login, clientIp } = this.origins[origin] as Sent;
        origins.push(indexOf(relay), indexOf(customer), indexOf(sender), indexOf(login), indexOf(clientIp));
      }
      which[i - from] = places[origin] as number;
    }
    return { strings: [...strings.keys()], origins: Uint32Array.from(origins), which };
  }
}

/** Strings of an origin. */
const FIELDS = 5;
const MAX_ALIKE = 8;

function isSame(a: Sent, b: Sent): boolean {
  return a.clientIp === b.clientIp && a.login === b.login && a.relay === b.relay && a.customer === b.customer;
}

/** The hashes of a stored chunk, looked through where they lie. */
export class PackedHashes {
  readonly queueLow: Uint32Array;
  readonly idLow: Uint32Array;
  readonly queueHigh: Uint8Array;
  readonly idHigh: Uint8Array;

  constructor(hashes: Buffer, count: number) {
    // What SQLite hands out need not lie on a multiple of four.
    const bytes = hashes.byteOffset % 4 === 0 ? hashes : Buffer.from(new Uint8Array(hashes).buffer);
    const { buffer, byteOffset } = bytes;
    this.queueLow = new Uint32Array(buffer, byteOffset, count);
    this.idLow = new Uint32Array(buffer, byteOffset + 4 * count, count);
    this.queueHigh = new Uint8Array(buffer, byteOffset + 8 * count, count);
    this.idHigh = new Uint8Array(buffer, byteOffset + 9 * count, count);
  }

  search(kind: 'queue' | 'id', { low, high }: IdHash): number[] {
    const lows = kind === 'queue' ? this.queueLow : this.idLow;
    const highs = kind === 'queue' ? this.queueHigh : this.idHigh;
    const places: number[] = [];
    for (let i = lows.indexOf(low); i >= 0 && places.length < 100; i = lows.indexOf(low, i + 1)) {
      if (highs[i] === high) places.push(i);
    }
    return places;
  }
}

/** When and by whom the messages at these places of a stored chunk were sent. */
export function sentIn(body: Buffer, places: readonly number[]): { at: number; sent: Sent }[] {
  const { strings, origins, times, which } = readBody(body);
  return places.map((place) => ({
    at: (times[place] as number) * 1_000,
    sent: originAt(strings, origins, which[place] as number),
  }));
}

function packHashes(columns: MessageColumns, from: number, to: number): Buffer {
  const count = to - from;
  const hashes = Buffer.alloc(10 * count);
  const lows = new Uint32Array(hashes.buffer, hashes.byteOffset, 2 * count);
  for (let i = 0; i < count; i++) {
    lows[i] = columns.queueLow[from + i] as number;
    lows[count + i] = columns.idLow[from + i] as number;
    hashes[8 * count + i] = columns.queueHigh[from + i] as number;
    hashes[9 * count + i] = columns.idHigh[from + i] as number;
  }
  return hashes;
}

/** Counts, then the numbers as bytes of one rank each (nearly all of the upper ones are alike), then the strings. */
function packBody({ strings, origins, times, which }: Body): Buffer {
  const steps = times.map((time, i) => time - (times[i - 1] ?? 0));
  const counts = Uint32Array.of(origins.length, times.length);
  const text = Buffer.from(JSON.stringify(strings));
  return deflateRawSync(Buffer.concat([bytesOf(counts), inRanks(origins), inRanks(steps), inRanks(which), text]), {
    level: 1,
  });
}

function readBody(body: Buffer): Body {
  const bytes = inflateRawSync(body);
  const [originCount, count] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  let at = 8;
  const take = (length: number) => {
    at += 4 * length;
    return outOfRanks(bytes.subarray(at - 4 * length, at));
  };
  const [origins, times, which] = [take(originCount), take(count), take(count)];
  for (let i = 1; i < count; i++) times[i] = (times[i] as number) + (times[i - 1] as number);
  return { strings: JSON.parse(bytes.subarray(at).toString()) as string[], origins, times, which };
}

function bytesOf(numbers: Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function inRanks(numbers: Uint32Array): Buffer {
  const { length } = numbers;
  const bytes = Buffer.allocUnsafe(4 * length);
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    bytes[i] = number;
    bytes[length + i] = number >>> 8;
    bytes[2 * length + i] = number >>> 16;
    bytes[3 * length + i] = number >>> 24;
  }
  return bytes;
}

function outOfRanks(bytes: Buffer): Uint32Array {
  const length = bytes.length / 4;
  const byte = (rank: number, i: number) => bytes[rank * length + i] as number;
  return Uint32Array.from(
    { length },
    (_, i) => byte(0, i) + byte(1, i) * 2 ** 8 + byte(2, i) * 2 ** 16 + byte(3, i) * 2 ** 24,
  );
}

function originAt(strings: readonly string[], origins: Uint32Array, index: number): Sent {
  const text = (field: number) => strings[origins[FIELDS * index + field] ?? -1] ?? '';
  return { relay: text(0), customer: text(1), sender: text(2), login: text(3), clientIp: text(4) };
}
