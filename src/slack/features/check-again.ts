// Check again: asks the blocklist of a listing once more, or says plainly that it cannot be asked.
import type { CheckResult } from '../../blocklists/check.js';
import { decide } from '../../incidents/decide.js';
import { type ListingSubject, openEntries } from '../../incidents/incident.js';
import { askAgain, noteAnswers, verdictInWords } from '../../incidents/listings/ask-again.js';
import { isSameEntry } from '../../incidents/listings/entries.js';
import { tell } from '../desk.js';
import { privateNote } from '../messages/private.js';
import { esc, fitLines } from '../messages/text/escape.js';
import { when } from '../messages/text/time.js';
import { type Press, settle } from '../press.js';
import type { Feature } from './feature.js';

export const checkAgain: Feature = {
  name: 'Check again',
  help: 'asks the blocklists of a listing once more',
  steps: [{ verb: 'check-again', right: 'check', act: again }],
};

async function again(press: Press): Promise<void> {
  const { subject } = press.incident;
  if (subject.kind !== 'listing')
    return tell(press.desk, press.reply, privateNote(':information_source: Only a listing can be checked again.'));
  const { ctx } = press.desk;
  const results = await askAgain(ctx.check, openEntries(subject));
  if (results.length === 0) return cannotBeAsked(press, subject);
  const at = ctx.now();
  const lines = results.map((result) => {
    const { name } = ctx.describeList(result.list, result.target);
    return `${result.target} on ${name}: ${verdictInWords(result)}`;
  });
  const outcome = decide(
    ctx,
    { incidentId: press.incident.id, actor: press.actor, verb: 'check-again' },
    (tx, incident) => ({
      keepsRev: true,
      ...(incident.kind === 'listing' ? { set: { subject: noteAnswers(tx, incident, results, at) } } : {}),
      details: { result: lines.join('; '), verdicts: results.map(({ verdict }) => verdict) },
    }),
  );
  const said = [...lines.map((line) => `:mag: ${esc(line, 300)}.`), ...notAsked(subject, results)];
  await tell(press.desk, press.reply, privateNote(fitLines(said)));
  await settle(press, outcome);
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
