// Everything a person can do in Slack, in the order help lists it. A new feature is one file and one line here.
import type { App } from '@slack/bolt';
import type { Desk } from '../desk.js';
import { LINK_PREFIX } from '../messages/blocks.js';
import { registerForm, registerSteps } from '../press.js';
import { blcheck } from './blcheck.js';
import { blockSender } from './block-sender.js';
import { checkAgain } from './check-again.js';
import { dnscheck } from './dnscheck.js';
import type { Feature } from './feature.js';
import { heldList } from './held-list.js';
import { history } from './history.js';
import { home } from './home.js';
import { lift } from './lift.js';
import { markNoise } from './mark-noise.js';
import { noCulprit } from './no-culprit.js';
import { note } from './note.js';
import { notifyPartners } from './notify-partners.js';
import { openCompromise } from './open-compromise.js';
import { postDigest } from './post-digest.js';
import { recordAnswerFeature } from './record-answer.js';
import { relay } from './relay.js';
import { reopen } from './reopen.js';
import { requestDelisting } from './request-delisting.js';
import { reroute } from './reroute.js';
import { resolve } from './resolve.js';
import { suspendOutbound } from './suspend-outbound.js';
import { undoNoise } from './undo-noise.js';
import { why } from './why.js';

export const FEATURES: readonly Feature[] = [
  blockSender,
  reroute,
  suspendOutbound,
  resolve,
  markNoise,
  undoNoise,
  why,
  reopen,
  lift,
  note,
  notifyPartners,
  history,
  checkAgain,
  openCompromise,
  noCulprit,
  requestDelisting,
  recordAnswerFeature,
  heldList,
  blcheck,
  dnscheck,
  relay,
  postDigest,
  home,
];

/** Registers all of them on the app. */
export function registerFeatures(app: App, desk: Desk): void {
  registerSteps(
    app,
    desk,
    FEATURES.flatMap(({ steps = [] }) => steps),
  );
  for (const { forms = [], register } of FEATURES) {
    for (const form of forms) registerForm(app, desk, form);
    register?.(app, desk);
  }
  // A link button opens its page by itself; Slack still wants to hear that the press arrived.
  app.action(new RegExp(`^${LINK_PREFIX}`), async ({ ack }) => ack());
}
