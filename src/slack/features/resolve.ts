// Mark resolved: what was found and done, in the words of the person who did it. What is in force stays, unless it is lifted with it.
import type { SectionBlock } from '@slack/types';
import { isOwnBlock } from '../../blocklists/receivers.js';
import { type ListedEntry, openEntries } from '../../incidents/incident.js';
import { resolveIncident } from '../../incidents/resolve.js';
import { inForceOf } from '../../incidents/store.js';
import { type PartBlock, partWords } from '../../incidents/targets.js';
import { andMore } from '../../words.js';
import { mayDo } from '../authorize.js';
import { textOf } from '../form-values.js';
import { context, section, textInput } from '../messages/blocks.js';
import { suspensionLine } from '../messages/containment-lines.js';
import { LIFT, LIFT_INPUT, liftChoice } from '../messages/lift-choice.js';
import { form } from '../messages/modals.js';
import { esc, fitLines } from '../messages/text/escape.js';
import { when } from '../messages/text/time.js';
import { decisionOf, formState, openFormUnlessOutdated, type Press, type Submission, settle } from '../press.js';
import { readPart, readSuspensions, withProof } from '../read.js';
import type { Feature } from './feature.js';
import { tellNotLifted } from './lift.js';

const FORM = 'resolve';

export const resolve: Feature = {
  name: 'Mark resolved',
  help: 'closes an incident with what was found and done; it can be re-opened',
  steps: [{ verb: 'resolve', right: 'resolve', act: ask }],
  forms: [{ id: FORM, right: 'resolve', act: finish }],
};

function ask(press: Press): Promise<void> {
  return openFormUnlessOutdated(press, () => resolutionForm(press));
}

async function finish(given: Submission): Promise<void> {
  const reason = `Found: ${textOf(given.values, 'found')} · Done: ${textOf(given.values, 'done')}`;
  const lifts = isToLift(given);
  const outcome = resolveIncident(given.desk.ctx, { ...decisionOf(given), reason, ...openSeen(given), lifts });
  await settle(given, outcome);
  if (lifts) await tellNotLifted(given, outcome);
}

/** Whoever may not lift is not asked; what comes in of it all the same counts for nothing. */
function isToLift({ desk, person, values }: Submission): boolean {
  return textOf(values, LIFT_INPUT) === LIFT.yes && mayDo(desk.ctx.config, person, 'lift');
}

/** How many open listings the card showed that the person pressed on. */
function openSeen({ arg }: Press): { openSeen?: number } {
  return /^\d{1,6}$/.test(arg) ? { openSeen: Number(arg) } : {};
}

/** Whoever closes it may take closing for stopping. */
function unheld({ incident: { subject, lastSeenAt } }: Press, part: PartBlock | undefined): SectionBlock[] {
  if (subject.kind === 'listing') return stillListed(openEntries(subject));
  const how = part ? partWords(part) : 'Nothing holds this mail back';
  const text = `:warning: *${how}*; last seen ${when(lastSeenAt)}. If it goes on, a new incident opens.`;
  return [section(text)];
}

const LISTS_SHOWN = 3;

/** Of a list only the list says that it is over; of a receiver's own block whoever resolves it does. */
function stillListed(entries: readonly ListedEntry[]): SectionBlock[] {
  const blocks = entries.filter(({ list }) => isOwnBlock(list));
  const listed = entries.filter(({ list }) => !isOwnBlock(list));
  return [
    ...(listed.length > 0
      ? [section(`:warning: *Still listed*: ${someOf(listed, 'on')}. This takes nothing off a list.`)]
      : []),
    ...(blocks.length > 0
      ? [
          section(
            `:warning: *Not seen over*: ${someOf(blocks, 'refused by')}. This lifts no block, and from then on it counts as over.`,
          ),
        ]
      : []),
  ];
}

function someOf(entries: readonly ListedEntry[], how: string): string {
  const shown = entries
    .slice(0, LISTS_SHOWN)
    .map(({ target, listName }) => `${esc(target, 80)} ${how} ${esc(listName, 80)}`);
  return andMore(shown, entries.length);
}

function resolutionForm(press: Press) {
  const { ctx } = press.desk;
  const inForce = inForceOf(ctx.db, press.incident.id);
  const part = readPart(ctx, press.incident);
  const suspensions = readSuspensions(ctx, press.incident);
  const isLoose = inForce.length + suspensions.length === 0;
  const isListing = press.incident.kind === 'listing';
  return form({
    id: FORM,
    title: `Resolve incident ${press.incident.id}`,
    submit: 'Mark resolved',
    state: formState(press),
    blocks: [
      ...(isListing || isLoose || part ? unheld(press, part) : []),
      ...(suspensions.length > 0 ? [section(fitLines(suspensions.map(suspensionLine)))] : []),
      ...liftChoice({
        inForce: inForce.map((row) => withProof(ctx, row)),
        mayLift: mayDo(ctx.config, press.person, 'lift'),
        lifts: false,
      }),
      textInput({ id: 'found', label: 'What was found', placeholder: 'Password of the mailbox was phished.' }),
      textInput({
        id: 'done',
        label: 'What was done',
        placeholder: 'Partner changed it and signed out all sessions, ticket 4711.',
      }),
      context('Kept on record and shown on the card.'),
    ],
  });
}
