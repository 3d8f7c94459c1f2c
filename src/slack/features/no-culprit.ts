// No culprit of ours: a person answers for a listing that nobody among the customers brought about. It unlocks the gate's first point.
import { stateNoCulprit, takeBackNoCulprit } from '../../delisting/ledger.js';
import { noCulpritForm } from '../messages/listing/delisting-forms.js';
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
import type { Feature } from './feature.js';

const FORM = { id: 'no-culprit', right: 'request-delisting' } as const;

export const noCulprit: Feature = {
  name: 'No culprit of ours',
  help: 'puts on record, with a reason, that no customer is behind a listing; it can be taken back',
  register(app, desk) {
    onButton(app, desk, 'no-culprit', ask, FORM.right);
    // It only locks: nothing asks before.
    onButton(
      app,
      desk,
      'unsay-no-culprit',
      (press) => settle(press, takeBackNoCulprit(desk.ctx.delisting, decisionOf(press))),
      FORM.right,
    );
    onForm(app, desk, FORM, (given) =>
      settle(
        given,
        stateNoCulprit(desk.ctx.delisting, { ...decisionOf(given), reason: textOf(given.values, 'reason') }),
      ),
    );
  },
};

function ask(press: Press): Promise<void> {
  return openFormUnlessOutdated(press, () => noCulpritForm(FORM.id, formState(press)));
}
