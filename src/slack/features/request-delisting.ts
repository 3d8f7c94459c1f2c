// Request delisting: the gate first, then the pack with everything the operator wants. The bot sends nothing itself: a person does,
// and says so here. Whether the gate is open, and who may override it, is asked again when the form comes in.

import type { Context } from '../../context.js';
import { openPoints } from '../../delisting/gate.js';
import { keepDraft, recordRequest, stillWaiting } from '../../delisting/ledger.js';
import { isExpiring } from '../../delisting/packs/expires.js';
import { findOpenEntry, readGate, readPack } from '../../delisting/read.js';
import { findDraft, runningRequest } from '../../delisting/store.js';
import { type ListedEntry, openEntries } from '../../incidents/incident.js';
import { isSameEntry, type TargetOnList } from '../../incidents/listings/entries.js';
import { auditSubject } from '../../incidents/record.js';
import { findIncident } from '../../incidents/store.js';
import { utc } from '../../words.js';
import { authorize, type Verdict, verdictOn } from '../authorize.js';
import { installedTeam, tell } from '../desk.js';
import { textOf, type Values } from '../form-values.js';
import { choiceOf, chooserForm, PACK_INPUTS, packForm } from '../messages/listing/delisting-forms.js';
import { privateNote, refusal } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import { formState, openForm, type Press, type Submission, settle } from '../press.js';
import { linkTo } from '../read.js';
import type { Feature } from './feature.js';

const PACK = 'request-delisting';
const CHOOSER = 'choose-delisting';

export const requestDelisting: Feature = {
  name: 'Request delisting',
  help: 'checks whether a removal may be asked for, gives the text to paste, and keeps track of the request',
  steps: [{ verb: 'request-delisting', right: 'request-delisting', act: start }],
  forms: [
    { id: CHOOSER, right: 'request-delisting', act: chosen },
    { id: PACK, right: 'request-delisting', act: finish, check: faults },
  ],
};

/** The card's button names the listing that matters most; where there are others, it is the first of a choice. */
async function start(press: Press): Promise<void> {
  const { incident, arg } = press;
  const entries = incident.subject.kind === 'listing' ? openEntries(incident.subject) : [];
  const pair = pairOf(arg);
  const named = pair && entries.find((entry) => isSameEntry(entry, pair));
  const [first, ...others] = askableFirst(press, entries, named);
  if (!first)
    return tell(press.desk, press.reply, privateNote(':information_source: Nothing of this is listed any more.'));
  return others.length === 0
    ? openPack(press, first)
    : openForm(press, chooserForm(CHOOSER, formState(press), [first, ...others]));
}

/** What nobody needs to ask for, or has asked for already, comes last and says so. */
function askableFirst({ desk: { ctx } }: Press, entries: readonly ListedEntry[], named: ListedEntry | undefined) {
  const remarked = entries.map((entry) => ({ ...entry, remark: remarkOn(ctx, entry), isNamed: entry === named }));
  const rank = ({ remark, isNamed }: (typeof remarked)[number]) => (isNamed ? 0 : remark === undefined ? 1 : 2);
  return remarked.toSorted((a, b) => rank(a) - rank(b));
}

/** Slack shows 75 characters, and no time of the reader's zone. */
function remarkOn({ delisting, db }: Context, { target, list, codes }: ListedEntry): string | undefined {
  const running = runningRequest(db, { target, list });
  if (running) return `asked ${utc(running.requestedAt)}, the answer is out`;
  return isExpiring(delisting.removalOf(list, codes[0])) ? 'goes by itself, nothing to ask for' : undefined;
}

async function chosen(given: Submission): Promise<void> {
  const { subject } = given.incident;
  const choice = textOf(given.values, 'entry');
  const entry = subject.kind === 'listing' ? openEntries(subject).find((one) => choiceOf(one) === choice) : undefined;
  if (!entry) return tell(given.desk, given.reply, privateNote(':information_source: That is not listed any more.'));
  await openPack(given, entry);
}

