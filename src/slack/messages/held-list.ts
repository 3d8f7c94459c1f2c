// The message about a held list: what it suddenly lists, and two buttons; later, who decided.
import type { KnownBlock } from '@slack/types';
import type { HeldList, HoldChoice, HoldEnd } from '../../blocklists/watch/hold.js';
import {
  actions,
  button,
  confirm,
  context,
  isWebAddress,
  linkButton,
  type Message,
  message,
  section,
} from './blocks.js';
import { esc, fitLines } from './text/escape.js';
import { when } from './text/time.js';

/** Action ids; as `rights` see `release-list`. */
export const HELD_BUTTONS: Record<HoldChoice, string> = { release: 'release-list', ignore: 'ignore-list' };

export const HELD_LABELS: Record<HoldChoice, string> = {
  release: 'These are real',
  ignore: 'Ignore this list for 24 h',
};

/** What is known of the list: our own words and addresses. */
interface HeldListFacts {
  name: string;
  /** The operator's page about the first of its targets. */
  lookupUrl?: string;
}

const KINDS: Record<HeldList['kind'], string> = {
  ipv4: 'IPv4 addresses',
  ipv6: 'IPv6 addresses',
  domain: 'domains',
};

export function heldListMessage(held: HeldList, facts: HeldListFacts): Message {
  const name = esc(facts.name, 100);
  const title = `:raised_hand: *${name} suddenly lists ${held.listed} of the ${held.of} ${KINDS[held.kind]} we watch*`;
  const blocks: KnownBlock[] = [
    section(
      `${title}\n${held.end ? outcome(held.end) : 'No incident was opened. Is it us, or has the list gone wrong?'}`,
    ),
    section(targetsOf(held)),
    ...(held.end ? [] : [choice(held, facts)]),
    context(footer(held)),
  ];
  return message(
    held.end ? `${title}: ${outcome(held.end)}` : `${title}. No incident was opened: look before you decide.`,
    blocks,
  );
}

/** How a hold ended, as a sentence. */
export function outcome({ choice, by, at }: HoldEnd): string {
  const who = `by ${esc(by, 60)}, ${when(at)}`;
  switch (choice) {
    case 'release':
      return `:white_check_mark: *These are real*, ${who}. It is asked again now; what it still lists opens incidents.`;
    case 'ignore':
      return `:mute: *Ignored for 24 h* ${who}. It is not asked until then.`;
    case 'passed':
      return `:large_green_circle: *Over by itself*, ${when(at)}: it lists less again. Listings that stay are incidents.`;
  }
}

function targetsOf({ targets, listed }: HeldList): string {
  const lines = targets.slice(0, 20).map((target) => `\`${esc(target, 80) || '–'}\``);
  const more = listed - lines.length;
  return fitLines(more > 0 ? [...lines, `… ${more.toLocaleString('en-US')} more`] : lines, 2500) || '–';
}

function choice({ list, heldAt }: HeldList, { lookupUrl }: HeldListFacts) {
  const value = `${list}:${heldAt}`;
  return actions('held-list', [
    button({
      action: HELD_BUTTONS.release,
      label: HELD_LABELS.release,
      value,
      confirm: confirm(
        'These are real?',
        'The list is asked again, and what it still lists opens incidents.',
        'Open them',
      ),
    }),
    button({
      action: HELD_BUTTONS.ignore,
      label: HELD_LABELS.ignore,
      value,
      confirm: confirm(
        'Ignore it for 24 h?',
        'It is not asked at all: a listing that is real is not seen either.',
        'Ignore it',
      ),
    }),
    ...(isWebAddress(lookupUrl) ? [linkButton('held-lookup', 'Look one up', lookupUrl)] : []),
  ]);
}

function footer({ heldAt, end }: HeldList): string {
  const since = `Held ${when(heldAt)}`;
  return end
    ? since
    : `${since}. Until somebody decides its answers count for nothing; if it takes them back, the hold ends by itself.`;
}
