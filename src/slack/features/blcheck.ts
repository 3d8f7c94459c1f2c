// /blcheck: is this address, network or domain on a blocklist? Answers at once with a line that fills; the result is the person's own
// until they share it or open an incident from it.
import { randomBytes } from 'node:crypto';
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import type { CheckResult } from '../../blocklists/check.js';
import { askedFor, parseTargets, type Target, whyNotAsked } from '../../blocklists/target.js';
import { whenFree } from '../../db/patience.js';
import { addressesIn } from '../../detection/finding.js';
import { UserError } from '../../errors.js';
import { openEntries } from '../../incidents/incident.js';
import type { Taken } from '../../incidents/listings/take-listings.js';
import { findIncident, openListing, unresolvedIncidents } from '../../incidents/store.js';
import { takeListed } from '../../incidents/watch.js';
import { specialUseOf } from '../../mail/special-use.js';
import { type Asker, authorize, record } from '../authorize.js';
import { type Desk, installedTeam, tell } from '../desk.js';
import { count, type Message } from '../messages/blocks.js';
import {
  type Asked,
  CHECK_BUTTONS,
  checkProgress,
  checkResult,
  type FinishedCheck,
  type OwnBlock,
  type StandingIn,
} from '../messages/check-result.js';
import { privateNote, refusal } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import { askerOf, replyTo } from '../press.js';
import { linkTo } from '../read.js';
import type { Feature } from './feature.js';

/** A /28: what a person reads in one message. */
const MAX_ADDRESSES = 16;
/** Slack takes five answers to one command: up to three of them show progress, the last is the result. */
const PROGRESS_ANSWERS = 3;
const PROGRESS_EVERY_MS = 1000;
/** Results kept for their buttons; Slack's answer address dies after half an hour anyway. */
const KEPT_RESULTS = 200;
/** More incidents than this are not opened by one press. */
const MAX_OPENED = 10;

const EXAMPLES =
  '`/blcheck 198.51.100.7` · `/blcheck 198.51.100.0/28` · `/blcheck 2001:db8::25` · `/blcheck example.com`';
const USAGE = `Say what to check: an IP address, a network up to ${MAX_ADDRESSES} addresses, or a domain.\n${EXAMPLES}`;
const EXPIRED = privateNote(`:hourglass: That result is no longer at hand. Check again:\n${EXAMPLES}`);

export const blcheck: Feature = {
  name: '/blcheck',
  help: '`/blcheck 198.51.100.7` checks an address, a small network or a domain on the blocklists',
  command: '/blcheck',
  register(app, desk) {
    const kept = new Map<string, FinishedCheck>();
    app.command('/blcheck', async ({ ack, command, respond }) => {
      const text = command.text.trim();
      const asker = { userId: command.user_id, name: command.user_name, teamIds: [command.team_id] };
      const verdict = await authorize(desk.ctx, installedTeam(desk), asker, {
        right: 'check',
        verb: '/blcheck',
        subject: 'check',
      });
      if (!verdict.allowed) return ack(ephemeral(refusal('/blcheck', verdict.why)));
      const fault = faultIn(text);
      if (fault) return ack(ephemeral(privateNote(fault)));
      const asked = readAsked(desk, text);
      await ack(ephemeral(checkProgress(asked.target, 0, undefined)));
      await runCheck(desk, kept, asked, respond);
    });
    registerButtons(app, desk, kept);
  },
};

/** What is wrong with the input, with what would have worked, or why the lists are not asked about it; undefined when it can be checked. */
function faultIn(text: string): string | undefined {
  if (text === '' || text === 'help') return `:information_source: ${USAGE}`;
  try {
    const notAsked = whyNotAsked(text, parseTargets(text, { maxAddresses: MAX_ADDRESSES }));
    return notAsked && `:information_source: ${esc(notAsked, 600)}`;
  } catch (error) {
    if (error instanceof UserError) return `:grey_question: ${esc(error.message, 600)}`;
    throw error;
  }
}

