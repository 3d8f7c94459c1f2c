// Posts and edits messages at Slack's pace: about one a second per channel, short bursts allowed, a pause when Slack asks for one.
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { EffectImpossible } from '../outbox/run.js';
import { EarlierPosts } from './earlier-posts.js';
import type { Message } from './messages/blocks.js';
import { Pace } from './pace.js';
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
const EVENT_TYPE = 'relaywarden_effect';

/** Keeps the pace of each channel, by a clock that nobody sets. `close` ends every wait, so that a stopping process does not hang in one. */
export class Poster {
  readonly #client: WebClient;
  readonly #perSecond: number;
  readonly #channels = new Map<string, Pace>();
  readonly #closing = new AbortController();
  readonly #earlier: EarlierPosts;
  #mayReadHistory = true;

  constructor(client: WebClient, messagesPerSecond = MESSAGES_PER_SECOND) {
    this.#client = client;
    this.#perSecond = messagesPerSecond;
    this.#earlier = new EarlierPosts(client, this.#closing.signal, messagesPerSecond / MESSAGES_PER_SECOND);
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
    try {
      const answer = await this.#paced(channel, () => orPlain(send, message));
      return { channel: answer.channel ?? channel, ts: answer.ts ?? '' };
    } finally {
      if (mark) this.#earlier.tried({ channel, threadTs }, mark);
    }
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
      const ts = await this.#earlier.find({ channel, threadTs }, mark);
      return ts === undefined ? undefined : { channel, ts };
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'missing-scope') this.#mayReadHistory = false;
      const cannot: Trouble['kind'][] = ['missing-scope', 'channel-closed', 'message-gone', 'impossible', 'not-known'];
      if (cannot.includes(trouble.kind)) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #paced<T>(channel: string, call: () => Promise<T>): Promise<T> {
    const options = { perSecond: this.#perSecond, burst: BURST };
    const pace = this.#channels.get(channel) ?? new Pace(options, this.#closing.signal);
    this.#channels.set(channel, pace);
    return pace.run(call);
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
