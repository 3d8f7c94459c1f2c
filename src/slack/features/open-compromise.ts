// Open compromise: a person holds a customer for the cause of a listing. Its compromise is linked to the listing, or opened with what is
// known of its mail; a link that turns out wrong is taken back.

import { accuse, unlink } from '../../incidents/culprits/accuse.js';
import { BACKGROUND_HOURS, firstSeenAt } from '../../incidents/culprits/blame.js';
import { findIncident } from '../../incidents/store.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { tell } from '../desk.js';
import { section, textInput } from '../messages/blocks.js';
import { form } from '../messages/modals.js';
import { notPossible } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import {
  decisionOf,
  formState,
  onButton,
  onForm,
  openFormUnlessOutdated,
  type Press,
  settle,
  textOf,
} from '../press.js';
import { customerNameOf } from '../read.js';
import type { Feature } from './feature.js';

const UNLINK = { id: 'unlink', right: 'open-compromise' } as const;
const HOUR_MS = 3_600_000;

export const openCompromise: Feature = {
  name: 'Open compromise',
  help: 'holds a customer for the cause of a listing: links its incident, or opens one',
  register(app, desk) {
    onButton(app, desk, 'open-compromise', accuseCustomer);
    onButton(app, desk, 'unlink', askWhy, UNLINK.right);
    onForm(app, desk, UNLINK, (given) =>
      settle(
        given,
        unlink(desk.ctx, {
          ...decisionOf(given),
          compromise: Number(given.arg),
          reason: textOf(given.values, 'reason'),
        }),
      ),
    );
  },
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

function unlinkForm(press: Press) {
  const { ctx } = press.desk;
  const compromise = findIncident(ctx.db, Number(press.arg));
  const whose = compromise ? ` (${esc(customerNameOf(ctx, compromise), 100)})` : '';
  return form({
    id: UNLINK.id,
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
