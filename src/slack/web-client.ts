// Outgoing calls to Slack: one client for everything we send, and what its errors mean for us.
import {
  LogLevel,
  type Logger as SlackLogger,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackSecrets } from '../config.js';

/** Slack's own default; SLACK_API_URL moves it. */
const SLACK_API_URL = 'https://slack.com/api/';
const CALL_TIMEOUT_MS = 10_000;

/** The address of the Web API, with the closing slash that the clients need. */
export function apiUrlOf({ apiUrl }: Pick<SlackSecrets, 'apiUrl'>): string {
  if (!apiUrl) return SLACK_API_URL;
  return apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`;
}

/**
 * A client that calls once and says what happened: repeating is the outbox's work (a repeated post is a second message), and
 * a rate limit must pause one channel, not everything we say.
 */
export function createWebClient(secrets: SlackSecrets, log: Logger, timeoutMs = CALL_TIMEOUT_MS): WebClient {
  return new WebClient(secrets.botToken, {
    slackApiUrl: apiUrlOf(secrets),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  });
}

/** Slack's libraries write to our log; their `info` is our `debug`. Tokens never appear in what they log. */
export function slackLogger(log: Logger): SlackLogger {
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts) => log.debug({ slack: text(parts) }, 'slack'),
    warn: (...parts) => log.warn({ slack: text(parts) }, 'slack'),
    error: (...parts) => log.error({ slack: text(parts) }, 'slack'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

/**
 * What a failed call means: gone (the message is no more), closed (the channel takes nothing from us), refused (the blocks), token, later.
 * A code that is not known may never pass: whoever waits for it holds up all that comes behind.
 */
export type Trouble =
  | {
      kind: 'message-gone' | 'channel-closed' | 'blocks-refused' | 'bad-token' | 'missing-scope' | 'impossible';
      code: string;
    }
  | { kind: 'rate-limited'; retryAfterMs: number; code: string }
  | { kind: 'later' | 'not-known'; code: string };

const MEANINGS: Record<string, Trouble['kind']> = {
  message_not_found: 'message-gone',
  cant_update_message: 'message-gone',
  edit_window_closed: 'message-gone',
  channel_not_found: 'channel-closed',
  not_in_channel: 'channel-closed',
  is_archived: 'channel-closed',
  restricted_action: 'channel-closed',
  restricted_action_read_only_channel: 'channel-closed',
  restricted_action_thread_only_channel: 'channel-closed',
  channel_type_not_supported: 'channel-closed',
  team_access_not_granted: 'channel-closed',
  invalid_blocks: 'blocks-refused',
  invalid_blocks_format: 'blocks-refused',
  msg_blocks_too_long: 'blocks-refused',
  msg_too_long: 'blocks-refused',
  invalid_auth: 'bad-token',
  not_authed: 'bad-token',
  account_inactive: 'bad-token',
  token_revoked: 'bad-token',
  token_expired: 'bad-token',
  not_allowed_token_type: 'bad-token',
  missing_scope: 'missing-scope',
  no_text: 'impossible',
  invalid_arguments: 'impossible',
  user_not_found: 'impossible',
  cannot_reply_to_message: 'impossible',
  thread_not_found: 'impossible',
  restricted_action_non_threadable_channel: 'impossible',
  restricted_action_thread_locked: 'impossible',
  // These pass by themselves, or when an administrator has mended something.
  internal_error: 'later',
  fatal_error: 'later',
  service_unavailable: 'later',
  request_timeout: 'later',
  ratelimited: 'later',
  rate_limited: 'later',
  message_limit_exceeded: 'later',
  accesslimited: 'later',
  access_denied: 'later',
  ekm_access_denied: 'later',
  no_permission: 'later',
  org_login_required: 'later',
  team_added_to_org: 'later',
};

/** Reads an error of a call. What is not from Slack's libraries, such as a broken connection, is tried again later. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'rate-limited', retryAfterMs: error.retryAfter * 1000, code: 'ratelimited' };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    const kind = MEANINGS[code] ?? 'not-known';
    return kind === 'rate-limited' ? { kind: 'later', code } : { kind, code };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'later', code: `HTTP ${error.statusCode}` };
  return { kind: 'later', code: error instanceof Error ? error.message : String(error) };
}
