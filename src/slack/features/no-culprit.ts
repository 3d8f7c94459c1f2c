// No culprit of ours: a person answers for a listing that nobody among the customers brought about. It unlocks the gate's first point.
import { stateNoCulprit, takeBackNoCulprit } from '../../delisting/ledger.js';
import { textOf } from '../form-values.js';
import { noCulpritForm } from '../messages/listing/delisting-forms.js';
import { decisionOf, formState, openFormUnlessOutdated, type Press, type Submission, settle } from '../press.js';
import type { Feature } from './feature.js';

const FORM = 'no-culprit';

export const noCulprit: Feature = {
  name: 'No culprit of ours',
  help: 'puts on record, with a reason, that no customer is behind a listing; it can be taken back',
  steps: [
    { verb: 'no-culprit', right: 'request-delisting', act: ask },
    // It only locks: nothing asks before.
    { verb: 'unsay-no-culprit', right: 'request-delisting', act: takeBack },
  ],
  forms: [{ id: FORM, right: 'request-delisting', act: state }],
};

function ask(press: Press): Promise<void> {
  return openFormUnlessOutdated(press, () => noCulpritForm(FORM, formState(press)));
}

function state(given: Submission): Promise<void> {
  const reason = textOf(given.values, 'reason');
  return settle(given, stateNoCulprit(given.desk.ctx.delisting, { ...decisionOf(given), reason }));
}

function takeBack(press: Press): Promise<void> {
  return settle(press, takeBackNoCulprit(press.desk.ctx.delisting, decisionOf(press)));
}
