// A command that looks something up for one person: it answers at once with a line that fills, and the result is theirs alone until they
// share it. The buttons below a result know it for as long as it is kept.
import { randomBytes } from 'node:crypto';
import type { App, RespondFn } from '@slack/bolt';
import { authorize, record } from './authorize.js';
import { type Desk, installedTeam, tell } from './desk.js';
import type { Message } from './messages/blocks.js';
import { privateNote, refusal } from './messages/private.js';
import { onPlainButton, type PlainPress } from './plain-button.js';
import { askerOfCommand } from './who-asks.js';

/** Slack takes five answers to one command: up to three of them show progress, the last is the result. */
const PROGRESS_ANSWERS = 3;
/** Results kept for their buttons; Slack's answer address dies after half an hour anyway. */
const KEPT_RESULTS = 200;

/** A command that looks something up. `Asked` is what the typed text asks for, `Found` what came of it. */
export interface Lookup<Asked extends { target: string }, Found> {
  command: string;
  /** What it is about on record: `check`, and `check:198.51.100.7` when that is shared. */
  subject: string;
  /** Action ids of the buttons that share a result and ask again. */
  buttons: { share: string; again: string };
  /** What its further buttons do, by action id. */
  acts?: Record<string, Act<Asked, Found>>;
  /** What the text asks for, or what is wrong with it and what would have worked, in mrkdwn. */
  read: (desk: Desk, text: string) => { asked: Asked } | { fault: string };
  look: (desk: Desk, asked: Asked, onProgress: (done: number, of: number) => void) => Promise<Found>;
  /** The line that fills. `of` is undefined until it is known. */
  progress: (asked: Asked, done: number, of: number | undefined) => Message;
  /** Least time between two such lines. */
  progressEveryMs: number;
  /** The result, with its buttons; without them for all when `sharedBy` shares it. */
  result: (desk: Desk, finished: Finished<Asked, Found>, sharedBy?: string) => Message;
  /** For who presses a button of a result that is not kept any more. */
  expired: Message;
}

/** A result, kept for its buttons: their value is its id. */
export interface Finished<Asked, Found> {
  id: string;
  at: number;
  asked: Asked;
  found: Found;
}

/** What a button of a result is told. */
export interface ResultPress<Asked, Found> extends PlainPress {
  desk: Desk;
  finished: Finished<Asked, Found>;
}

export type Act<Asked, Found> = (press: ResultPress<Asked, Found>) => Promise<void>;

/** Registers the command and the buttons of its results. */
export function onLookup<Asked extends { target: string }, Found>(
  app: App,
  desk: Desk,
  lookup: Lookup<Asked, Found>,
): void {
  const { command: name, subject } = lookup;
  const kept = new Map<string, Finished<Asked, Found>>();
  const run = async (asked: Asked, respond: RespondFn) => {
    const finished = await lookUp(desk, lookup, asked, respond);
    keep(kept, finished);
    await respond({ ...ephemeral(lookup.result(desk, finished)), replace_original: true });
  };

  app.command(name, async ({ ack, command, respond }) => {
    const access = { right: 'check', verb: name, subject } as const;
    const verdict = await authorize(desk.ctx, installedTeam(desk), askerOfCommand(command), access);
    if (!verdict.allowed) return ack(ephemeral(refusal(name, verdict.why)));
    const read = lookup.read(desk, command.text.trim());
    if ('fault' in read) return ack(ephemeral(privateNote(read.fault)));
    await ack(ephemeral(lookup.progress(read.asked, 0, undefined)));
    await run(read.asked, respond);
  });

  const acts: Record<string, Act<Asked, Found>> = {
    ...lookup.acts,
    [lookup.buttons.share]: (press) => share(lookup, press),
    [lookup.buttons.again]: ({ finished, respond }) => run(finished.asked, respond),
  };
  for (const [action, act] of Object.entries(acts)) {
    const button = { action, right: 'check', label: name, subject: () => subject } as const;
    onPlainButton(app, desk, button, async (press) => {
      const finished = kept.get(press.value);
      await (finished ? act({ ...press, desk, finished }) : tell(desk, press.reply, lookup.expired));
    });
  }
}

/** Looks, with progress in the place of the first line when it takes long enough to be seen. */
async function lookUp<Asked extends { target: string }, Found>(
  desk: Desk,
  { look, progress, progressEveryMs }: Lookup<Asked, Found>,
  asked: Asked,
  respond: RespondFn,
): Promise<Finished<Asked, Found>> {
  let answers = 0;
  let shownAtMs = Date.now();
  let last: Promise<unknown> = Promise.resolve();
  const found = await look(desk, asked, (done, of) => {
    if (done === of || answers >= PROGRESS_ANSWERS || Date.now() - shownAtMs < progressEveryMs) return;
    answers++;
    shownAtMs = Date.now();
    const line = { ...ephemeral(progress(asked, done, of)), replace_original: true };
    last = last.then(() => respond(line)).catch(() => {});
  });
  // What comes late would stand in the place of the result.
  await last;
  return { id: randomBytes(9).toString('base64url'), at: desk.ctx.now(), asked, found };
}

function keep<Kept extends { id: string }>(kept: Map<string, Kept>, result: Kept): void {
  kept.set(result.id, result);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_RESULTS && oldest !== undefined) kept.delete(oldest);
}

/** Posts the result for all, by the answer address, so that it works in channels that the bot is not in. */
async function share<Asked extends { target: string }, Found>(
  { buttons, subject, result }: Lookup<Asked, Found>,
  { desk, finished, actor, respond }: ResultPress<Asked, Found>,
): Promise<void> {
  const about = `${subject}:${finished.asked.target}`;
  await record(desk.ctx, { at: desk.ctx.now(), actor, verb: buttons.share, subject: about });
  const message = result(desk, finished, actor.name);
  await respond({ ...message, response_type: 'in_channel', replace_original: false });
}

function ephemeral(message: Message): Message & { response_type: 'ephemeral' } {
  return { ...message, response_type: 'ephemeral' };
}
