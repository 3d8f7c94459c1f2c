// Who may do what: the person's team, their place in `people`, their role; and who may look. A refusal is polite and on record.
import { type AuditEntry, recordAudit } from '../audit/record.js';
import type { Config, Person, Role } from '../config.js';
import type { Context } from '../context.js';
import { whenFree } from '../db/patience.js';
import { immediately } from '../db/transaction.js';

/** What a person asks for, as in `rights` of config.yml; `look` needs any role, and see `readsAlong`. */
export type Right = keyof Config['rights'] | 'look';

/** Who asks, as Slack says it. */
export interface Asker {
  userId: string;
  /** Handle or id, for the record of somebody we do not know. */
  name: string;
  /** Every team that the request names: the person's own and the workspace's. */
  teamIds: string[];
}

/**
 * `why` speaks to the person who asked, `onRecord` to whoever reads of them later. `isUnlisted` is somebody of the workspace who is not in
 * `people`: we have a handle, and Slack alone the name.
 */
export type Verdict =
  | { allowed: true; person: Person }
  | { allowed: false; why: string; onRecord: string; isUnlisted?: true };

const RANKS: Record<Role, number> = { technician: 1, lead: 2 };

/** Decides. Slack's confirm dialogs and hidden buttons prove nothing: every request passes here. */
export function verdictOn(
  config: Pick<Config, 'people' | 'rights'>,
  installedTeam: string,
  asker: Asker,
  right: Right,
): Verdict {
  if (!isOfTeam(asker, installedTeam))
    return {
      allowed: false,
      why: 'only members of the workspace that runs this bot may do that.',
      onRecord: 'from another workspace',
    };
  const person = config.people.find(({ slack }) => slack === asker.userId);
  if (!person)
    return {
      allowed: false,
      why: 'you are not on the abuse desk. Ask its lead to add you to `people` in config.yml.',
      onRecord: 'not on the abuse desk',
      isUnlisted: true,
    };
  if (!mayDo(config, person, right)) {
    const needed = `that takes a ${roleFor(config, right)}`;
    return { allowed: false, why: `${needed}, you are a ${person.role}.`, onRecord: `${needed}, not a ${person.role}` };
  }
  return { allowed: true, person };
}

function isOfTeam({ teamIds }: Asker, installedTeam: string): boolean {
  return teamIds.length > 0 && teamIds.every((team) => team === installedTeam);
}

/** What Slack calls every private channel and direct message in place of their names. */
const NAMELESS = ['privategroup', 'directmessage'];

/**
 * Reports whether somebody of the workspace asks in a channel where all cases are told: compromises or a digest. Slack lets nobody type
 * where they cannot read, so that a list of the same shows them nothing new. `channel`: where a slash command was typed, as Slack says it.
 */
export function readsAlong(
  { channels, digests }: Pick<Config, 'channels' | 'digests'>,
  installedTeam: string,
  asker: Asker,
  channel: { id: string; name: string },
): boolean {
  const names = NAMELESS.includes(channel.name) ? [channel.id] : [channel.id, channel.name];
  const told = [channels.compromise, ...digests.map((digest) => digest.channel)];
  return isOfTeam(asker, installedTeam) && told.some((named) => names.includes(named.replace(/^#/, '')));
}

/** Reports whether a person whom we know may do more than what they pressed: a form offers nothing that would be refused. */
export function mayDo(config: Pick<Config, 'rights'>, { role }: Person, right: Right): boolean {
  return RANKS[role] >= RANKS[roleFor(config, right)];
}

function roleFor({ rights }: Pick<Config, 'rights'>, right: Right): Role {
  return right === 'look' ? 'technician' : (rights[right] ?? 'technician');
}

/** Decides, and puts a refusal on record as soon as nobody else holds the database. `subject` is what it was about: `incident:12`, `check`, `digest`. */
export async function authorize(
  ctx: Pick<Context, 'config' | 'db' | 'now'>,
  installedTeam: string,
  asker: Asker,
  { right, verb, subject }: { right: Right; verb: string; subject: string },
): Promise<Verdict> {
  const verdict = verdictOn(ctx.config, installedTeam, asker, right);
  if (verdict.allowed) return verdict;
  const known = ctx.config.people.find(({ slack }) => slack === asker.userId);
  const entry = {
    at: ctx.now(),
    actor: { id: asker.userId, name: known?.name ?? asker.name },
    verb,
    subject,
    outcome: 'refused' as const,
    details: {
      ...{ why: verdict.onRecord, teams: asker.teamIds },
      ...(verdict.isUnlisted ? { isUnlisted: true } : {}),
    },
  };
  await record(ctx, entry);
  return verdict;
}

/** Puts what a person did or asked for on record, in a transaction of its own. */
export function record({ db }: Pick<Context, 'db'>, entry: AuditEntry): Promise<void> {
  return whenFree(() => immediately(db, (tx) => void recordAudit(tx, entry)));
}