/** What is asked about, by the name it has in the DNS, and what has to be said of it. */
function readAsked({ ctx }: Desk, text: string): Asked {
  const { name, mailbox } = askedFor(text);
  const ours = new Set(ctx.outboundAddresses?.() ?? []);
  const uses = parseTargets(text, { maxAddresses: MAX_ADDRESSES }).map((target) =>
    target.kind === 'domain' || ours.has(target.text) ? undefined : specialUseOf(target.ip),
  );
  const [use] = uses;
  const [own] = ours;
  return {
    target: name,
    ...(mailbox ? { mailbox } : {}),
    ...(use !== undefined && uses.every((each) => each === use) ? { use, ...(own ? { ours: own } : {}) } : {}),
  };
}

/** Checks and answers: progress first, when it takes long enough to be seen, then the result in its place. */
async function runCheck(desk: Desk, kept: Map<string, FinishedCheck>, asked: Asked, respond: RespondFn): Promise<void> {
  let answers = 0;
  let shownAtMs = Date.now();
  let last: Promise<unknown> = Promise.resolve();
  const onResult = (_result: unknown, done: number, of: number) => {
    if (done === of || answers >= PROGRESS_ANSWERS || Date.now() - shownAtMs < PROGRESS_EVERY_MS) return;
    answers++;
    shownAtMs = Date.now();
    last = respond({ ...ephemeral(checkProgress(asked.target, done, of)), replace_original: true }).catch(() => {});
  };
  const results = await desk.ctx.check(asked.target, { maxAddresses: MAX_ADDRESSES, onResult });
  await last;
  const refusedBy = readOwnBlocks(desk, parseTargets(asked.target, { maxAddresses: MAX_ADDRESSES }));
  const found = { results, refusedBy, standingIn: readStanding(desk, results) };
  const check = { ...asked, id: randomBytes(9).toString('base64url'), at: desk.ctx.now(), ...found };
  keep(kept, check);
  await respond({ ...ephemeral(checkResult(check, desk.ctx.describeList)), replace_original: true });
}

/** Receivers' own blocks that stand, by the open incidents: replies to our mail told of them. The latest refusal first. */
function readOwnBlocks({ ctx, identity }: Desk, targets: readonly Target[]): OwnBlock[] {
  const asked = new Set(targets.map(({ text }) => text));
  const blocks = unresolvedIncidents(ctx.db).flatMap((incident) => {
    if (incident.subject.kind !== 'listing') return [];
    const { id } = incident;
    const refusing = openEntries(incident.subject).filter(
      ({ inDns, target }) => !inDns && addressesIn(target).some((each) => asked.has(each)),
    );
    return refusing.map(({ target, listName, codes, lastSeenAt }) => ({
      ...{ target, receiver: listName, code: codes[0] ?? '', lastRefusedAt: lastSeenAt },
      incident: { id, link: linkTo(incident, identity()?.workspaceUrl) },
    }));
  });
  return blocks.toSorted((a, b) => b.lastRefusedAt - a.lastRefusedAt);
}

/** The listings that an incident is about: to open it again would change nothing. */
function readStanding({ ctx, identity }: Desk, results: readonly CheckResult[]): StandingIn[] {
  return results.flatMap(({ target, list, verdict }) => {
    const id = verdict === 'listed' ? openListing(ctx.db, target, list)?.incidentId : undefined;
    const incident = id ? findIncident(ctx.db, id) : undefined;
    if (!incident) return [];
    const link = linkTo(incident, identity()?.workspaceUrl);
    return [{ target, list, incident: { id: incident.id, state: incident.state, link } }];
  });
}

function keep(kept: Map<string, FinishedCheck>, check: FinishedCheck): void {
  kept.set(check.id, check);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_RESULTS && oldest !== undefined) kept.delete(oldest);
}

