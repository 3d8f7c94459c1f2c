// The digest that somebody asks for: it is shown to them alone, and a button posts it for all. Whoever asks a question has not yet decided
// to put a page into a channel.
import { whenFree } from '../../db/patience.js';
import { mayDo } from '../authorize.js';
import { type Desk, replaceOwn, tell } from '../desk.js';
import { type EarlierPress, queueDigestNow, readDigest } from '../digest.js';
import { actions, button, context, type Message } from '../messages/blocks.js';
import { digestMessage } from '../messages/digest.js';
import { privateNote } from '../messages/private.js';
import { when } from '../messages/text/time.js';
import { onPlainButton } from '../plain-button.js';
import { channelLink } from '../read.js';
import type { Feature } from './feature.js';

const POST = 'digest-post';
const COMMAND = '/relay digest';
const DAY_MS = 86_400_000;

export const postDigest: Feature = {
  name: 'Post in this channel',
  help: 'posts the digest that `/relay digest` showed to you alone',
  register(app, desk) {
    const post = { action: POST, right: 'digest', verb: COMMAND, label: COMMAND, subject: () => 'digest' } as const;
    onPlainButton(app, desk, post, async ({ actor, body, reply }) => {
      const channel = reply.channel ?? desk.ctx.config.channels.compromise;
      // The second press of a double click names the same message.
      const press = `${actor.id}:${channel}:${body.container.message_ts ?? Date.now()}`;
      const earlier = await whenFree(() => queueDigestNow(desk.ctx, { channel, press, periodMs: DAY_MS }));
      desk.ctx.outbox.wake();
      const note = privateNote(pressedText(channel, earlier));
      // In the place of the digest, so that nobody posts it twice.
      if (!(await replaceOwn(desk, reply, note))) await tell(desk, reply, note);
    });
  },
};

/** A client may show the button again, days later: a press on it posts nothing new, and says so. */
function pressedText(channel: string, earlier: EarlierPress | undefined): string {
  const where = channelLink(channel);
  if (!earlier) return `:white_check_mark: The digest of the last 24 hours goes to ${where}.`;
  const pressed = `You pressed that already, ${when(earlier.at)}`;
  if (earlier.isPosted)
    return `:information_source: ${pressed}: the digest was posted then. \`/relay digest\` shows the one of now.`;
  return earlier.isGivenUp
    ? `:warning: ${pressed}, but Slack did not take the digest. \`/relay digest\` shows the one of now, to be posted.`
    : `:white_check_mark: ${pressed}: the digest goes to ${where}, once.`;
}

/** The digest of the last 24 hours for one person, with the buttons that would not refuse them. */
export async function ownDigest({ ctx, identity }: Desk, userId: string): Promise<Message> {
  const to = ctx.now();
  const request = { channel: '', from: to - DAY_MS, to, whenQuiet: 'one-line' } as const;
  const traffic = await ctx.trafficIn(request.from, to);
  const { digest } = readDigest({ ...ctx, workspaceUrl: () => identity()?.workspaceUrl }, request, traffic);
  const person = ctx.config.people.find(({ slack }) => slack === userId);
  const may = (right: 'digest' | 'mark-noise') => person !== undefined && mayDo(ctx.config, person, right);
  const post = actions('digest', [button({ action: POST, label: 'Post in this channel', value: 'digest' })]);
  const below = [context('Only you see this.'), ...(may('digest') ? [post] : [])];
  return digestMessage(digest, { below, mayUndo: may('mark-noise') });
}
