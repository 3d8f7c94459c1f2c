// Why Slack does not take what we post, by the code it answers, and what a person can do about it:
// https://docs.slack.dev/reference/methods/chat.postMessage

interface Refusal {
  /** What is wrong, to go on behind a channel's name. */
  why: string;
  /** One sentence: who can mend it and how. */
  advice: string;
}

const OTHER_CHANNEL = 'name another channel in config.yml';
const NEW_TOKEN =
  'Install the app anew in Slack (Install App), put its bot token into SLACK_BOT_TOKEN and restart the bot.';

const REFUSALS: Record<string, Refusal> = {
  not_in_channel: { why: 'the bot is not in it', advice: 'Type /invite @relaywarden in that channel.' },
  channel_not_found: {
    why: 'there is no such channel, or it is private and the bot is not in it',
    advice: 'Correct its name in config.yml, or type /invite @relaywarden in that channel.',
  },
  is_archived: { why: 'it is archived', advice: `Unarchive it, or ${OTHER_CHANNEL}.` },
  restricted_action: {
    why: 'a setting of the workspace keeps the bot from posting there',
    advice: `Let a workspace owner give the bot the right to post there, or ${OTHER_CHANNEL}.`,
  },
  restricted_action_read_only_channel: {
    why: 'it is read-only',
    advice: `Let a workspace owner give the bot the right to post there, or ${OTHER_CHANNEL}.`,
  },
  restricted_action_thread_only_channel: {
    why: 'it takes replies in threads alone',
    advice: `Let a workspace owner allow new messages there, or ${OTHER_CHANNEL}.`,
  },
  channel_type_not_supported: {
    why: 'apps cannot post in a conversation of its kind',
    advice: `To mend it, ${OTHER_CHANNEL}.`,
  },
  team_access_not_granted: {
    why: 'the bot is not installed in the workspace of that channel',
    advice: `Let an organisation owner install it there, or ${OTHER_CHANNEL}.`,
  },
  missing_scope: {
    why: 'the bot lacks a right (scope) that it needs',
    advice: 'Put manifest.yml into the app settings (App Manifest), install the app anew and restart the bot.',
  },
  invalid_auth: { why: 'Slack does not know the bot token', advice: NEW_TOKEN },
  not_authed: { why: 'Slack got no bot token', advice: NEW_TOKEN },
  account_inactive: { why: 'the bot was removed from the workspace', advice: NEW_TOKEN },
  token_revoked: { why: 'the bot token was revoked', advice: NEW_TOKEN },
  token_expired: { why: 'the bot token has expired', advice: NEW_TOKEN },
  not_allowed_token_type: { why: 'SLACK_BOT_TOKEN holds a token of another kind', advice: NEW_TOKEN },
  msg_too_long: { why: 'the message is too long', advice: 'This is a fault of the bot: please report it.' },
  msg_blocks_too_long: { why: 'the message is too long', advice: 'This is a fault of the bot: please report it.' },
  invalid_blocks: { why: 'the message has a wrong form', advice: 'This is a fault of the bot: please report it.' },
  invalid_blocks_format: {
    why: 'the message has a wrong form',
    advice: 'This is a fault of the bot: please report it.',
  },
};

/** Of a code that nobody here has heard of. */
const UNKNOWN: Refusal = {
  why: 'Slack refuses it',
  advice: 'Look the code up at docs.slack.dev/reference/methods/chat.postMessage.',
};

/** What is wrong, in words that go on behind a channel's name; undefined for a code that is not known here. */
export function whyRefused(code: string): string | undefined {
  return refusalOf(code)?.why;
}

/** What is wrong, with Slack's code, and what to do: two sentences. `where`: the channel, where it is a matter of one. */
export function refusedInWords(code: string, where?: string): string {
  const { why, advice } = refusalOf(code) ?? UNKNOWN;
  const what = where === undefined ? `${why.charAt(0).toUpperCase()}${why.slice(1)}` : `${where}: ${why}`;
  return `${what} (${code}). ${advice}`;
}

function refusalOf(code: string): Refusal | undefined {
  return Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
}
