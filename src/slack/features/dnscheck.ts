// /dnscheck: are PTR, SPF, DKIM and DMARC in order? Answers at once, then with ticks and what to publish. On a listing's card the same
// look is behind the button that mends an open point of the gate.
import { randomBytes } from 'node:crypto';
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import { whenFree } from '../../db/patience.js';
import { UserError } from '../../errors.js';
import { type HygieneSubject, strangersOf } from '../../hygiene/subjects.js';
import { queueCard } from '../../incidents/record.js';
import { authorize, record } from '../authorize.js';
import { type Desk, installedTeam, tell } from '../desk.js';
import type { Message } from '../messages/blocks.js';
import {
  DNSCHECK_BUTTONS,
  dnscheckProgress,
  dnscheckResult,
  type FinishedLook,
  lookNote,
} from '../messages/dnscheck.js';
import { privateNote, refusal } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import { askerOf, onButton, type Press, replyTo } from '../press.js';
import type { Feature } from './feature.js';

/** Results kept for their buttons; Slack's answer address dies after half an hour anyway. */
const KEPT_RESULTS = 200;
/** Slack takes five answers to one command. */
const PROGRESS_ANSWERS = 3;

const EXAMPLES = '`/dnscheck 203.0.113.17` · `/dnscheck example.com` · `/dnscheck` and a customer’s name or id';
const USAGE = `Say whose DNS to look at: an IP address, a domain or a customer.\n${EXAMPLES}`;
const EXPIRED = privateNote(`:hourglass: That result is no longer at hand. Look again:\n${EXAMPLES}`);

export const dnscheck: Feature = {
  name: '/dnscheck',
  help: '`/dnscheck example.com` looks at PTR, SPF, DKIM and DMARC of an address, a domain or a customer’s domains',
  command: '/dnscheck',
  register(app, desk) {
    const kept = new Map<string, FinishedLook>();
    app.command('/dnscheck', async ({ ack, command, respond }) => {
      const text = command.text.trim();
      const asker = { userId: command.user_id, name: command.user_name, teamIds: [command.team_id] };
      const asked = { right: 'check', verb: '/dnscheck', subject: 'dnscheck' } as const;
      const verdict = await authorize(desk.ctx, installedTeam(desk), asker, asked);
      if (!verdict.allowed) return ack(ephemeral(refusal('/dnscheck', verdict.why)));
      const read = readSubjects(desk, text);
      if ('fault' in read) return ack(ephemeral(privateNote(read.fault)));
      await ack(ephemeral(dnscheckProgress(text)));
      await run(desk, kept, text, read.subjects, respond);
    });
    registerButtons(app, desk, kept);
    onButton(app, desk, 'dnscheck-address', lookAtListed, 'check');
  },
};

/** What to look at, or what is wrong with the input and what would have worked. */
function readSubjects(desk: Desk, text: string): { subjects: HygieneSubject[] } | { fault: string } {
  if (text === '' || text === 'help') return { fault: `:information_source: ${USAGE}` };
  try {
    return { subjects: desk.ctx.hygiene.subjectsOf(text) };
  } catch (error) {
    if (error instanceof UserError) return { fault: `:grey_question: ${esc(error.message, 600)}.\n${EXAMPLES}` };
    throw error;
  }
}

async function run(
  desk: Desk,
  kept: Map<string, FinishedLook>,
  target: string,
  subjects: readonly HygieneSubject[],
  respond: RespondFn,
): Promise<void> {
  let answers = 0;
  let last: Promise<unknown> = Promise.resolve();
  const looks = await desk.ctx.hygiene.look(subjects, (done) => {
    if (done === subjects.length || answers >= PROGRESS_ANSWERS) return;
    answers++;
    const progress = dnscheckProgress(target, done, subjects.length);
    last = last.then(() => respond({ ...ephemeral(progress), replace_original: true })).catch(() => {});
  });
  await last;
  desk.ctx.outbox.wake();
  const found = { looks, strangers: strangersOf(subjects) };
  const finished = { id: randomBytes(9).toString('base64url'), target, at: desk.ctx.now(), ...found };
  keep(kept, finished);
  await respond({ ...ephemeral(dnscheckResult(finished)), replace_original: true });
}

function keep(kept: Map<string, FinishedLook>, finished: FinishedLook): void {
  kept.set(finished.id, finished);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_RESULTS && oldest !== undefined) kept.delete(oldest);
}

function registerButtons(app: App, desk: Desk, kept: Map<string, FinishedLook>): void {
  onResultButton(app, desk, kept, DNSCHECK_BUTTONS.share, share);
  onResultButton(app, desk, kept, DNSCHECK_BUTTONS.again, async ({ finished: { target }, respond }) => {
    const read = readSubjects(desk, target);
    if ('subjects' in read) await run(desk, kept, target, read.subjects, respond);
  });
}

interface Given {
  desk: Desk;
  finished: FinishedLook;
  actor: { id: string; name: string };
  respond: RespondFn;
}

function onResultButton(
  app: App,
  desk: Desk,
  kept: Map<string, FinishedLook>,
  verb: string,
  act: (given: Given) => Promise<void>,
): void {
  app.action<BlockAction>({ type: 'block_actions', action_id: verb }, async ({ ack, body, action, respond }) => {
    await ack();
    const reply = replyTo(body, respond);
    const asked = { right: 'check', verb, subject: 'dnscheck' } as const;
    const verdict = await authorize(desk.ctx, installedTeam(desk), askerOf(body), asked);
    if (!verdict.allowed) return tell(desk, reply, refusal('/dnscheck', verdict.why));
    const finished = kept.get(('value' in action && action.value) || '');
    if (!finished) return tell(desk, reply, EXPIRED);
    await act({ desk, finished, actor: { id: verdict.person.slack, name: verdict.person.name }, respond });
  });
}

/** Posts the result for all, by the answer address, so that it works in channels that the bot is not in. */
async function share({ desk, finished, actor, respond }: Given): Promise<void> {
  const entry = { at: desk.ctx.now(), actor, verb: 'dnscheck-share', subject: `dnscheck:${finished.target}` };
  await record(desk.ctx, entry);
  const message = dnscheckResult(finished, actor.name);
  await respond({ ...message, response_type: 'in_channel', replace_original: false });
}

/** A press on a listing's card: looks anew at what is listed, tells the person, and has the card show it. */
async function lookAtListed({ desk, incident, arg, reply }: Press): Promise<void> {
  const read = readSubjects(desk, arg);
  if ('fault' in read) return tell(desk, reply, privateNote(read.fault));
  const looks = await desk.ctx.hygiene.look(read.subjects);
  await whenFree(() => desk.ctx.db.transaction((tx) => queueCard(tx, desk.ctx, incident), { behavior: 'immediate' }));
  desk.ctx.outbox.wake();
  await tell(desk, reply, lookNote(looks));
}

function ephemeral(message: Message): Message & { response_type: 'ephemeral' } {
  return { ...message, response_type: 'ephemeral' };
}
