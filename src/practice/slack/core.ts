// What the parts of the Slack stand-in share: state, open tickets, and the news of what a reader's screen now shows.
import type { Broadcasts } from './broadcasts.js';
import type { Delivery } from './delivery.js';
import type { SlackState } from './emulator.js';
import type { Ephemerals } from './ephemerals.js';
import { type Json, list, obj, str } from './json.js';
import type { ResponseUrls, Triggers } from './tickets.js';
import type { Views } from './views.js';
import type { Workspace } from './workspace.js';

/** Something changed on somebody's screen. */
export type StandInEvent =
  | { type: 'message'; channel: string; ts: string; threadTs?: string; isBroadcast?: true }
  | { type: 'message-deleted'; channel: string; ts: string; threadTs?: string }
  | { type: 'ephemeral'; user: string; channel: string; ts: string; threadTs?: string }
  | { type: 'ephemeral-deleted'; user: string; channel: string; ts: string }
  | { type: 'modal'; user: string }
  | { type: 'home'; user: string }
  /** Slack's own words to one person: an app that did not answer, a form that could not be sent. */
  | { type: 'notice'; user: string; text: string };

/** A message that everybody in the channel sees. */
export interface StandInMessage {
  channel: string;
  ts: string;
  text: string;
  user: string;
  /** Set on the app's own messages. */
  botId?: string;
  blocks: Json[];
  attachments: Json[];
  threadTs?: string;
  /** A reply that stands in the channel, too. */
  isBroadcast?: true;
  replyCount: number;
  replyUsers: string[];
  isEdited: boolean;
  metadata?: Json;
}

export interface Core {
  workspace: Workspace;
  state: SlackState;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  views: Views;
  ephemerals: Ephemerals;
  broadcasts: Broadcasts;
  delivery: Delivery;
  /** Blocks that messages had before their updates, newest first: a person may press a card that has changed since. */
  earlierBlocks: Map<string, Json[][]>;
  emit(event: StandInEvent): void;
  responseUrl(token: string): string;
  /** The workspace's address, as auth.test tells it; permalinks begin with it. */
  teamUrl(): string;
  permalink(channel: string, ts: string, threadTs?: string): string;
}

export function personOf(core: Core, id: string) {
  const person = core.workspace.people.find((candidate) => candidate.id === id);
  if (!person) throw new Error(`no such person in the practice workspace: ${id}`);
  return person;
}

/** The message as stored, or undefined when there is none (any more). */
export async function readMessage(core: Core, channel: string, ts: string): Promise<Json | undefined> {
  const answer = await core.state.asBot('conversations.replies', { channel, ts, limit: 1000 });
  return list(answer.messages).find((message) => message.ts === ts);
}

export function asMessage(channel: string, raw: Json): StandInMessage {
  const threadTs = str(raw.thread_ts);
  return {
    channel,
    ts: str(raw.ts),
    text: str(raw.text),
    user: str(raw.user),
    ...(str(raw.bot_id) ? { botId: str(raw.bot_id) } : {}),
    blocks: list(raw.blocks),
    attachments: list(raw.attachments),
    ...(threadTs && threadTs !== raw.ts ? { threadTs } : {}),
    ...(raw.subtype === 'thread_broadcast' ? { isBroadcast: true as const } : {}),
    replyCount: typeof raw.reply_count === 'number' ? raw.reply_count : 0,
    replyUsers: Array.isArray(raw.reply_users) ? raw.reply_users.filter((id) => typeof id === 'string') : [],
    isEdited: raw.edited !== undefined,
    ...(raw.metadata ? { metadata: obj(raw.metadata) } : {}),
  };
}

/** A message's blocks, those of its attachments included. */
export function allBlocks(message: { blocks?: unknown; attachments?: unknown }): Json[] {
  return [...list(message.blocks), ...list(message.attachments).flatMap((attachment) => list(attachment.blocks))];
}

const keptVersions = 10;

/** Remembers what a message showed before it is changed. */
export function rememberBlocks(core: Core, channel: string, ts: string, blocks: Json[]): void {
  if (blocks.length === 0) return;
  const key = `${channel}/${ts}`;
  core.earlierBlocks.set(key, [blocks, ...(core.earlierBlocks.get(key) ?? [])].slice(0, keptVersions));
}
