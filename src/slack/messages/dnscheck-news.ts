// What a daily look found changed in the DNS: one message a round, each change with before and after and what it means for us.
import type { HygieneNews } from '../../hygiene/announce.js';
import { type Change, changesOf } from '../../hygiene/changes.js';
import type { StoredLook } from '../../hygiene/store.js';
import { nameOf } from '../../hygiene/subjects.js';
import { count } from '../../words.js';
import { context, fitParts, type Message, message, section } from './blocks.js';
import { code } from './dnscheck.js';
import { esc, fitLines } from './text/escape.js';

export interface NamedChange extends Change {
  /** Address or domain. */
  of: string;
  isAddress: boolean;
  /** Whose domain it is; '' when nobody's or ours. */
  customerName: string;
}

/** Changes told one by one; more are counted. */
const SHOWN = 15;

/** The changes of looks, what went wrong first. */
export function namedChanges(looks: readonly StoredLook[], customerNameOf: (domain: string) => string): NamedChange[] {
  const all = looks.flatMap(({ look, before }) => {
    const of = nameOf(look);
    const customerName = look.kind === 'domain' ? customerNameOf(of) : '';
    const changes = before ? changesOf(before, look) : [];
    return changes.map((change) => ({ ...change, of, isAddress: look.kind === 'address', customerName }));
  });
  return all.sort((a, b) => rank(a) - rank(b));
}

function rank({ before, after }: Change): number {
  if (before.state !== after.state) return after.state === 'bad' ? 0 : 1;
  return after.state === 'bad' ? 2 : 3;
}

/** Undefined when there is nothing to tell. */
export function dnscheckNews(first: HygieneNews['first'], changes: readonly NamedChange[]): Message | undefined {
  if (first.looks === 0 && changes.length === 0) return undefined;
  const worse = changes.filter(({ before, after }) => after.state === 'bad' && before.state === 'ok').length;
  const summary = [
    ...(changes.length > 0
      ? [`${count(changes.length, 'change')}${worse > 0 ? `, *${worse} for the worse*` : ''}`]
      : []),
    ...(first.looks > 0 ? [firstLine(first)] : []),
  ];
  const headline = `:satellite_antenna: *DNS of our addresses and customers' domains*: ${summary.join(' · ')}`;
  const head = section(headline);
  const told = changes.slice(0, SHOWN).map((change) => section(changeText(change)));
  const { shown } = fitParts([head], told, [MORE(changes.length)]);
  const left = changes.length - shown.length;
  const blocks = [head, ...shown, ...(left > 0 ? [MORE(left)] : [])];
  return message(headline, blocks);
}

const MORE = (left: number) => context(`… and ${count(left, 'more change')}`);

function firstLine({ looks, ok, unknown, bad }: HygieneNews['first']): string {
  const wrong =
    bad.length > 0 ? `, to mend: ${fitLines([bad.map((name) => `\`${esc(name, 80)}\``).join(', ')], 1500)}` : '';
  const silent = unknown > 0 ? `, ${unknown} could not be found out` : '';
  return `${looks} looked at for the first time: ${ok} in order${silent}${wrong}`;
}

/** One line, for the digest. */
export function changeLine(change: NamedChange): string {
  const { emoji, word } = wordOf(change);
  return `${emoji} *${esc(change.name, 60)}* of \`${esc(change.of, 80)}\`${whose(change)} ${word}: ${esc(change.after.text, 150)}`;
}

function changeText(change: NamedChange): string {
  const { before, after } = change;
  const isSameRecord = before.record === after.record;
  const was = isSameRecord ? esc(before.text, 300) : code(before.record ?? '');
  const is = isSameRecord ? esc(after.text, 300) : code(after.record ?? '');
  return `${changeLine(change)}\n> before: ${was}\n> after: ${is}\n${meaningOf(change)}`;
}

function wordOf({ before, after }: Change): { emoji: string; word: string } {
  if (before.state !== after.state)
    return after.state === 'bad'
      ? { emoji: ':red_circle:', word: 'is *wrong now*' }
      : { emoji: ':large_green_circle:', word: 'is *in order again*' };
  return after.state === 'bad'
    ? { emoji: ':large_orange_circle:', word: 'was changed and is *still wrong*' }
    : { emoji: ':pencil2:', word: 'was changed, still in order' };
}

function whose({ customerName }: NamedChange): string {
  return customerName === '' ? '' : ` (${esc(customerName, 80)})`;
}

/** What it means for us. */
function meaningOf({ name, after, isAddress }: NamedChange): string {
  const [kind = name] = name.split(' ');
  if (after.state === 'ok') return '_Nothing to do._';
  if (isAddress) return `_${ADDRESS_MEANINGS[kind] ?? ADDRESS_MEANINGS.PTR}_`;
  return `_${DOMAIN_MEANINGS[kind] ?? DOMAIN_MEANINGS.SPF}_`;
}

const ADDRESS_MEANINGS: Record<string, string> = {
  PTR: 'Receivers may refuse mail from this address, and no list takes it off before that is mended.',
  HELO: 'Receivers that compare the greeting with the reverse name may refuse or mark mail from this address.',
  SPF: 'Bounces from this address fail SPF, and no list takes it off before that is mended.',
};

const DOMAIN_MEANINGS: Record<string, string> = {
  name: 'Receivers may refuse mail of this domain, and nobody can answer it. Ask the customer or partner whether it was given up.',
  SPF: 'Mail of this domain that leaves through us fails SPF: it may be refused or go to spam. Tell the customer or partner.',
  DKIM: 'Signatures with this key do not verify. Tell the customer or partner.',
  DMARC:
    'Receivers may refuse this domain’s mail by its policy, or trust it less for want of one. Tell the customer or partner.',
};
