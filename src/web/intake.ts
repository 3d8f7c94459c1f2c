// POST /intake/events: mail events from MTAs whose log we do not read, as NDJSON. Whatever is answered with 2xx is on the disk to stay,
// and counts once however often it is sent; whatever is not may be sent again. docs/intake.md is this in words, with the answers.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { SpoolWriter } from '../intake/spool-writer.js';
import { Slots } from '../waiting.js';
import { EventLines } from './event-lines.js';
import { BodyError, type BodyLimits, readBody, tooLong } from './request-body.js';
import { type StrangeRelay, strangeWords } from './strange-relays.js';
import { createTurns, type Turns } from './turns.js';

export interface IntakeOptions {
  /** What senders show; without one nothing is taken. */
  token: string | undefined;
  spool: Pick<SpoolWriter, 'put' | 'isFull'>;
  /** Told of a disk that takes nothing; the sender is told too. */
  onError: (error: Error) => void;
  /** Host names of the relays, as configured; without any no relay is strange. */
  relays?: ReadonlySet<string>;
  /** Told of each relay that is not among them, once. */
  onStrangeRelay?: (strange: StrangeRelay) => void;
  /** ms; the machine's clock unless told. */
  now?: () => number;
  limits?: BodyLimits;
}

type IntakeContext = Context<{ Bindings: HttpBindings }>;

const PATH = '/intake/events';
const TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const MIB = 1024 * 1024;
const LIMITS: BodyLimits = { maxBytes: 16 * MIB, maxUnpackedBytes: 32 * MIB };
const MAX_KEY_LENGTH = 256;
/** Bodies in hand at once; a place is small, its body may be `maxUnpackedBytes`. */
const PLACES = { atOnce: 8, waiting: 64 };
/** The log worker empties a full spool at tens of megabytes a second. */
const RETRY_SECONDS = 10;

/** What is wrong with a request, for its sender. */
class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** Adds the route. Without a token it says that it is off, with 404. */
export function mountIntake(app: Hono<{ Bindings: HttpBindings }>, options: IntakeOptions): void {
  const turns = createTurns();
  const places = new Slots(PLACES.atOnce);
  const tellStrange = onceEach(options.onStrangeRelay);
  app.all(PATH, async (c) => {
    try {
      return await receive(c, { ...options, onStrangeRelay: tellStrange }, turns, places);
    } catch (error) {
      const refusal = asRefusal(error, options);
      return c.json({ error: refusal.message }, refusal.status, refusal.headers);
    }
  });
}

async function receive(c: IntakeContext, options: IntakeOptions, turns: Turns, places: Slots): Promise<Response> {
  const limits = options.limits ?? LIMITS;
  checkMethod(c);
  checkToken(c, options.token);
  const isGzip = readHeaders(c, limits);
  const key = readKey(c);
  if (options.spool.isFull()) throw full();
  if (places.waiting >= PLACES.waiting)
    throw new Refusal(429, 'Too many requests wait already.', { 'Retry-After': '1' });
  return places.run(async () => {
    const { lines, fingerprint } = await readLines(readBody(c.env.incoming, isGzip, limits), turns, options);
    return keep(c, options, lines, key, fingerprint);
  });
}

function checkMethod(c: IntakeContext): void {
  if (c.req.method !== 'POST') throw new Refusal(405, `${PATH} takes POST only.`, { Allow: 'POST' });
}

function checkToken(c: IntakeContext, token: string | undefined): void {
  if (token === undefined) throw new Refusal(404, 'No events are taken here: no token is configured.');
  const shown = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (shown !== undefined && isSame(shown, token)) return;
  throw new Refusal(401, shown === undefined ? 'A bearer token is needed.' : 'This token is not known.', {
    'WWW-Authenticate': 'Bearer realm="relaywarden"',
  });
}

/** Takes as long for every wrong text of any length. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Answers whether the body is gzip. */
function readHeaders(c: IntakeContext, { maxBytes }: BodyLimits): boolean {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!TYPES.includes(type)) throw new Refusal(415, `Content-Type must be ${TYPES[0]}: one JSON object a line.`);
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding))
    throw new Refusal(415, 'Content-Encoding must be gzip, or absent.');
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLong('The body', maxBytes);
  return encoding !== 'identity';
}

function readKey(c: IntakeContext): string | undefined {
  const key = c.req.header('idempotency-key')?.trim();
  if (key === undefined) return undefined;
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw new Refusal(400, `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  return key;
}

async function readLines(
  body: AsyncIterable<Buffer>,
  turns: Turns,
  { relays, now }: Pick<IntakeOptions, 'relays' | 'now'>,
): Promise<{ lines: EventLines; fingerprint: string }> {
  const lines = new EventLines(turns, relays, now);
  const hash = createHash('sha256');
  for await (const chunk of body) {
    await lines.take(chunk);
    hash.update(chunk);
  }
  lines.end();
  return { lines, fingerprint: hash.digest('hex').slice(0, 32) };
}

/** Two bodies that are the same to the last byte are one that was sent twice: events have times. So a body without a key is its own. */
async function keep(
  c: IntakeContext,
  { spool, onStrangeRelay }: IntakeOptions,
  lines: EventLines,
  key: string | undefined,
  fingerprint: string,
): Promise<Response> {
  const { accepted, rejected, rejectedCount, pieces } = lines;
  const strange = { events: lines.strangeRelays.events, named: lines.strangeRelays.named() };
  const warning = strangeWords(strange);
  const answer = {
    ...{ accepted, rejected, rejectedCount, key: key === undefined ? 'body' : 'header' },
    ...(warning === undefined ? {} : { warning, unknownRelays: strange.named }),
  };
  if (accepted + rejectedCount === 0) throw new Refusal(400, 'The body holds no events.');
  if (accepted === 0) return c.json({ error: 'No line is an event.', ...answer }, 422);
  const name = key === undefined ? `body ${fingerprint}` : `header ${key}`;
  const put = await spool.put({ kind: 'events', key: name, bytes: pieces, fingerprint });
  switch (put) {
    case 'taken':
      for (const each of strange.named) onStrangeRelay?.(each);
      return c.json(answer, 202);
    case 'repeated':
      return c.json({ repeated: true, ...answer }, 200);
    case 'other-content':
      throw new Refusal(409, 'Another body came under this Idempotency-Key before; nothing was taken.');
    case 'full':
      throw full();
    default:
      return put satisfies never;
  }
}

/** Names are outsiders' text: so many are remembered, and no more are told. */
const MAX_TOLD = 100;

function onceEach(tell: IntakeOptions['onStrangeRelay'] = () => {}): (strange: StrangeRelay) => void {
  const told = new Set<string>();
  return (strange) => {
    if (told.has(strange.relay) || told.size >= MAX_TOLD) return;
    told.add(strange.relay);
    tell(strange);
  };
}

function full(): Refusal {
  return new Refusal(429, 'Too much waits to be read already.', { 'Retry-After': String(RETRY_SECONDS) });
}

function asRefusal(error: unknown, { onError }: IntakeOptions): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof BodyError) return new Refusal(error.status, error.message);
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET')
    return new Refusal(400, 'The body did not come to its end.');
  onError(error as Error);
  return new Refusal(503, 'The batch could not be kept.', { 'Retry-After': String(RETRY_SECONDS) });
}
