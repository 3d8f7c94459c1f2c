// The common parts of what Slack sends an app when a person does something.
import { type Core, personOf } from './core.js';
import { type Json, str } from './json.js';

interface PersonPayload {
  id: string;
  username: string;
  name: string;
  team_id: string;
}

export function userPayload(core: Core, userId: string): PersonPayload {
  const person = personOf(core, userId);
  return { id: person.id, username: person.name, name: person.name, team_id: person.teamId ?? core.workspace.team.id };
}

/** Fields that every interactive payload has. */
export function interactionBase(core: Core, type: string, userId: string): Json {
  const { team, bot } = core.workspace;
  return {
    type,
    user: userPayload(core, userId),
    api_app_id: bot.appId,
    token: 'practice',
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function channelPayload(core: Core, channel: string): { id: string; name: string } {
  const seed = core.workspace.channels.find(({ id }) => id === channel);
  return { id: channel, name: seed?.name ?? 'directmessage' };
}

/** The message as it stands in a payload: with the app's ids, whatever emulate stored. */
export function messagePayload(core: Core, message: Json): Json {
  const { bot, team } = core.workspace;
  return { ...message, type: 'message', bot_id: bot.botId, app_id: str(message.app_id) || bot.appId, team: team.id };
}