function registerButtons(app: App, desk: Desk, kept: Map<string, FinishedCheck>): void {
  onCheckButton(app, desk, kept, CHECK_BUTTONS.share, shareToChannel);
  onCheckButton(app, desk, kept, CHECK_BUTTONS.open, openIncidents);
  onCheckButton(app, desk, kept, CHECK_BUTTONS.again, async (given) => {
    const { target, mailbox, use, ours } = given.check;
    const asked = { target, ...(mailbox ? { mailbox } : {}), ...(use ? { use } : {}), ...(ours ? { ours } : {}) };
    await runCheck(desk, kept, asked, given.respond);
  });
}

interface Given {
  desk: Desk;
  check: FinishedCheck;
  actor: { id: string; name: string };
  body: BlockAction;
  respond: RespondFn;
}

function onCheckButton(
  app: App,
  desk: Desk,
  kept: Map<string, FinishedCheck>,
  action: string,
  act: (given: Given) => Promise<void>,
): void {
  app.action<BlockAction>(
    { type: 'block_actions', action_id: action },
    async ({ ack, body, action: pressed, respond }) => {
      await ack();
      const reply = replyTo(body, respond);
      const asker: Asker = askerOf(body);
      const verdict = await authorize(desk.ctx, installedTeam(desk), asker, {
        right: 'check',
        verb: action,
        subject: 'check',
      });
      if (!verdict.allowed) return tell(desk, reply, refusal('/blcheck', verdict.why));
      const check = kept.get(('value' in pressed && pressed.value) || '');
      if (!check) return tell(desk, reply, EXPIRED);
      await act({ desk, check, actor: { id: verdict.person.slack, name: verdict.person.name }, body, respond });
    },
  );
}

/** Posts the result for all, by the answer address, so that it works in channels that the bot is not in. */
async function shareToChannel({ desk, check, actor, respond }: Given): Promise<void> {
  const entry = { at: desk.ctx.now(), actor, verb: 'check-share', subject: `check:${check.target}` };
  await record(desk.ctx, entry);
  await respond({
    ...checkResult(check, desk.ctx.describeList, actor.name),
    response_type: 'in_channel',
    replace_original: false,
  });
}

/** Takes every listing of the result into the incidents, and names them: new, joined, open already, or no more than a note. */
async function openIncidents({ desk, check, actor, body, respond }: Given): Promise<void> {
  const listed = check.results.filter(({ verdict }) => verdict === 'listed');
  const seen = listed.slice(0, MAX_OPENED).map((result) => ({ ...result, at: check.at }));
  const taken = await whenFree(() => takeListed(desk.ctx, seen, actor));
  desk.ctx.outbox.wake();
  const lines = taken.map((each) => takenLine(desk, each));
  const left = listed.length - taken.length;
  if (left > 0) lines.push(`… and ${count(left, 'more listing')}: check fewer addresses at once.`);
  await tell(
    desk,
    replyTo(body, respond),
    privateNote([...new Set(lines)].join('\n') || ':information_source: Nothing is listed.'),
  );
}

function takenLine(desk: Desk, taken: Taken): string {
  if (taken.kind === 'noted') {
    const name = esc(desk.ctx.describeList(taken.list).name, 80);
    return `:information_source: \`${esc(taken.target, 80)}\` on ${name} is noted; that list alone opens no incident.`;
  }
  const { kind, incident } = taken;
  const link = linkTo(incident, desk.identity()?.workspaceUrl);
  const name = link ? `<${link}|incident ${incident.id}>` : `incident ${incident.id}`;
  if (kind === 'opened') return `:rotating_light: Opened ${name}, its card comes to the channel.`;
  return kind === 'joined'
    ? `:heavy_plus_sign: Added to ${name}.`
    : `:information_source: That is ${name} already (${incident.state}).`;
}

function ephemeral(message: Message): Message & { response_type: 'ephemeral' } {
  return { ...message, response_type: 'ephemeral' };
}
