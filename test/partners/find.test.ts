// Whom somebody means by what they typed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Customer, Partner } from '../../src/partners/directory.js';
import { findCustomer, findPartner } from '../../src/partners/find.js';

const customers = [
  { id: 'c1', name: 'Opal Reiser', domains: ['opal-reiser.example'], sasl_users: ['kontor@opal-reiser.example'] },
  { id: 'c2', name: 'Kvist AS', domains: ['kvist.example'], ips: ['198.51.100.0/28'] },
  { id: 'c3', name: 'Østby Bakeri', domains: ['ostby.example'] },
  { id: 'c4', name: 'Vestby Bakeri', domains: ['vestby.example'] },
  { id: 'bakeri', name: 'Sommerro', domains: ['sommerro.example'] },
].map((each) => Customer.parse(each));

const find = (typed: string, known: { name: string; customer: string | undefined }[] = []) => {
  const found = findCustomer(customers, typed, known);
  return found.kind === 'customer'
    ? [found.customer.id, found.by]
    : [...found.near.map(({ name }) => name), ...(found.more ? [found.more] : [])];
};

describe('findCustomer', () => {
  it.each([
    ['c2', ['c2', undefined]],
    ['  KVIST as ', ['c2', undefined]],
    ['opal', ['c1', 'Opal Reiser']],
    ['reiser.ex', ['c1', 'opal-reiser.example']],
    ['ØSTBY', ['c3', 'Østby Bakeri']],
    ['ostby b', ['c3', 'Østby Bakeri']],
    ['bakeri', ['bakeri', undefined]],
  ])('takes %j for the one customer that has it', (typed, customer) => expect(find(typed)).toEqual(customer));

  it.each([
    ['baker', ['Østby Bakeri', 'Vestby Bakeri', 'Sommerro']],
    ['kontor', ['kontor@opal-reiser.example']],
    ['198.51', ['198.51.100.0/28']],
    ['opla', ['Opal Reiser']],
    ['opal-resier', ['Opal Reiser']],
    ['resier', ['Opal Reiser']],
    ['kvsit.example', ['Kvist AS']],
    ['kontro@opal-reiser.example', ['kontor@opal-reiser.example', 'Opal Reiser']],
    ['anna@opal-riser.example', ['Opal Reiser']],
    ['x', []],
    ['nobody at all', []],
  ])('suggests what %j means perhaps, and takes nobody', (typed, near) => expect(find(typed)).toEqual(near));

  it('suggests addresses that others know, and at most five', () => {
    const known = Array.from({ length: 8 }, (_, i) => ({ name: `ida${i}@kvist.example`, customer: 'c2' }));
    expect(find('ida', known)).toEqual([...known.slice(0, 5).map(({ name }) => name), 3]);
  });

  it('suggests whoever is meant by a word with a slip in it, wherever the slip is', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
    const word = fc.string({ unit: letter, minLength: 5, maxLength: 12 });
    const slips = fc.record({ from: fc.nat(12), lost: fc.nat(2), typed: fc.string({ unit: letter, maxLength: 2 }) });
    const places = fc.constantFrom(
      (name: string) => ({ name: `Ålesund ${name} AS` }),
      (name: string) => ({ name: 'X', domains: [`post-${name}.example`] }),
      (name: string) => ({ name: name.toUpperCase().replaceAll('A', 'Á') }),
    );
    fc.assert(
      fc.property(word, slips, places, (own, { from, lost, typed }, place) => {
        const at = Math.min(from, own.length);
        const asked = own.slice(0, at) + typed + own.slice(at + lost);
        fc.pre(asked.length >= 5);
        const found = findCustomer([Customer.parse({ id: '-', ...place(own) })], asked);
        expect(found.kind === 'customer' ? found.customer.id : found.near[0]?.customer).toBe('-');
      }),
      { numRuns: 500 },
    );
  });

  it.each(['opla', 'poal', 'oapl', 'opaxl', 'opa*', 'o(al', 'OPÁLL'])(
    'knows a slip in a word of four letters: %j',
    (typed) => {
      expect(find(typed)).toEqual(['Opal Reiser']);
    },
  );

  it('knows two letters swapped in the middle of four', () => {
    const opal = [Customer.parse({ id: '-', name: 'Opal' })];
    expect(findCustomer(opal, 'oapl')).toMatchObject({ near: [{ name: 'Opal' }] });
  });

  it('takes nobody for whom nothing of what was typed speaks', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (typed) => {
        const found = findCustomer(customers, typed);
        if (found.kind === 'customer' && found.by !== undefined) expect(found.by.length).toBeGreaterThan(1);
        if (found.kind === 'near') expect(found.near.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 200 },
    );
  });
});

describe('findPartner', () => {
  const partners = [
    { id: 'p-01', name: 'Nordlys IT' },
    { id: 'p-02', name: 'Fjord Hosting' },
    { id: 'p-03', name: 'Nordlys Drift' },
    { id: 'fjord', name: 'Ålesund Data' },
  ].map((each) => Partner.parse(each));
  const theirs = ['Kvist', 'Opal'].map((name) => Customer.parse({ id: name, name, partner: 'p-02' }));
  const ask = (typed: string) => findPartner({ partners, customers: [...customers, ...theirs] }, typed);

  it.each([
    ['nordlys it', 'p-01', true],
    [' P-03 ', 'p-03', true],
    ['FJORD', 'fjord', true],
    ['hosting', 'p-02', false],
    ['alesund', 'fjord', false],
    ['Fjrod Hosting', 'p-02', false],
  ])('takes %j for %s', (typed, id, isExact) => expect(ask(typed)).toMatchObject({ partner: { id }, isExact }));

  it.each(['nordlys', 'x', '', 'kvist', 'nobody at all'])('takes %j for none', (typed) =>
    expect(ask(typed)).toBeUndefined(),
  );

  it('answers with the customers it looks after', () => {
    expect(ask('p-02')?.customers.map(({ name }) => name)).toEqual(['Kvist', 'Opal']);
    expect(ask('p-01')?.customers).toEqual([]);
  });
});
