// The practice workspace's people, channels and team: what a test or the demo seeds, in Slack's ids.

/** A member of the workspace. `id` is what `<@…>` and the bot's config name ("U0TECH001"). */
export interface Person {
  id: string;
  /** The handle, lower case ("ann"). */
  name: string;
  realName: string;
  /** One line under the name in "act as", for example "Technician". */
  title: string;
  /** IANA zone for users.info. */
  tz: string;
  /** The person's own team when they come in through Slack Connect; the workspace's team when absent. */
  teamId?: string;
}

/** A channel everybody, the bot included, is a member of. `id` starts with C. */
export interface ChannelSeed {
  id: string;
  name: string;
  topic?: string;
  isPrivate?: boolean;
  /** A Slack Connect channel, shared with another company. */
  isExtShared?: boolean;
}

/** The team and the app that is installed in it. */
interface Team {
  id: string;
  domain: string;
  name: string;
}

interface BotIdentity {
  appId: string;
  botId: string;
  /** The bot's user id. */
  userId: string;
  name: string;
  realName: string;
}

export interface Workspace {
  team: Team;
  bot: BotIdentity;
  people: Person[];
  channels: ChannelSeed[];
  /** Slash commands of the installed app; when absent every command is handed to it. */
  commands?: string[];
}

/** A small workspace that tests and the demo can start from; every id is fixed. */
export const practiceWorkspace: Workspace = {
  team: { id: 'T0PRACTICE', domain: 'northrelay', name: 'Northrelay' },
  bot: { appId: 'A0RELAYWRD', botId: 'B0RELAYWRD', userId: 'U0RELAYWRD', name: 'relaywarden', realName: 'relaywarden' },
  people: [
    { id: 'U0TECH0001', name: 'ann', realName: 'Ann Tanaka', title: 'Technician', tz: 'Europe/Amsterdam' },
    { id: 'U0LEAD0001', name: 'lena', realName: 'Lena Brandt', title: 'Abuse desk lead', tz: 'Europe/Amsterdam' },
    { id: 'U0GUEST001', name: 'oscar', realName: 'Oscar Reyes', title: 'Sales, may only look', tz: 'Europe/Madrid' },
  ],
  channels: [
    { id: 'C0ABUSE001', name: 'abuse-desk', topic: 'Compromised customers, one thread each' },
    { id: 'C0DELIV001', name: 'deliverability', topic: 'Blocklists, delisting and the digest' },
  ],
};
