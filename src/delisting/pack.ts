// The pack: everything a person needs to ask for one removal. Where to go, what the form wants, and a text ready to paste. Pure.
// One file for each kind of provider in packs/; here is the choice among them. Source of steps and contents: the delisting guide.
import { type ActionFacts, isNothingDone } from './actions-taken.js';
import { expires, isExpiring } from './packs/expires.js';
import { generic } from './packs/generic.js';
import { microsoft365 } from './packs/microsoft-365.js';
import { microsoftConsumer } from './packs/microsoft-consumer.js';
import type { Removal } from './removal.js';
import { hasReaders } from './request.js';
import { cutTo } from './words.js';

export interface PackFacts {
  removal: Removal;
  /** Outbound IP or domain. */
  target: string;
  isDomain: boolean;
  /** Return codes or the receiver's own code, and what they mean. */
  codes: readonly string[];
  meanings: readonly string[];
  /** The bounce or TXT record, verbatim. Hostile text. */
  sample: string;
  refusals: number;
  firstSeenAt: number;
  lastSeenAt: number;
  /** 1 for the first request. */
  attempt: number;
  /** Open compromises of others that send over what is listed: they belong to its cause until they are stopped. */
  othersOpen?: number;
  actions: ActionFacts;
  /** Who signs. */
  signature?: string | undefined;
  now: number;
}

/** A page to open or a mail to write. */
export interface Way {
  label: string;
  /** https: or mailto:; only of our own catalogue or making. */
  url: string;
}

export interface Pack {
  /** Which kind of provider it is for. */
  kind: 'microsoft-consumer' | 'microsoft-365-portal' | 'microsoft-365-mail' | 'generic' | 'expires' | 'none';
  ways: Way[];
  /** What to do, in order; plain text. */
  steps: string[];
  /** What the form wants. */
  asks: string[];
  /** What is worth knowing before. */
  advice: string[];
  /** Ready to paste; undefined where there is nothing to ask. At most MOST_TEXT characters. */
  text?: string;
}

/** Slack takes 3,000 characters in an input; some are left for the person. */
export const MOST_TEXT = 2_800;

/** Longest text a person may make of it. */
export const MOST_CLAIM = 3_000;

/** The pack for one listing. */
export function packOf(facts: PackFacts): Pack {
  const pack = chosen(facts);
  const advice = [
    ...(isNothingDone(facts.actions) ? [NOTHING_DONE] : []),
    ...pack.advice,
    ...generalAdvice(facts.removal),
  ];
  return { ...pack, advice, ...(pack.text === undefined ? {} : { text: cutTo(pack.text, MOST_TEXT) }) };
}

const NOTHING_DONE = 'Nothing has been done yet about the mail that brought the listing: block or suspend it first.';

function chosen(facts: PackFacts): Pack {
  const { removal } = facts;
  if (isExpiring(removal)) return expires(facts);
  if (hasReaders(removal.list)) return microsoftConsumer(facts);
  if (removal.list === 'microsoft-365') return microsoft365(facts);
  return generic(facts);
}

function generalAdvice({ sells, scope }: Removal): string[] {
  return [
    ...(sells
      ? [
          `Do not buy the faster removal it sells (${sells}): the listing comes back if the cause goes on, and the money is gone.`,
        ]
      : []),
    ...(scope === 'range' || scope === 'network'
      ? ['It lists a whole network, not this address alone: only the owner of the network can end that.']
      : []),
  ];
}
