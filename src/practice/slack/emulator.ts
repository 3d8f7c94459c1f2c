// The workspace's state: `emulate` holds users, channels and messages behind Slack's Web API on a loopback port.
// It makes up its own ids, so ours are swapped for its own on the way in and back on the way out.
import { randomBytes } from 'node:crypto';
import { createEmulator } from 'emulate';
import { isJson, type Json, list, str } from './json.js';
import type { Workspace } from './workspace.js';

export interface SlackState {
  /** Calls a Web API method with the caller's token and returns Slack's answer. */
  call(method: string, args: Json, token: string): Promise<Json>;
  /** Calls it with a token that may do everything, as the bot. */
  asBot(method: string, args: Json): Promise<Json>;
  /** Calls it as a person, so that they speak in a channel. */
  asPerson(userId: string, method: string, args: Json): Promise<Json>;
  /** When a message was posted, ms: its `ts` names the second only. */
  postedAt(ts: string): number;
  close(): Promise<void>;
}

const everyScope = [
  ...['chat:write', 'users:read', 'channels:read', 'channels:history', 'channels:manage', 'channels:write'],
  ...['channels:join', 'groups:read', 'groups:history', 'groups:write', 'im:read', 'im:history', 'im:write'],
  ...['mpim:read', 'mpim:history', 'mpim:write', 'reactions:write', 'reactions:read'],
];

/**
 * Starts `emulate` with the workspace's people and channels.
 * @param scopes the bot token's scopes; when given they are enforced (`missing_scope`)
 */
export async function startSlackState(workspace: Workspace, botToken: string, scopes?: string[]): Promise<SlackState> {
  const secret = randomBytes(8).toString('hex');
  const allPowers = `xoxb-all-${secret}`;
  const personToken = (name: string) => `xoxp-${name}-${secret}`;
  const { bot, people, channels, team } = workspace;
  const tokens = {
    [botToken]: { login: bot.userId, scopes: scopes ?? everyScope },
    [allPowers]: { login: bot.userId, scopes: everyScope },
    ...Object.fromEntries(people.map(({ name }) => [personToken(name), { login: name, scopes: everyScope }])),
  };
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      tokens,
      slack: {
        team: { name: team.name, domain: team.domain },
        users: people.map((person) => ({ name: person.name, real_name: person.realName })),
        channels: channels.map(({ name, topic, isPrivate }) => ({ name, topic, is_private: isPrivate ?? false })),
        oauth_apps: [appSeed(workspace)],
        strict_scopes: scopes !== undefined,
      },
    },
  });

  const ids = new IdSwap();
  const posted = new Map<string, number>();
  const call = async (method: string, args: Json, token: string): Promise<Json> => {
    const answer = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      // A connection of before would be reset when the process has slept: the server closes one that nothing comes over for 5 s.
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      body: ids.inward(JSON.stringify(args)),
    });
    const parsed: unknown = JSON.parse(ids.outward(await answer.text()));
    if (!isJson(parsed)) throw new Error(`emulate: ${method} did not answer with an object`);
    if (method.startsWith('chat.post')) posted.set(str(parsed.ts) || str(parsed.message_ts), Date.now());
    return parsed;
  };
  await learnIds(call, allPowers, workspace, ids);
  return {
    call,
    asBot: (method, args) => call(method, args, allPowers),
    asPerson: (userId, method, args) => {
      const person = people.find(({ id }) => id === userId);
      if (!person) throw new Error(`no such person in the practice workspace: ${userId}`);
      return call(method, args, personToken(person.name));
    },
    postedAt: (ts) => posted.get(ts) ?? Number(ts) * 1000,
    close: () => emulator.close(),
  };
}

function appSeed({ bot }: Workspace): Json {
  return {
    app_id: bot.appId,
    client_id: '1.1',
    client_secret: 'unused',
    name: bot.realName,
    redirect_uris: ['http://127.0.0.1/unused'],
    bot_id: bot.botId,
    bot_user_id: bot.userId,
    bot_name: bot.name,
  };
}

type Call = (method: string, args: Json, token: string) => Promise<Json>;

async function learnIds(call: Call, token: string, workspace: Workspace, ids: IdSwap): Promise<void> {
  const members = list((await call('users.list', { limit: 1000 }, token)).members);
  for (const person of workspace.people) {
    ids.add(person.id, str(members.find((member) => member.name === person.name)?.id));
  }
  const types = 'public_channel,private_channel';
  const joined = async (id: string) => call('conversations.join', { channel: id }, token);
  const found = list((await call('conversations.list', { limit: 1000, types }, token)).channels);
  for (const channel of workspace.channels) {
    const theirs = str(found.find((candidate) => candidate.name === channel.name)?.id);
    ids.add(channel.id, theirs);
    if (!channel.isPrivate) await joined(theirs);
  }
}

/** Swaps fixed ids for emulate's random ones; both are words of letters and digits, so text can be swapped whole. */
class IdSwap {
  private readonly theirs = new Map<string, string>();
  private readonly ours = new Map<string, string>();

  add(ours: string, theirs: string): void {
    if (theirs === '') throw new Error(`emulate did not take over ${ours}`);
    this.theirs.set(ours, theirs);
    this.ours.set(theirs, ours);
  }

  inward(text: string): string {
    return text.replace(/\b[UC][0-9A-Z]{5,}\b/g, (id) => this.theirs.get(id) ?? id);
  }

  outward(text: string): string {
    return text.replace(/\b[UC][0-9A-F]{9}\b/g, (id) => this.ours.get(id) ?? id);
  }
}
