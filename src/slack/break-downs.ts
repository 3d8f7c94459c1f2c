// Where every error in answering a person ends: the log gets the error under a reference, the person gets the cause, how things stand now,
// and the reference.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.js';
import type { Incident } from '../incidents/incident.js';
import { findIncident } from '../incidents/store.js';
import { type Desk, tell } from './desk.js';
import { brokeDown } from './messages/private.js';

/** Whatever a request holds that says who asked and what about. */
const Body = z.looseObject({
  user: z.looseObject({ id: z.string() }).optional(),
  user_id: z.string().optional(),
  channel: z.looseObject({ id: z.string() }).optional(),
  channel_id: z.string().optional(),
  command: z.string().optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string().optional(),
        value: z.string().optional(),
        selected_option: z.looseObject({ value: z.string() }).nullish(),
      }),
    )
    .optional(),
  view: z.looseObject({ callback_id: z.string().optional(), private_metadata: z.string().optional() }).optional(),
});
type Body = z.infer<typeof Body>;

/** Logs the error under a reference and tells the person; never throws. */
export async function reportBreakDown(desk: Desk, error: unknown, rawBody: unknown): Promise<void> {
  const reference = randomBytes(4).toString('hex');
  const cause = rootOf(error);
  desk.ctx.noteDatabaseTrouble(cause);
  const body = Body.safeParse(rawBody).data ?? {};
  const verb = verbOf(body);
  desk.ctx.log.error({ err: cause, reference, verb }, 'a request from Slack broke down');
  const userId = body.user?.id ?? body.user_id;
  if (!userId) return;
  const channel = body.channel?.id ?? body.channel_id ?? channelOf(body.view?.private_metadata);
  await tell(desk, { userId, channel }, brokeDown(verb, causeInWords(cause), incidentOf(desk, body), reference));
}

/** Where the button of a form was: whoever pressed it looks there. */
function channelOf(state: string | undefined): string | undefined {
  return /"channel":"([A-Z0-9]{1,30})"/.exec(state ?? '')?.[1];
}

/** The cause for a person: our own words where we have them, never a raw error text. */
function causeInWords(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') {
    if (code.startsWith('SQLITE_FULL')) return 'the database disk is full. Nothing was changed.';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
      return 'the database is busy. Nothing was changed; press again.';
    if (code.startsWith('SQLITE_')) return 'the database cannot be written. Nothing was changed.';
    if (code.startsWith('slack_webapi')) return 'Slack did not take our answer.';
  }
  return 'this is a fault of the bot.';
}

/** Bolt wraps what listeners throw, several of them in a list; drizzle wraps what SQLite throws. */
function rootOf(error: unknown): unknown {
  const { original, originals, cause } = error as { original?: unknown; originals?: unknown[]; cause?: unknown };
  const inner = original ?? originals?.[0] ?? (isSqlite(error) ? undefined : cause);
  return inner instanceof Error ? rootOf(inner) : error;
}

function isSqlite(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_');
}

function verbOf({ actions, view, command }: Body): string | undefined {
  const [action] = actions ?? [];
  const chosen = /^([a-z]+):/.exec(action?.selected_option?.value ?? '')?.[1];
  return chosen ?? action?.action_id ?? view?.callback_id ?? command;
}

function incidentOf(desk: Desk, { actions, view }: Body): Incident | undefined {
  const [action] = actions ?? [];
  const carried = action?.selected_option?.value ?? action?.value ?? view?.private_metadata ?? '';
  const id = /(?:^|:|"incident":)(\d{1,15})[:,]/.exec(carried)?.[1];
  try {
    return id === undefined ? undefined : findIncident(desk.ctx.db, Number(id));
  } catch {
    return undefined;
  }
}
