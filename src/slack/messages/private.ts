// What only one person sees: refusals, lost races, what could not be done, an incident's history.
import type { AuditRow } from '../../audit/record.js';
import type { Incident } from '../../incidents/incident.js';
import { count } from '../../words.js';
import { actions, button, context, header, type Message, message, section, withWords } from './blocks.js';
import { buttonValue } from './button-value.js';
import { repliesText } from './listing/listing-card.js';
import { esc, fitCount } from './text/escape.js';
import { clock, when } from './text/time.js';
import { BUTTONS, buttonWord, doneWord, STATES } from './text/words.js';
import { auditLine } from './timeline.js';

/** A sentence or two. The text is mrkdwn: escape what comes from outside. */
export function privateNote(text: string): Message {
  return message(text, [section(text)]);
}

/** "Sorry, …": who may do it, and that the refusal is on record. */
export function refusal(verb: string, why: string): Message {
  return privateNote(
    `:no_entry_sign: Sorry, *${esc(buttonWord(verb), 60)}* was not done: ${why}\n_The attempt is on record._`,
  );
}

/** The same of what is only looked at; somebody of the workspace who is not in `people` hears what there is to see without. */
export function lookRefusal(verb: string, { why, isUnlisted }: { why: string; isUnlisted?: true }): Message {
  return privateNote(
    `:no_entry_sign: Sorry, you may not see *${esc(buttonWord(verb), 60)}*: ${why}${isUnlisted ? ` ${MAY_ASK}` : ''}\n_The attempt is on record._`,
  );
}

/** What is open to somebody who is not in `people`; see readsAlong. */
export const MAY_ASK =
  'In a channel that gets its alerts or digests you may type `/relay incidents`, `/relay blocks`, `/relay status`, `/relay noise` and `/relay digest`.';

/** Steps that take one of several: that somebody took one does not say that yours is done. */
const OF_SEVERAL: ReadonlySet<string> = new Set(['lift', 'reroute']);

/** Somebody else was faster: who did what, when. `winner` is the latest decision on record. */
export function lostRace(verb: string, winner: AuditRow | undefined): Message {
  if (!winner)
    return privateNote(':busts_in_silhouette: The incident has changed since this card was drawn. Look at it again.');
  const done = `${doneWord(winner.verb)} by ${esc(winner.actorName, 60)}, ${clock(winner.at)}`;
  if (winner.verb === verb && !OF_SEVERAL.has(verb))
    return privateNote(`:busts_in_silhouette: Already ${done}. Nothing was done twice.`);
  return privateNote(
    `:busts_in_silhouette: Your *${esc(buttonWord(verb), 60)}* was not done: the incident has changed since (${done}). Look at the card, and press again if it is still right.`,
  );
}

/** The step made no sense any more. */
export function notPossible(verb: string, why: string): Message {
  return privateNote(`:information_source: *${esc(buttonWord(verb), 60)}* was not done: ${esc(why, 500)}`);
}

/** A note is on record; `isInThread` where changes are told there. */
export function noteSaved(incidentId: number, note: string, isInThread: boolean): Message {
  const where = isInThread ? 'in the history, and in the thread of the card for all to read' : 'in the history';
  return withWords(`:memo: Your note on incident ${incidentId} is saved: it is ${where}.`, note, 300);
}

/** Something broke: what, how things stand, and the reference under which the log has it. */
export function brokeDown(
  verb: string | undefined,
  cause: string,
  incident: Incident | undefined,
  reference: string,
): Message {
  const what = verb ? `*${esc(buttonWord(verb), 60)}*` : 'That';
  const state = incident ? ` Incident ${incident.id} now stands at: *${STATES[incident.state].word}*.` : '';
  const text = `:warning: ${what} did not get through: ${esc(cause, 300)}${state}\nReference \`${reference}\` (in the log).`;
  return privateNote(text);
}

/** The latest audit rows of an incident, newest first, of `total`, and the way to add to them; of a listing what was said of it, too. */
export function history(
  incident: Pick<Incident, 'id' | 'rev' | 'subject'>,
  rows: readonly AuditRow[],
  total: number,
  customerName: (id: string) => string,
): Message {
  const title = `History of incident ${incident.id}`;
  const lines = rows.map(
    (row) => `${when(row.at)}  ${auditLine(row, customerName)}${row.reason ? ` _“${esc(row.reason, 150)}”_` : ''}`,
  );
  const shown = lines.slice(0, fitCount(lines, ROOM));
  const replies = incident.subject.kind === 'listing' ? repliesText(incident.subject) : '';
  const entries = `${count(total, 'entry', 'entries')}, newest first`;
  const howMany =
    shown.length < total
      ? `The latest ${shown.length} of ${entries}; \`relaywarden audit export\` prints all`
      : entries;
  return {
    text: title,
    blocks: [
      header(title),
      section(shown.join('\n') || 'Nothing is on record yet.'),
      context(`${howMany}. Only you see this.`),
      ...(replies ? [section(replies)] : []),
      actions(`history-${incident.id}`, [
        button({ action: 'note', label: BUTTONS.note, value: buttonValue(incident) }),
      ]),
    ],
  };
}

/** Characters for the entries of a history. */
const ROOM = 2900;
