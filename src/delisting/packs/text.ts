// The parts that every request is written from. Pure; plain text in English, operators read no other.
import { count, utc } from '../../words.js';
import { actionsTaken } from '../actions-taken.js';
import { fitForOutside } from '../discretion.js';
import type { PackFacts } from '../pack.js';
import { oneLine } from '../words.js';

const MOST_SAMPLE = 700;

/** `Affected IP address: 203.0.113.17` */
export function affected({ target, isDomain }: PackFacts): string {
  return `Affected ${isDomain ? 'domain' : 'IP address'}: ${oneLine(target, 200)}`;
}

/** The bounce word for word, but for what would name a customer; then since when and how often. */
export function bounceDetails(facts: PackFacts): string {
  const { refusals, firstSeenAt, lastSeenAt } = facts;
  const often = refusals > 0 ? `, ${count(refusals, 'message')} refused` : '';
  return [
    'Bounce message details:',
    sampleOf(facts) || '(paste one bounce message here)',
    `First seen ${utc(firstSeenAt)}, last seen ${utc(lastSeenAt)}${often}.`,
  ].join('\n');
}

/** What a DNS list answers, and the reason it gives. */
export function listingDetails(facts: PackFacts): string {
  const { removal, codes, meanings, firstSeenAt } = facts;
  const said = [...codes.slice(0, 5), ...meanings.slice(0, 3)].join(', ');
  const answer = said === '' ? '' : `: ${fitForOutside(said, 300, facts.actions.privacy)}`;
  const sample = sampleOf(facts);
  const reason = sample ? [`Reason given there: ${sample}`] : [];
  return [`Listed on ${removal.name} since ${utc(firstSeenAt)}${answer}`, ...reason].join('\n');
}

/** `Actions taken to fix the issue:` and one line each. */
export function actionsBlock({ actions }: PackFacts): string {
  return ['Actions taken to fix the issue:', ...actionsTaken(actions).map((line) => `- ${line}`)].join('\n');
}

export function signed({ signature }: PackFacts): string {
  return ['Kind regards', ...(signature ? [oneLine(signature, 200)] : [])].join('\n');
}

/** Paragraphs with an empty line between. */
export function paragraphs(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function sampleOf({ sample, actions }: PackFacts): string {
  return fitForOutside(sample, MOST_SAMPLE, actions.privacy);
}

/** Browsers and mail programs cut longer addresses off. */
const MOST_MAILTO = 1_900;

/** A mailto: link with the text in it; without the text where it would be too long for mail programs. */
export function mailto(address: string, subject: string, body: string): string {
  const start = `mailto:${address}?subject=${encodeURIComponent(subject)}`;
  const whole = `${start}&body=${encodeURIComponent(body.replaceAll('\n', '\r\n'))}`;
  return whole.length <= MOST_MAILTO ? whole : start;
}
