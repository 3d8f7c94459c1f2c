// Posting, changing and deleting messages: emulate keeps them; block limits, ids, ephemerals and "text only" are ours.
import { withBlockIds } from './blocks.js';
import { allBlocks, asMessage, type Core, readMessage, rememberBlocks } from './core.js';
import { isJson, type Json, list, parseJson, str } from './json.js';
import { checkBlocks } from './limits.js';

/** A Web API method: the app's arguments and token in, Slack's answer out. */
export type Method = (core: Core, args: Json, token: string) => Promise<Json>;

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': updateMessage,
  'chat.delete': deleteMessage,
  'chat.getPermalink': permalink,
};

async function postMessage(core: Core, args: Json, token: string): Promise<Json> {
  const checked = checkedMessage(args);
  if ('error' in checked) return checked.error;
  const { bot } = core.workspace;
  const channel = channelIdOf(core, str(args.channel));
  const answer = await core.state.call(
    'chat.postMessage',
    { ...args, channel, ...checked.parts, bot_id: bot.botId, app_id: bot.appId },
    token,
  );
  if (answer.ok !== true) return answer;
  if (str(args.thread_ts) !== '' && String(args.reply_broadcast) === 'true')
    core.broadcasts.add(str(answer.channel), str(answer.ts));
  announce(core, str(answer.channel), str(answer.ts), str(args.thread_ts));
  return answer;
}

async function postEphemeral(core: Core, args: Json, token: string): Promise<Json> {
  const checked = checkedMessage(args);
  if ('error' in checked) return checked.error;
  const channel = channelIdOf(core, str(args.channel));
  const answer = await core.state.call('chat.postEphemeral', { ...args, channel, ...checked.parts }, token);
  if (answer.ok !== true) return answer;
  showEphemeral(core, {
    user: str(args.user),
    channel,
    text: str(args.text),
    blocks: checked.blocks,
    threadTs: str(args.thread_ts),
    ts: str(answer.message_ts),
  });
  return answer;
}

async function updateMessage(core: Core, args: Json, token: string): Promise<Json> {
  const checked = checkedMessage(args);
  if ('error' in checked) return checked.error;
  const channel = str(args.channel);
  const before = await readMessage(core, channel, str(args.ts));
  const isTextOnly = args.blocks === undefined && args.attachments === undefined;
  const kept = isTextOnly && before ? { blocks: list(before.blocks), attachments: list(before.attachments) } : {};
  const answer = await core.state.call('chat.update', { ...args, ...kept, ...checked.parts }, token);
  if (answer.ok !== true) return answer;
  if (before) rememberBlocks(core, channel, str(args.ts), allBlocks(before));
  announce(core, channel, str(args.ts), str(before?.thread_ts));
  return answer;
}

async function deleteMessage(core: Core, args: Json, token: string): Promise<Json> {
  const before = await readMessage(core, str(args.channel), str(args.ts));
  const answer = await core.state.call('chat.delete', args, token);
  if (answer.ok === true) {
    const threadTs = before ? asMessage(str(args.channel), before).threadTs : undefined;
    const gone = { type: 'message-deleted', channel: str(args.channel), ts: str(args.ts) } as const;
    core.broadcasts.remove(str(args.channel), str(args.ts));
    core.emit(threadTs === undefined ? gone : { ...gone, threadTs });
  }
  return answer;
}

async function permalink(core: Core, args: Json, token: string): Promise<Json> {
  const answer = await core.state.call('chat.getPermalink', args, token);
  if (answer.ok !== true) return answer;
  const message = await readMessage(core, str(args.channel), str(args.message_ts));
  return { ...answer, permalink: core.permalink(str(args.channel), str(args.message_ts), str(message?.thread_ts)) };
}

/** Slack takes a channel's name where it posts ("#abuse-desk", "abuse-desk"), and nowhere else. */
function channelIdOf({ workspace }: Core, channel: string): string {
  const name = channel.replace(/^#/, '');
  return workspace.channels.find((candidate) => candidate.name === name)?.id ?? channel;
}

/** Tells the screens that a message is new or changed, in its thread and where it was sent besides; its root shows another reply count. */
export function announce(core: Core, channel: string, ts: string, threadTs: string): void {
  if (threadTs === '' || threadTs === ts) {
    core.emit({ type: 'message', channel, ts });
    return;
  }
  const also = core.broadcasts.has(channel, ts) ? { isBroadcast: true as const } : {};
  core.emit({ type: 'message', channel, ts, threadTs, ...also });
  core.emit({ type: 'message', channel, ts: threadTs });
}

interface NewEphemeral {
  user: string;
  channel: string;
  text: string;
  blocks: Json[];
  threadTs: string;
  ts?: string;
  from?: 'app' | 'slackbot';
}

export function showEphemeral(core: Core, { threadTs, from = 'app', ...rest }: NewEphemeral): string {
  const inThread = threadTs === '' ? {} : { threadTs };
  const stored = core.ephemerals.add({ ...rest, ...inThread, from });
  core.emit({ type: 'ephemeral', user: stored.user, channel: stored.channel, ts: stored.ts, ...inThread });
  return stored.ts;
}

type Checked = { error: Json } | { blocks: Json[]; parts: Json };

/** Parses blocks and attachments (a form carries them as JSON texts), refuses what Slack would, adds block ids. */
export function checkedMessage(args: Json): Checked {
  const blocks = parsed(args.blocks);
  const attachments = parsed(args.attachments);
  for (const candidate of [blocks, ...list(attachments).map((attachment) => attachment.blocks)]) {
    if (candidate === undefined || candidate === null) continue;
    const { error, messages } = checkBlocks(candidate, 'message');
    if (error) return { error: { ok: false, error, errors: messages, response_metadata: { messages } } };
  }
  const parts: Json = {};
  if (blocks !== undefined) parts.blocks = withBlockIds(list(blocks));
  if (attachments !== undefined) parts.attachments = list(attachments).map(withAttachmentIds);
  if (typeof args.metadata === 'string') parts.metadata = parseJson(args.metadata);
  return { blocks: list(parts.blocks), parts };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  return value === '' ? undefined : (parseJson(value) ?? value);
}

function withAttachmentIds(attachment: Json): Json {
  return Array.isArray(attachment.blocks) && attachment.blocks.every(isJson)
    ? { ...attachment, blocks: withBlockIds(attachment.blocks) }
    : attachment;
}
