// Who and where: auth.test, users and conversations, with the fields that emulate leaves out.
import { withBroadcasts, withSubtype } from './broadcasts.js';
import type { Method } from './chat.js';
import type { Core } from './core.js';
import { isJson, type Json, list, obj, str } from './json.js';

export const directoryMethods: Record<string, Method> = {
  'auth.test': authTest,
  'users.info': async (core, args, token) => {
    const answer = await core.state.call('users.info', args, token);
    return isJson(answer.user) ? { ...answer, user: completeUser(core, answer.user) } : answer;
  },
  'users.list': async (core, args, token) => {
    const answer = await core.state.call('users.list', args, token);
    return Array.isArray(answer.members)
      ? { ...answer, members: list(answer.members).map((user) => completeUser(core, user)) }
      : answer;
  },
  'conversations.info': async (core, args, token) => {
    const answer = await core.state.call('conversations.info', args, token);
    return isJson(answer.channel) ? { ...answer, channel: completeChannel(core, answer.channel) } : answer;
  },
  'conversations.history': (core, args, token) => readHistory(core, 'conversations.history', args, token),
  'conversations.replies': async (core, args, token) =>
    paged(await readHistory(core, 'conversations.replies', args, token), args),
};

async function authTest(core: Core): Promise<Json> {
  const { team, bot } = core.workspace;
  return {
    ok: true,
    url: `${core.teamUrl()}/`,
    team: team.name,
    user: bot.name,
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  };
}

function completeUser(core: Core, user: Json): Json {
  const { people, team, bot } = core.workspace;
  const person = people.find(({ id }) => id === user.id);
  const tz = person?.tz ?? 'UTC';
  return {
    ...user,
    team_id: person?.teamId ?? team.id,
    tz,
    tz_label: tz,
    tz_offset: offsetSeconds(tz),
    is_restricted: false,
    is_ultra_restricted: false,
    is_app_user: false,
    ...(user.id === bot.userId ? { is_bot: true, profile: { ...obj(user.profile), bot_id: bot.botId } } : {}),
  };
}

function offsetSeconds(tz: string): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName: 'longOffset' }).format(new Date());
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

function completeChannel(core: Core, channel: Json): Json {
  const seed = core.workspace.channels.find(({ id }) => id === channel.id);
  const shared = seed?.isExtShared ?? false;
  return {
    ...channel,
    is_ext_shared: shared,
    is_shared: shared,
    is_org_shared: false,
    context_team_id: core.workspace.team.id,
  };
}

/** Slack reads a thread from its beginning, `limit` messages at a time; emulate gives all of it. The cursor is where the next page begins. */
function paged(answer: Json, { limit, cursor }: Json): Json {
  const messages = list(answer.messages);
  const from = Number(str(cursor)) || 0;
  const to = from + (Number(limit) || messages.length);
  const hasMore = to < messages.length;
  const metadata = { response_metadata: { next_cursor: hasMore ? String(to) : '' } };
  return { ...answer, messages: messages.slice(from, to), has_more: hasMore, ...metadata };
}

/** emulate ignores `oldest`, `latest` and `inclusive`, and shows metadata unasked. */
async function readHistory(core: Core, method: string, args: Json, token: string): Promise<Json> {
  const told = await core.state.call(method, args, token);
  if (told.ok !== true) return told;
  const answer = method === 'conversations.history' ? await withBroadcasts(core, args, told) : told;
  const isInclusive = args.inclusive === true || args.inclusive === 'true' || args.inclusive === '1';
  const after = (ts: string, bound: string) => ts > bound || (isInclusive && ts === bound);
  const wantsMetadata = String(args.include_all_metadata) === 'true' || args.include_all_metadata === '1';
  const messages = list(answer.messages)
    .filter((message) => !str(args.oldest) || after(str(message.ts), str(args.oldest)))
    .filter((message) => !str(args.latest) || after(str(args.latest), str(message.ts)))
    .map((message) => withSubtype(core, str(args.channel), message))
    .map(({ metadata, ...message }) => (wantsMetadata && metadata ? { ...message, metadata } : message));
  return { ...answer, messages };
}
