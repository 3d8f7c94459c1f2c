// Open compromise: a person holds a customer for the cause of a listing. Its compromise is linked to the listing, or opened with what is
// known of its mail; a link that turns out wrong is taken back.

import { accuse, unlink } from '../../incidents/culprits/accuse.js';
import { BACKGROUND_HOURS, firstSeenAt } from '../../incidents/culprits/blame.js';
import { findIncident } from '../../incidents/store.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { tell } from '../desk.js';
import { textOf } from '../form-values.js';
import { section, textInput } from '../messages/blocks.js';
import { form } from '../messages/modals.js';
import { notPossible } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import { decisionOf, formState, openFormUnlessOutdated, type Press, type Submission, settle } from '../press.js';
import { customerNameOf } from '../read.js';
import type { Feature } from './feature.js';

const UNLINK = 'unlink';
const HOUR_MS = 3_600_000;

export const openCompromise: Feature = {
  name: 'Open compromise',
  help: 'holds a customer for the cause of a listing: links its incident, or opens one',
  steps: [
    { verb: 'open-compromise', right: 'open-compromise', act: accuseCustomer },
    { verb: 'unlink', right: 'open-compromise', act: askWhy },
  ],
  forms: [{ id: UNLINK, right: 'open-compromise', act: takeBack }],
};

async function accuseCustomer(press: Press): Promise<void> {
  const { ctx } = press.desk;
  const { subject } = press.incident;
  const customer = press.arg;
  if (subject.kind !== 'listing' || (ctx.customer(customer) === undefined && customer !== UNATTRIBUTED))
    return tell(press.desk, press.reply, notPossible(press.verb, 'There is no such customer (any more).'));
  const senders = ctx.sendersOf(customer, firstSeenAt(subject) - BACKGROUND_HOURS * HOUR_MS);
  await settle(press, accuse(ctx, { ...decisionOf(press), customer, senders }));
}

function askWhy(press: Press): Promise<void> {
  return openFormUnlessOutdated(press, () => unlinkForm(press));
}

function takeBack(given: Submission): Promise<void> {
  const [compromise, reason] = [Number(given.arg), textOf(given.values, 'reason')];
  return settle(given, unlink(given.desk.ctx, { ...decisionOf(given), compromise, reason }));
}

function unlinkForm(press: Press) {
  const { ctx } = press.desk;
  const compromise = findIncident(ctx.db, Number(press.arg));
  const whose = compromise ? ` (${esc(customerNameOf(ctx, compromise), 100)})` : '';
  return form({
    id: UNLINK,
    title: 'Unlink',
    submit: 'Unlink',
    state: formState(press),
    blocks: [
      section(
        `Incident ${Number(press.arg)}${whose} no longer counts as a cause of this listing. The incident itself stays.`,
      ),
      textInput({ id: 'reason', label: 'Why', hint: 'Kept on record and shown in the thread.' }),
    ],
  });
}
