// The answer to /dnscheck: a record to publish is there to be copied, so it is shown whole or not at all.
import { describe, expect, it } from 'vitest';
import { type DomainLook, type Point, txtAt } from '../../../src/hygiene/look.js';
import { dnscheckResult, lookNote } from '../../../src/slack/messages/dnscheck.js';
import { faultsOf } from '../../helpers/block-kit.js';

const recordOf = (addresses: number) =>
  `v=spf1 ${Array.from({ length: addresses }, (_, i) => `ip4:198.51.100.${i % 256}`).join(' ')} -all`;

function lookWith(advice: string, ...values: string[]): DomainLook {
  const publish = values.map((value) => ({ name: 'kvist.example', type: 'TXT' as const, value }));
  const spf: Point = {
    state: 'bad',
    text: 'does not authorise 203.0.113.17',
    record: values[0] ?? '',
    advice,
    publish,
  };
  const dmarc: Point = { state: 'ok', text: 'p=none' };
  return { kind: 'domain', domain: 'kvist.example', lookedAt: 0, spf, dkim: [], dmarc };
}

describe.each([
  [
    'the answer',
    (look: DomainLook) => dnscheckResult({ id: 'x', target: 'kvist.example', at: 0, looks: [look], strangers: [] }),
  ],
  ['the private note', (look: DomainLook) => lookNote([look])],
])('a record to publish in %s', (_, messageOf) => {
  const textsOf = (look: DomainLook) => {
    const message = messageOf(look);
    expect(faultsOf('message', message.blocks, message.text)).toEqual([]);
    return message.blocks?.flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : [])) ?? [];
  };

  it.each([
    [recordOf(70), 'Add it.'],
    [recordOf(150), 'Publish this instead. '.repeat(40)],
  ])('is shown whole, however long the advice: %#', (value, advice) => {
    const texts = textsOf(lookWith(advice, value, value));

    expect(texts.flatMap((text) => text.split('\n')).filter((line) => line === `\`\`\`${value}\`\`\``)).toHaveLength(2);
    expect(texts.join('\n')).not.toMatch(/and \d+ more/);
  });

  it('is shown in strings where one is too short for it', () => {
    const value = recordOf(20);
    const look = lookWith('Add it.', value);
    look.spf.publish = [txtAt('kvist.example', value)];

    expect(textsOf(look).join('\n')).toMatch(
      /\*New\* TXT record at `kvist.example`, in 2 strings:\n```"v=spf1 [^"]+" "[^"]+ -all"```/,
    );
  });

  it.each([recordOf(200), 'v=spf1 exp=a`b.example -all'])('is not shown in part, but said where it is: %#', (value) => {
    const text = textsOf(lookWith('Add it.', value)).join('\n');

    expect(text).toContain('cannot be shown whole here; `relaywarden dnscheck --json kvist.example` has it');
    expect(text).not.toContain('```');
  });
});

describe('the headline of what is in order', () => {
  const ok: Point = { state: 'ok', text: 'fine' };
  const domain = (name: string, ...selectors: string[]): DomainLook => {
    const dkim = selectors.map((selector) => ({ ...ok, selector }));
    return { kind: 'domain', domain: name, lookedAt: 0, spf: ok, dkim, dmarc: ok };
  };
  const [signed, unsigned, other] = [domain('a.example', 's1'), domain('b.example'), domain('c.example')];

  it.each([
    [[signed], '*all in order*'],
    [[unsigned], '*SPF and DMARC in order*; DKIM not looked at'],
    [[unsigned, other], '*SPF and DMARC in order*; DKIM not looked at'],
    [[signed, unsigned], '*what was looked at is in order*; DKIM of 1 not looked at'],
  ])('says what was not looked at: %#', (looks, says) => {
    const { blocks } = dnscheckResult({ id: 'x', target: 'kvist', at: 0, looks, strangers: [] });

    expect(blocks?.[0]).toMatchObject({ text: { text: expect.stringMatching(/^:large_green_circle: /) } });
    expect(JSON.stringify(blocks?.[0])).toContain(says);
  });
});
