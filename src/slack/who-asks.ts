// Who asks, as Slack says it in a press, a form or a command, and where they are answered.
import type { BlockAction, RespondFn, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type { Asker } from './authorize.js';
import type { Reply } from './desk.js';

/** Who pressed, or sent a form in. */
export function askerOf(body: Pick<BlockAction | ViewSubmitAction, 'user' | 'team'>): Asker {
  const { user, team } = body;
  const teamIds = [user.team_id, team?.id].filter((teamId): teamId is string => typeof teamId === 'string');
  return { userId: user.id, name: ('username' in user && user.username) || user.id, teamIds };
}

/** Who typed a command. */
export function askerOfCommand(command: SlashCommand): Asker {
  return { userId: command.user_id, name: command.user_name, teamIds: [command.team_id] };
}

/** Where they hear of it: `respond` is Slack's address for answers to a press. */
export function replyTo(body: BlockAction | ViewSubmitAction, respond?: RespondFn): Reply {
  const channel = 'channel' in body ? body.channel?.id : undefined;
  return {
    userId: body.user.id,
    ...(channel ? { channel } : {}),
    ...(respond && 'response_url' in body ? { respond } : {}),
  };
}
