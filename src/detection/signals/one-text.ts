// How many messages are of the same size as the one before, for the log tells sizes and no content. Spam is one text with names filled in;
// letters, answers and orders each have a length of their own. A newsletter is one text as well, so this never speaks for spam: it only
// speaks for honest mail when sizes differ, because what somebody writes by hand is hardly a spam campaign.

import { only, type Signal } from './signal.js';
import { clamp, learned, lnEither, lnShare, type Share } from './statistics.js';

/** Messages of the size of the one before, among a person's letters: mean 12 %. */
const LETTERS = { yes: 1, no: 7 };
/** One honest run in seven is one text: a mailing, a system's notices. */
const ONE_TEXT = { probability: 0.15, share: { yes: 6, no: 1 } };
/** A spam campaign is one text: mean 83 %. One in eight is varied by random words and pictures, or answers the victim's old letters. */
const SPAM = { yes: 4, no: 0.8 };
const VARIED = { probability: 0.12, share: { yes: 1, no: 3 } };
/** Fewer comparisons say nothing; more count as this many. */
const LEAST = 3;
const COUNTED = 40;
/** Where more senders than this write, consecutive messages are of different people and their sizes need not be compared. */
const FEW_SENDERS = 3;

export const oneText: Signal = {
  id: 'one-text',
  group: 'text',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, scope, isNullSender }) {
    const { compared, alike, senderCount } = activity;
    if (isNullSender || compared < LEAST || (scope === 'entry' && senderCount > FEW_SENDERS)) return undefined;
    const total = Math.min(compared, COUNTED);
    const ofOneSize = (alike * total) / compared;
    const lnOf = (share: Share) => lnShare(ofOneSize, total, share);
    const lnOfLetters = lnOf(learned(LETTERS, habit.alike, habit.compared, 20));
    const lnHonest = lnEither(ONE_TEXT.probability, lnOf(ONE_TEXT.share), lnOfLetters);
    const lnSpam = lnEither(VARIED.probability, lnOf(VARIED.share), lnOf(SPAM));
    return clamp(lnSpam - lnHonest, -4, 0);
  },
  say({ activity: { alike, compared } }, weight) {
    const percent = Math.round((100 * alike) / compared);
    const alone = percent === 0 ? 'hardly any has' : `${only(weight, percent)} % have`;
    return `messages differ in size, as those written one by one do: ${alone} the size of the one before`;
  },
};
