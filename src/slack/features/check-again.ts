// Check again: asks the blocklist of a listing once more, or says plainly that it cannot be asked.
import type { CheckResult } from '../../blocklists/check.js';
import { UserError } from '../../errors.js';
import { decide } from '../../incidents/decide.js';
import type { ListingSubject } from '../../incidents/incident.js';
import { openListing, sawCleared, sawListed } from '../../incidents/store.js';
import { tell } from '../desk.js';
import { esc } from '../messages/escape.js';
import { privateNote } from '../messages/private.js';
import { when } from '../messages/time.js';
import { onButton, type Press, settle } from '../press.js';
import type { Feature } from './feature.js';

export const checkAgain: Feature = {
  name: 'Check again',
  help: 'asks the blocklist of a listing once more',
  register: (app, desk) => onButton(app, desk, 'check-again', again, 'check'),
};

async function again(press: Press): Promise<void> {
  const { subject } = press.incident;
  if (subject.kind !== 'listing')
    return tell(press.desk, press.reply, privateNote(':information_source: Only a listing can be checked again.'));
  const results = await ask(press, subject);
  if (results.length === 0) return cannotBeAsked(press, subject);
  const at = press.desk.ctx.now();
  const outcome = decide(
    press.desk.ctx,
    { incidentId: press.incident.id, actor: press.actor, verb: 'check-again' },
    (tx) => {
      for (const result of results) note(tx, subject, press.incident.id, result, at);
      return {
        keepsRev: true,
        details: { result: results.map(inWords).join('; '), verdicts: results.map(({ verdict }) => verdict) },
      };
    },
  );
  await tell(
    press.desk,
    press.reply,
    privateNote(
      `:mag: ${esc(subject.target, 80)} at ${esc(subject.listName, 80)}: ${results.map((result) => esc(inWords(result), 200)).join('; ')}.`,
    ),
  );
  await settle(press, outcome);
}

async function ask({ desk }: Press, { target, list }: ListingSubject): Promise<CheckResult[]> {
  try {
    const results = await desk.ctx.check(target, { lists: [list] });
    return results.filter((result) => result.list === list);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** A receiver's own block list is not in the DNS: its next refusal or acceptance is the only answer there is. */
async function cannotBeAsked({ desk, incident, reply }: Press, subject: ListingSubject): Promise<void> {
  const last = subject.text
    ? `\nLast refusal seen ${when(incident.lastSeenAt)}. One of them, word for word:\n> ${esc(subject.text, 500)}`
    : `\nLast refusal: ${when(incident.lastSeenAt)}.`;
  await tell(
    desk,
    reply,
    privateNote(
      `:information_source: *${esc(subject.listName, 80)}* is not in the DNS, so it cannot be asked. Whether it still refuses shows in our own log: no refusal for an hour of traffic is a good sign.${last}`,
    ),
  );
}

function note(
  tx: Parameters<typeof sawListed>[0],
  subject: ListingSubject,
  incidentId: number,
  result: CheckResult,
  at: number,
): void {
  const { target, list } = subject;
  if (result.verdict === 'listed')
    sawListed(tx, { target, list, codes: result.codes, text: result.text, incidentId }, at);
  const open = result.verdict === 'clear' ? openListing(tx, target, list) : undefined;
  if (open) sawCleared(tx, [open.id], at);
}

/** The verdict in words; refused and unknown are never clear. */
function inWords({ verdict, codes, meanings }: CheckResult): string {
  if (verdict === 'listed') return `still listed (${codes.join(', ')})`;
  if (verdict === 'clear') return 'clear now';
  return `could not tell, ${verdict}${meanings[0] ? ` (${meanings[0]})` : ''}`;
}
