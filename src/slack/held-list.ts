// The effect that shows a held list: its message is posted once and brought up to date when somebody decides.
import { type HeldNotice, heldMessageAt, noteHeldMessage } from '../blocklists/watch/hold.js';
import type { Context } from '../context.js';
import type { Message } from './messages/blocks.js';
import { heldListMessage } from './messages/held-list.js';
import type { Posted, Poster } from './poster.js';
import { troubleOf } from './web-client.js';

interface HeldListDeps extends Pick<Context, 'db' | 'describeList'> {
  poster: Poster;
}

/** `post` posts the message where listings go, and finds it again after a crash. Throws what Slack says. */
export async function showHeldList(
  deps: HeldListDeps,
  held: HeldNotice,
  post: (message: Message) => Promise<Posted>,
): Promise<void> {
  const message = heldListMessage(held, deps.describeList(held.list, held.targets[0]));
  const at = heldMessageAt(deps.db, held);
  if (at && (await isUpdated(deps.poster, at, message))) return;
  noteHeldMessage(deps.db, held, await post(message));
}

async function isUpdated(poster: Poster, at: Posted, message: Message): Promise<boolean> {
  try {
    await poster.update(at, message);
    return true;
  } catch (error) {
    const { kind } = troubleOf(error);
    if (kind === 'message-gone' || kind === 'channel-closed' || kind === 'not-known') return false;
    throw error;
  }
}
