// Posts and edits messages at Slack's pace: about one a second per channel, short bursts allowed, a pause when Slack asks for one.
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { EffectImpossible } from '../outbox/run.js';
import type { Message } from './messages/blocks.js';
import { refusedInWords } from './refusals.js';
import { type Trouble, troubleOf } from './web-client.js';

export interface Posted {
  /** Slack's id of the channel, whatever name was given. */
  channel: string;
  ts: string;
}

export interface PostOptions {
  threadTs?: string | undefined;
  /** Of a reply in a thread: shown in the channel, too, where it rings as a new message does. */
  isInChannel?: boolean | undefined;
  /** Names the message, to find it again after a crash between post and save. */
  mark?: string | undefined;
}

/** Slack allows about one message a second in a channel, with short bursts (its rate limit page). */
const MESSAGES_PER_SECOND = 1;
const BURST = 5;
/** Messages looked through for one that we could not remember: more than are posted in the minute between two tries. */
const LOOK_BACK = 100;
/** Of a thread: Slack's advice for one page, and a month of an incident that never rests. */
const PAGE = 200;
const MOST_PAGES = 10;
const EVENT_TYPE = 'relaywarden_effect';

/** Keeps the pace of each channel, by a clock that nobody sets. `close` ends every wait, so that a stopping process does not hang in one. */
export class Poster {
  readonly #client: WebClient;
  readonly #perSecond: number;
  readonly #channels = new Map<string, { tokens: number; atMs: number; pausedUntilMs: number; turn: Promise<void> }>();
  readonly #closing = new AbortController();
  #mayReadHistory = true;

  constructor(client: WebClient, messagesPerSecond = MESSAGES_PER_SECOND) {
    this.#client = client;
    this.#perSecond = messagesPerSecond;
  }

  /** Posts a message; throws the client's error when Slack takes neither it nor its plain version. */
  async post(
    channel: string,
    message: Message,
    { threadTs, isInChannel = false, mark }: PostOptions = {},
  ): Promise<Posted> {
    const reply = threadTs ? { thread_ts: threadTs, ...(isInChannel ? { reply_broadcast: true as const } : {}) } : {};
    const send = (blocks: KnownBlock[] | undefined) =>
      this.#client.chat.postMessage({
        channel,
        text: message.text,
        ...(blocks ? { blocks } : {}),
        ...reply,
        ...(mark ? { metadata: { event_type: EVENT_TYPE, event_payload: { outbox_id: mark } } } : {}),
        unfurl_links: false,
        unfurl_media: false,
      });
    const answer = await this.#paced(channel, () => orPlain(send, message));
    return { channel: answer.channel ?? channel, ts: answer.ts ?? '' };
  }

  /** Brings a message up to date. Text and blocks both: Slack keeps old buttons alive otherwise. */
  async update({ channel, ts }: Posted, message: Message): Promise<void> {
    const send = (blocks: KnownBlock[]) => this.#client.chat.update({ channel, ts, text: message.text, blocks });
    await this.#paced(channel, () => orPlain(send, message));
  }

  /** Finds a message that carries the mark, where the app may read the channel's history; undefined otherwise. */
  async find(channel: string, mark: string, threadTs?: string): Promise<Posted | undefined> {
    if (!this.#mayReadHistory) return undefined;
    try {
      const found = await (threadTs ? this.#findInThread(channel, mark, threadTs) : this.#findInChannel(channel, mark));
      return found?.ts ? { channel, ts: found.ts } : undefined;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'missing-scope') this.#mayReadHistory = false;
      const cannot: Trouble['kind'][] = ['missing-scope', 'channel-closed', 'message-gone', 'impossible', 'not-known'];
      if (cannot.includes(trouble.kind)) return undefined;
      throw error;
    }
  }

  async #findInChannel(channel: string, mark: string) {
    const asked = { channel, limit: LOOK_BACK, include_all_metadata: true };
    const { messages = [] } = await this.#client.conversations.history(asked);
    return messages.find(({ metadata }) => markOf(metadata) === mark);
  }

  /** Slack reads a thread from its beginning, and what is looked for stands at its end. */
  async #findInThread(channel: string, mark: string, ts: string) {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const asked = { channel, ts, limit: PAGE, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
      const { messages = [], response_metadata: more } = await this.#client.conversations.replies(asked);
      const found = messages.find(({ metadata }) => markOf(metadata) === mark);
      cursor = more?.next_cursor;
      if (found || !cursor) return found;
    }
    return undefined;
  }

  close(): void {
    this.#closing.abort();
  }

  async #paced<T>(channel: string, call: () => Promise<T>): Promise<T> {
    const pace = this.#channels.get(channel) ?? {
      tokens: BURST,
      atMs: performance.now(),
      pausedUntilMs: 0,
      turn: Promise.resolve(),
    };
    this.#channels.set(channel, pace);
    pace.turn = pace.turn.then(() => this.#takeToken(pace));
    await pace.turn;
    if (this.#closing.signal.aborted) throw new Error('stopping: this is sent after the next start');
    try {
      return await call();
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'rate-limited') pace.pausedUntilMs = performance.now() + trouble.retryAfterMs;
      throw error;
    }
  }

  async #takeToken(pace: { tokens: number; atMs: number; pausedUntilMs: number }): Promise<void> {
    const now = performance.now();
    pace.tokens = Math.min(BURST, pace.tokens + ((now - pace.atMs) / 1000) * this.#perSecond) - 1;
    pace.atMs = now;
    const waitMs = Math.max(pace.tokens < 0 ? (-pace.tokens / this.#perSecond) * 1000 : 0, pace.pausedUntilMs - now);
    if (waitMs > 0) await pause(waitMs, this.#closing.signal);
  }
}

/** Sends with blocks; when Slack does not take them, once more without, so that the news gets through. */
async function orPlain<T>(send: (blocks: KnownBlock[]) => Promise<T>, { text, blocks }: Message): Promise<T> {
  try {
    return await send(blocks);
  } catch (error) {
    if (troubleOf(error).kind !== 'blocks-refused') throw error;
    try {
      return await send(plainVersion(text, blocks));
    } catch (again) {
      if (troubleOf(again).kind === 'blocks-refused') throw new EffectImpossible(refusedInWords(troubleOf(again).code));
      throw again;
    }
  }
}

/** The text and the buttons: what every client draws. */
function plainVersion(text: string, blocks: KnownBlock[]): KnownBlock[] {
  const short = text.length > 2900 ? `${text.slice(0, 2800).replace(/[&<][^>;]*$/, '')}…` : text;
  const section: KnownBlock = { type: 'section', text: { type: 'mrkdwn', text: short, verbatim: true } };
  return [section, ...blocks.filter(({ type }) => type === 'actions')];
}

function markOf(metadata: unknown): unknown {
  const payload = (metadata as { event_payload?: { outbox_id?: unknown } } | undefined)?.event_payload;
  return payload?.outbox_id;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
