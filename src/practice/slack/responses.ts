// Answers to a response URL, and the body of a slash command's ack: post, replace or delete, for one person or for all.
import { announce, checkedMessage, showEphemeral } from './chat.js';
import { allBlocks, type Core, readMessage, rememberBlocks } from './core.js';
import { type Json, list, str } from './json.js';
import type { ResponseTarget } from './tickets.js';

/** Carries out one answer; returns Slack's error code when it is refused. */
export async function answer(core: Core, target: ResponseTarget, body: Json): Promise<string | undefined> {
  if (isTrue(body.delete_original)) {
    await deleteOriginal(core, target);
    return undefined;
  }
  const checked = checkedMessage(body);
  if ('error' in checked) return str(checked.error.error);
  if (!str(body.text) && checked.blocks.length === 0 && list(body.attachments).length === 0) return 'no_text';
  const content = { text: str(body.text), blocks: checked.blocks, attachments: list(checked.parts.attachments) };
  if (isTrue(body.replace_original) && target.original) await replaceOriginal(core, target, content);
  else await postNew(core, target, body, content);
  return undefined;
}

interface Content {
  text: string;
  blocks: Json[];
  attachments: Json[];
}

async function deleteOriginal(core: Core, target: ResponseTarget): Promise<void> {
  const { original, userId, channel } = target;
  if (!original) return;
  if (!original.isEphemeral) {
    await core.state.asBot('chat.delete', { channel, ts: original.ts });
    return core.emit({ type: 'message-deleted', channel, ts: original.ts });
  }
  const ephemeral = core.ephemerals.find(userId, channel, original.ts);
  if (ephemeral) core.ephemerals.delete(ephemeral);
  core.emit({ type: 'ephemeral-deleted', user: userId, channel, ts: original.ts });
}

async function replaceOriginal(core: Core, target: ResponseTarget, content: Content): Promise<void> {
  const { original, userId, channel } = target;
  if (!original) return;
  if (original.isEphemeral) {
    const threadTs = core.ephemerals.find(userId, channel, original.ts)?.threadTs ?? target.threadTs ?? '';
    showEphemeral(core, { user: userId, channel, ...content, threadTs, ts: original.ts });
    return;
  }
  const before = await readMessage(core, channel, original.ts);
  if (before) rememberBlocks(core, channel, original.ts, allBlocks(before));
  await core.state.asBot('chat.update', { channel, ts: original.ts, ...content });
  announce(core, channel, original.ts, str(before?.thread_ts));
}

async function postNew(core: Core, target: ResponseTarget, body: Json, content: Content): Promise<void> {
  const { userId, channel } = target;
  const threadTs = str(body.thread_ts) || target.threadTs || '';
  if (body.response_type !== 'in_channel') {
    const ts = showEphemeral(core, { user: userId, channel, ...content, threadTs });
    target.original ??= { ts, isEphemeral: true };
    return;
  }
  const { bot } = core.workspace;
  const author = { bot_id: bot.botId, app_id: bot.appId };
  const inThread = threadTs === '' ? {} : { thread_ts: threadTs };
  const posted = await core.state.asBot('chat.postMessage', { channel, ...content, ...author, ...inThread });
  target.original ??= { ts: str(posted.ts), isEphemeral: false };
  announce(core, channel, str(posted.ts), threadTs);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
