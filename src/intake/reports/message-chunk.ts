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
export interface PackedChunk {
  fromAt: number;
  toAt: number;
  count: number;
  hashes: Buffer;
  body: Buffer;
}

interface Body {
  strings: string[];
  /** Indexes into `strings`, five for each distinct origin. */
  origins: number[];
  /** Seconds since the message before, of each message. */
  times: number[];
  /** Index of each message's origin. */
  which: number[];
}

/** Ids longer than this are told apart by their beginning and end. */
const MAX_ID = 256;

/** Two rounds of multiplication and mixing over the letters (cyrb53's manner); ids are random enough for it. */
export function hashId(id: string): IdHash {
  const text = id.length > MAX_ID ? id.slice(0, MAX_ID / 2) + id.slice(-MAX_ID / 2) : id;
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return { low: a >>> 0, high: b & 0xff };
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
  private readonly known = new Map<string, number>();

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
    const times = this.times.slice(from, to);
    const { strings, origins, which } = this.dictionary(from, to);
    const body: Body = { strings, origins, which, times: times.map((time, i) => time - (times[i - 1] ?? 0)) };
    return {
      fromAt: times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY) * 1_000,
      toAt: times.reduce((most, time) => Math.max(most, time), 0) * 1_000,
      count: to - from,
      hashes: packHashes(this, from, to),
      body: deflateRawSync(JSON.stringify(body), { level: 3 }),
    };
  }

  /** Adds the messages of a packed chunk. */
  unpack(chunk: Pick<PackedChunk, 'hashes' | 'body' | 'count'>): void {
    const { strings, origins, times, which } = readBody(chunk.body);
    const hashes = new PackedHashes(chunk.hashes, chunk.count);
    let time = 0;
    for (let i = 0; i < chunk.count; i++) {
      time += times[i] ?? 0;
      this.queueLow.push(hashes.queueLow[i] as number);
      this.queueHigh.push(hashes.queueHigh[i] as number);
      this.idLow.push(hashes.idLow[i] as number);
      this.idHigh.push(hashes.idHigh[i] as number);
      this.times.push(time);
      this.which.push(this.originOf(originAt(strings, origins, which[i] ?? 0)));
    }
  }

  private originOf(sent: Sent): number {
    const key = `${sent.sender}\0${sent.clientIp}\0${sent.login}\0${sent.relay}\0${sent.customer}`;
    let index = this.known.get(key);
    if (index === undefined) {
      index = this.origins.push(sent) - 1;
      this.known.set(key, index);
    }
    return index;
  }

  /** Only the strings of these messages. */
  private dictionary(from: number, to: number): Omit<Body, 'times'> {
    const strings = new Map<string, number>();
    const places = new Map<number, number>();
    const origins: number[] = [];
    const indexOf = (text: string) => {
      const index = strings.get(text) ?? strings.size;
      strings.set(text, index);
      return index;
    };
    const which = this.which.slice(from, to).map((origin) => {
      let place = places.get(origin);
      if (place === undefined) {
        place = places.size;
        places.set(origin, place);
        const { relay, customer, sender, login, clientIp } = this.origins[origin] as Sent;
        origins.push(indexOf(relay), indexOf(customer), indexOf(sender), indexOf(login), indexOf(clientIp));
      }
      return place;
    });
    return { strings: [...strings.keys()], origins, which };
  }
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
  const wanted = new Set(places);
  const found: { at: number; sent: Sent }[] = [];
  let time = 0;
  for (const [i, step] of times.entries()) {
    time += step;
    if (wanted.has(i)) found.push({ at: time * 1_000, sent: originAt(strings, origins, which[i] ?? 0) });
  }
  return found;
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

function readBody(body: Buffer): Body {
  return JSON.parse(inflateRawSync(body).toString()) as Body;
}

function originAt(strings: readonly string[], origins: readonly number[], index: number): Sent {
  const text = (field: number) => strings[origins[5 * index + field] ?? -1] ?? '';
  return { relay: text(0), customer: text(1), sender: text(2), login: text(3), clientIp: text(4) };
}
