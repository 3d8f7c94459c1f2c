// Refusals whose meaning is known: those the patterns were made with, and those set aside before.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deadZones, unfitZones } from '../../../src/blocklists/dead.js';
import { blocklists } from '../../../src/blocklists/operators/index.js';
import { classifyReply } from '../../../src/intake/replies/index.js';

/** What is as good as the meaning in the table: whether a refusal names a list or is the receiver's own is often a matter of taste. */
const AS_GOOD: Readonly<Record<string, readonly string[]>> = {
  'ip-block': ['ip-block', 'dnsbl'],
  dnsbl: ['dnsbl', 'ip-block'],
  throttle: ['ip-throttle', 'volume', 'temporary'],
  misconfigured: ['receiver-misconfigured'],
};
const BLOCKS: ReadonlySet<string | undefined> = new Set(['ip-block', 'dnsbl']);

function tableOf(name: string) {
  const text = readFileSync(new URL(`../../fixtures/replies/${name}.tsv`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [meaning = '', list = '', reply = ''] = line.split('\t');
    const read = classifyReply(reply);
    const isRight = meaning
      .split('|')
      .flatMap((each) => AS_GOOD[each] ?? [each])
      .includes(read?.meaning ?? 'unknown');
    return { meaning, list, reply, read, isRight, isBlock: BLOCKS.has(meaning), isSaid: BLOCKS.has(read?.meaning) };
  });
}

describe.each(['known', 'set-aside'])('the replies of %s.tsv', (name) => {
  const rows = tableOf(name);
  const blocks = rows.filter(({ isBlock }) => isBlock);

  it('are read right', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ isRight }) => isRight).length / rows.length).toBeGreaterThan(0.96);
  });

  it('are blocks where they are, and hardly ever where they are not', () => {
    const said = rows.filter(({ isSaid }) => isSaid);

    expect(said.filter(({ meaning }) => BLOCKS.has(meaning)).length / said.length).toBeGreaterThan(0.97);
    expect(blocks.filter(({ isSaid }) => isSaid).length / blocks.length).toBeGreaterThan(0.97);
  });

  it('that name a list are blocks, each', () => {
    const missed = rows.filter(({ meaning, isSaid }) => meaning === 'dnsbl' && !isSaid);

    expect(missed.map(({ reply }) => reply)).toEqual([]);
  });

  it('say which list, and which address', () => {
    const named = blocks.filter(({ list }) => list !== '-');
    const addressed = blocks.filter(({ reply }) => /192\.0\.2\.25(?!\d)/.test(reply));

    expect(named.filter(({ list, read }) => read?.zone === list).length / named.length).toBeGreaterThan(0.9);
    expect(addressed.filter(({ read }) => read?.ip === '192.0.2.25').length / addressed.length).toBeGreaterThan(0.95);
  });
});

describe('a list that the catalogue knows, or knows to have ended', () => {
  const plain = (zone: string) => zone.replace('{key}.', '');
  const ofAddresses = blocklists.filter(({ kinds }) => kinds.some((kind) => kind !== 'domain')).map(({ zone }) => zone);
  const ended = deadZones.map(({ zone }) => zone).filter((zone) => !/vouch|swl|dbl/.test(zone));

  it.each([...ofAddresses, ...ended].map(plain))('is found in words that nobody uses: %s', (zone) => {
    expect(classifyReply(`550 5.7.1 oh dear 192.0.2.25, ${zone} has you`)?.meaning).toBe('dnsbl');
  });

  it.each(blocklists.filter(({ kinds }) => !kinds.some((kind) => kind !== 'domain')).map(({ zone }) => plain(zone)))(
    'is about a domain or a link where it lists those: %s',
    (zone) => {
      expect(classifyReply(`550 5.7.1 oh dear, ${zone} has you`)?.meaning).toMatch(/^(?:domain-block|content)$/);
    },
  );

  it.each(unfitZones.map(({ zone }) => zone))('is named for what it is where it is asked for a refusal: %s', (zone) => {
    expect(classifyReply(`554 5.7.1 Client host [192.0.2.25] blocked using ${zone}`)).toMatchObject({ zone });
  });

  it.each([
    '550 5.1.1 <ann@spamcop.net>: user unknown',
    '550 5.1.1 <ann@mail.sorbs.net>: Recipient address rejected: User unknown',
    '554 5.7.1 <ann@spamhaus.org>: Relay access denied',
  ])('is not meant by a mailbox there: %s', (reply) => {
    expect(classifyReply(reply)?.meaning).not.toBe('dnsbl');
  });
});
