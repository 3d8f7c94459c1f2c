// Check again: asks the blocklist of a listing once more, or says plainly that it cannot be asked.
import type { CheckResult } from '../../blocklists/check.js';
import type { Tx } from '../../db/transaction.js';
import { UserError } from '../../errors.js';
import { decide } from '../../incidents/decide.js';
import { type ListingSubject, openEntries, type Subject } from '../../incidents/incident.js';
import { isSameEntry, type TargetOnList, withoutEntry } from '../../incidents/listings/entries.js';
import { openListing, sawCleared, sawListed } from '../../incidents/store.js';
import { tell } from '../desk.js';
import { privateNote } from '../messages/private.js';
import { esc, fitLines } from '../messages/text/escape.js';
import { when } from '../messages/text/time.js';
import { onButton, type Press, settle } from '../press.js';
import type { Feature } from './feature.js';

export const checkAgain: Feature = {
  name: 'Check again',
  help: 'asks the blocklists of a listing once more',
  menu: { entry: 'check-again', right: 'check', act: again },
  register: (app, desk) => onButton(app, desk, 'check-again', again, 'check'),
};

async function again(press: Press): Promise<void> {
  const { subject } = press.incident;
  if (subject.kind !== 'listing')
    return tell(press.desk, press.reply, privateNote(':information_source: Only a listing can be checked again.'));
  const results = await ask(press, subject);
  if (results.length === 0) return cannotBeAsked(press, subject);
  const { ctx } = press.desk;
  const at = ctx.now();
  const lines = results.map((result) => {
    const { name } = ctx.describeList(result.list, result.target);
    return `${result.target} on ${name}: ${inWords(result)}`;
  });
  const outcome = decide(
    ctx,
    { incidentId: press.incident.id, actor: press.actor, verb: 'check-again' },
    (tx, { id, subject: now }) => {
      for (const result of results) note(tx, id, result, at);
      return {
        keepsRev: true,
        set: { subject: withVerdicts(now, results, at) },
        details: { result: lines.join('; '), verdicts: results.map(({ verdict }) => verdict) },
      };
    },
  );
  const said = [...lines.map((line) => `:mag: ${esc(line, 300)}.`), ...notAsked(subject, results)];
  await tell(press.desk, press.reply, privateNote(fitLines(said)));
  await settle(press, outcome);
}

function withVerdicts(subject: Subject, results: readonly CheckResult[], at: number): Subject {
  if (subject.kind !== 'listing') return subject;
  const gone = results.filter(({ verdict }) => verdict === 'clear');
  return gone.reduce((before, { target, list }) => withoutEntry(before, { target, list }, at), subject);
}

/** Asks about all that is open; that something is gone is believed when a second question says the same. */
async function ask(press: Press, subject: ListingSubject): Promise<CheckResult[]> {
  const first = await askAbout(press, openEntries(subject));
  const gone = first.filter(({ verdict }) => verdict === 'clear');
  const second = await askAbout(press, gone);
  return first.map((result) => second.find((again) => isSameEntry(again, result)) ?? result);
}

/** One question per address, about the lists named with it. */
async function askAbout({ desk }: Press, pairs: readonly TargetOnList[]): Promise<CheckResult[]> {
  const targets = [...new Set(pairs.map(({ target }) => target))];
  const answers = targets.map(async (target) => {
    const lists = pairs.filter((pair) => pair.target === target).map(({ list }) => list);
    try {
      const results = await desk.ctx.check(target, { lists });
      return results.filter(({ list }) => lists.includes(list)).map((result) => ({ ...result, target }));
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
  return (await Promise.all(answers)).flat();
}

/** A line for each that is open and that nobody could ask: silence about it would read as if it were over. */
function notAsked(subject: ListingSubject, results: readonly CheckResult[]): string[] {
  const left = openEntries(subject).filter((entry) => !results.some((result) => isSameEntry(result, entry)));
  return left.map(({ target, listName, lastSeenAt, inDns }) => {
    const where = `${esc(target, 80)} at ${esc(listName, 80)}`;
    return inDns
      ? `:information_source: ${where}: could not be asked.`
      : `:information_source: ${where}: cannot be asked, it is not in the DNS. Last refusal seen ${when(lastSeenAt)}.`;
  });
}

/** A receiver's own block list is not in the DNS: its next refusal or acceptance is the only answer there is. */
async function cannotBeAsked({ desk, incident, reply }: Press, subject: ListingSubject): Promise<void> {
  const text = subject.entries.find((entry) => entry.text !== '')?.text;
  const last = text
    ? `\nLast refusal seen ${when(incident.lastSeenAt)}. One of them, word for word:\n> ${esc(text, 500)}`
    : `\nLast refusal: ${when(incident.lastSeenAt)}.`;
  const names = [...new Set(subject.entries.map(({ listName }) => listName))];
  await tell(
    desk,
    reply,
    privateNote(
      `:information_source: *${esc(names.join(', '), 80)}* is not in the DNS, so it cannot be asked. Whether it still refuses shows in our own log: no refusal for an hour of traffic is a good sign.${last}`,
    ),
  );
}

function note(tx: Tx, incidentId: number, result: CheckResult, at: number): void {
  const { target, list } = result;
  if (result.verdict === 'listed')
    sawListed(tx, { target, list, codes: result.codes, text: result.text, incidentId }, at);
  const open = result.verdict === 'clear' ? openListing(tx, target, list) : undefined;
  if (open) sawCleared(tx, [open.id], at);
}

/** The verdict in words; refused and unknown are never clear. */
function inWords({ verdict, codes, meanings }: Pick<CheckResult, 'verdict' | 'codes' | 'meanings'>): string {
  if (verdict === 'listed') return `still listed (${codes.join(', ')})`;
  if (verdict === 'clear') return 'clear now';
  return `could not tell, ${verdict}${meanings[0] ? ` (${meanings[0]})` : ''}`;
}
