// A domain in letters of its own script and the same in ASCII (xn--…) are one domain, whichever the file has and whichever the log.
import { describe, expect, it } from 'vitest';
import { followBlocks } from '../../src/incidents/followed-blocks.js';
import { isOfCustomer } from '../../src/incidents/targets.js';
import { buildAttribution } from '../../src/partners/attribution.js';
import { faultsOf } from '../../src/partners/customer-faults.js';
import { Directory } from '../../src/partners/directory.js';
import { directoryMistakes } from '../../src/partners/load.js';
import { ownersOf, sharedOwners, shareOwners } from '../../src/partners/owners.js';
import { whose } from '../../src/partners/whose.js';
import { identitiesIn } from '../../src/wiring/identities.js';

const FORMS = ['münchen.example', 'xn--mnchen-3ya.example'];

describe.each(FORMS)('a file with %s', (written) => {
  const directory = Directory.parse({
    customers: [
      { id: 'a', name: 'A', domains: [written], declared_senders: [`news@${written}`] },
      { id: 'b', name: 'B', sasl_domains: [`mail.${written}`], sasl_users: [`scan@${written}`] },
    ],
  });
  const attribute = buildAttribution(directory);

  it.each(FORMS)('fits a log with %s', (seen) => {
    expect(attribute({ sender: `x@${seen}` })).toMatchObject({ customer: 'a', by: 'sender', isDeclaredBulk: false });
    expect(attribute({ sender: `news@${seen}` })).toMatchObject({ customer: 'a', isDeclaredBulk: true });
    expect(attribute({ login: `scan@${seen}`, sender: '' })).toMatchObject({ customer: 'b', by: 'login' });
    expect(attribute({ login: `x@mail.${seen}`, sender: '' })).toMatchObject({ customer: 'b', by: 'login' });
  });

  it('is the same for threads that share it', () => {
    const none = new Set<string>();
    const [maps, shared] = [ownersOf(directory.customers, none), sharedOwners(shareOwners(directory.customers, none))];
    for (const owners of [maps, shared]) {
      expect(owners.ofSenderDomain('xn--mnchen-3ya.example')).toBe('a');
      expect(owners.ofLogin('scan@xn--mnchen-3ya.example')).toBe('b');
    }
  });

  it.each(FORMS)('knows whose %s is', (asked) => {
    const as = asked === written ? '' : ` as ${written}`;
    expect(whose(directory, asked)[0]).toMatchObject({
      customer: 'a',
      rule: expect.stringContaining(`The sender domain ${asked} stands under domains${as}; `),
    });
    expect(whose(directory, `scan@${asked}`)[0]).toMatchObject({ as: 'login', customer: 'b' });
  });

  it('has senders of either form as its own', () => {
    for (const form of FORMS) expect(isOfCustomer(`ann@${form}`, directory.customers[0])).toBe(true);
  });

  it('gives the exported table every form that Postfix may ask for', () => {
    const identitiesOf = identitiesIn(directory);
    expect(identitiesOf('a').senderDomains.toSorted()).toEqual(FORMS);
    expect(identitiesOf('b').logins.toSorted()).toEqual(FORMS.map((form) => `scan@${form}`));
  });
});

const TWICE = Directory.parse({
  customers: FORMS.map((domain, i) => ({ id: `c-${i}`, name: `C ${i}`, domains: [domain] })),
});

it('is claimed twice when one customer writes it so and another so', () => {
  expect(faultsOf(TWICE)).toMatchObject([{ kind: 'shared-domain', about: ['c-0', 'c-1'], name: 'münchen.example' }]);
  expect(directoryMistakes(TWICE)).toEqual([
    { list: 'customers', id: 'c-1', text: 'domain xn--mnchen-3ya.example belongs to both c-0 and c-1' },
  ]);
});

it('is within its own domain as a declared sender', () => {
  const { customers } = Directory.parse({
    customers: [{ id: 'a', name: 'A', domains: [FORMS[0]], declared_senders: [`news@${FORMS[1]}`] }],
  });
  expect(faultsOf({ ...TWICE, customers })).toEqual([]);
});

it('is the heir’s in whichever form a blocked sender has it', () => {
  const { customers } = Directory.parse({ customers: [{ id: 'new', name: 'New', domains: [FORMS[0]] }] });
  const { asKnown } = followBlocks({ customers }, ownersOf(customers, new Set()), () => true);
  for (const form of FORMS) {
    const sender = `ann@${form}`;
    const block = { action: 'block-sender', customer: 'old', senders: [sender], ownSenders: [sender], logins: [] };
    expect(asKnown(block as unknown as Parameters<typeof asKnown>[0])).toMatchObject({ heirs: { [sender]: 'new' } });
  }
});