async function openPack(press: Press, entry: ListedEntry): Promise<void> {
  const { desk, incident, person } = press;
  const { ctx } = desk;
  const { delisting: readers, db } = ctx;
  const state = { ...formState(press), arg: `${entry.list}|${entry.target}` };
  const asker = { userId: person.slack, name: person.name, teamIds: [installedTeam(desk)] };
  const linkOf = (id: number) => {
    const other = findIncident(db, id);
    return other && linkTo(other, desk.identity()?.workspaceUrl);
  };
  const view = packForm(PACK, {
    ...{ state, entry, linkOf },
    gate: readGate(readers, db, incident, entry),
    pack: readPack(readers, db, incident, entry),
    draft: findDraft(db, incident.id, entry),
    waiting: stillWaiting(readers, db, entry),
    // This decides only what the form shows; the right is checked again when it is submitted.
    mayOverride: verdictOn(ctx.config, installedTeam(desk), asker, 'override-delisting').allowed,
  });
  await openForm(press, view);
}

/** Sending although it is locked needs a reason; saving a draft needs none. */
function faults(values: Values): Record<string, string> {
  const isSent = values[PACK_INPUTS.how] === 'sent';
  const isBlank = PACK_INPUTS.override in values && textOf(values, PACK_INPUTS.override) === '';
  return isSent && isBlank
    ? { [PACK_INPUTS.override]: 'Say why: the request is locked, and this stays on record.' }
    : {};
}

async function finish(given: Submission): Promise<void> {
  const { desk, incident, actor, values, reply, arg } = given;
  const pair = pairOf(arg);
  const text = textOf(values, PACK_INPUTS.text);
  if (!pair || text === '') return;
  const said = { incidentId: incident.id, actor, ...pair };
  if (textOf(values, PACK_INPUTS.how) !== 'sent') {
    keepDraft(desk.ctx.delisting, { ...said, text });
    const where = `\`${esc(pair.target, 80)}\` at ${esc(findOpenEntry(incident, pair)?.listName ?? pair.list, 80)}`;
    const kept = `:floppy_disk: The text for ${where} is saved for whoever asks. Nothing was sent or recorded as sent.`;
    return tell(desk, reply, privateNote(kept));
  }
  const overrideReason = textOf(values, PACK_INPUTS.override);
  const override = overrideReason !== '' && isShut(given, pair) ? await verdictOnOverride(given) : undefined;
  if (override?.allowed === false) return tell(desk, reply, refusal(given.verb, override.why));
  await settle(
    given,
    recordRequest(desk.ctx.delisting, {
      ...said,
      claim: text,
      reference: textOf(values, PACK_INPUTS.reference),
      overrideReason,
      mayOverride: override?.allowed === true,
    }),
  );
}

function isShut({ desk, incident }: Submission, pair: TargetOnList): boolean {
  const entry = findOpenEntry(incident, pair);
  const { delisting: readers, db } = desk.ctx;
  return entry !== undefined && openPoints(readGate(readers, db, incident, entry)).length > 0;
}

/** Asked for this submission, whatever the form was opened with; a no is on record. */
function verdictOnOverride({ desk, person, incident }: Submission): Promise<Verdict> {
  const team = installedTeam(desk);
  const asker = { userId: person.slack, name: person.name, teamIds: [team] };
  const asked = {
    right: 'override-delisting',
    verb: 'override-delisting',
    subject: auditSubject(incident.id),
  } as const;
  return authorize(desk.ctx, team, asker, asked);
}

/** `list|target`; neither an id nor a target has a bar in it. */
function pairOf(arg: string): TargetOnList | undefined {
  const [, list, target] = /^([^|]+)\|(.+)$/s.exec(arg) ?? [];
  return list === undefined || target === undefined ? undefined : { list, target };
}
