import { describe, expect, it } from 'vitest';
import { createBook } from '../../src/containment/book.js';
import { type Containment, decide, type Submission } from '../../src/containment/containment.js';
import { attributeByName, containment } from './containments.js';

const block = containment('block-sender', { senders: ['anna@kvist.example'], logins: ['kvist-anna'] });
const nobodys = containment('block-sender', { customer: 'unattributed', senders: ['x@free.example'] });
const suspension = containment('suspend-outbound');
const reroute = containment('reroute', { route: 'clean' });

const HOTMAIL = 'kari@hotmail.com';
const ELSEWHERE = 'kari@nord.example';

describe('decide', () => {
  const table: [string, Containment[], Submission, string][] = [
    ['passes when nothing is in force', [], { sender: 'anna@kvist.example' }, 'pass'],
    ['refuses a blocked sender', [block], { sender: 'anna@kvist.example' }, 'refuse'],
    ['refuses a blocked sender in capitals', [block], { sender: 'Anna@KVIST.example' }, 'refuse'],
    ['refuses a blocked sender with a closing dot', [block], { sender: 'anna@kvist.example.' }, 'refuse'],
    [
      "passes a blocked sender under another customer's login",
      [block],
      { sender: 'anna@kvist.example', login: 'vestmar' },
      'pass',
    ],
    [
      'passes a blocked sender under a login that nobody knows',
      [block],
      { sender: 'anna@kvist.example', login: 'who' },
      'pass',
    ],
    [
      "passes a blocked sender under another customer's login while customers are concerned",
      [block, suspension],
      { sender: 'anna@kvist.example', login: 'vestmar' },
      'pass',
    ],
    ["refuses nobody's blocked sender when nobody can be named", [nobodys], { sender: 'x@free.example' }, 'refuse'],
    ["passes nobody's blocked sender of a customer", [nobodys], { sender: 'x@free.example', login: 'kvist' }, 'pass'],
    [
      'suspends a customer that sends as a sender blocked for nobody',
      [suspension, nobodys],
      { sender: 'x@free.example', login: 'kvist' },
      'suspend',
    ],
    [
      'refuses the sender of either customer that has it blocked',
      [block, { ...block, id: 900, customer: 'vestmar', placedAt: 900 }],
      { sender: 'anna@kvist.example' },
      'refuse',
    ],
    ['passes another sender of that customer', [block], { sender: 'bo@kvist.example' }, 'pass'],
    ['passes an address that only ends like it', [block], { sender: 'joanna@kvist.example' }, 'pass'],
    [
      'refuses a blocked login whatever the sender',
      [block],
      { sender: 'x@else.example', login: 'kvist-anna' },
      'refuse',
    ],
    [
      'refuses a blocked login with the local domain',
      [block],
      { sender: 'x@e.example', login: 'KVIST-anna@relay.example' },
      'refuse',
    ],
    [
      'passes that login under another domain',
      [block],
      { sender: 'x@e.example', login: 'kvist-anna@vestmar.example' },
      'pass',
    ],
    ['refuses a blocked login with the null sender', [block], { sender: '', login: 'kvist-anna' }, 'refuse'],
    ['passes the null sender of nobody', [block, suspension], { sender: '' }, 'pass'],
    ['suspends by login', [suspension], { sender: 'x@e.example', login: 'kvist' }, 'suspend'],
    ['suspends by sender domain', [suspension], { sender: 'bo@kvist.example' }, 'suspend'],
    ['suspends the null sender of a known login', [suspension], { sender: '', login: 'kvist' }, 'suspend'],
    ['passes another customer', [suspension], { sender: 'bo@vestmar.example' }, 'pass'],
    ['passes whom nobody knows', [suspension], { sender: 'bo@unknown.example' }, 'pass'],
    ['re-routes Hotmail', [reroute], { sender: 'bo@kvist.example', recipient: HOTMAIL }, 'reroute'],
    [
      're-routes Hotmail in capitals',
      [reroute],
      { sender: 'bo@kvist.example', recipient: 'Kari@HotMail.COM' },
      'reroute',
    ],
    ['leaves other recipients', [reroute], { sender: 'bo@kvist.example', recipient: ELSEWHERE }, 'pass'],
    [
      'leaves a domain below hotmail.com',
      [reroute],
      { sender: 'bo@kvist.example', recipient: 'k@x.hotmail.com' },
      'pass',
    ],
    ['leaves a message whose recipient is not named', [reroute], { sender: 'bo@kvist.example' }, 'pass'],
    ["leaves other customers' Hotmail", [reroute], { sender: 'bo@vestmar.example', recipient: HOTMAIL }, 'pass'],
    ['refuses rather than re-routes', [reroute, block], { sender: 'anna@kvist.example', recipient: HOTMAIL }, 'refuse'],
    [
      'suspends rather than re-routes',
      [reroute, suspension],
      { sender: 'bo@kvist.example', recipient: HOTMAIL },
      'suspend',
    ],
    ['refuses rather than suspends', [suspension, block], { sender: 'anna@kvist.example' }, 'refuse'],
  ];

  it.each(table)('%s', (_, inForce, submission, kind) => {
    const book = createBook({ localDomains: ['relay.example'] });
    book.replaceAll(inForce);

    expect(decide(submission, book, attributeByName).kind).toBe(kind);
  });

  it('names the containment and the route', () => {
    const book = createBook();
    book.replaceAll([reroute]);

    const decision = decide({ sender: 'bo@kvist.example', recipient: HOTMAIL }, book, attributeByName);

    expect(decision).toEqual({ kind: 'reroute', containment: reroute, route: 'clean' });
  });

  it('refuses by the block of the customer whose mail it is, not the one placed last', () => {
    const book = createBook();
    book.replaceAll([block, { ...block, id: 900, customer: 'vestmar', placedAt: 900 }]);
    const ask = (login: string) => decide({ sender: 'anna@kvist.example', login }, book, attributeByName);

    expect(ask('kvist')).toMatchObject({ kind: 'refuse', containment: { id: block.id } });
    expect(ask('vestmar')).toMatchObject({ kind: 'refuse', containment: { id: 900 } });
  });

  it('goes on refusing a sender that was nobody’s when its address is learned for a customer, and no other’s', () => {
    const scanner = { ...nobodys, senders: ['scan@localhost'] };
    const book = createBook();
    book.replaceAll([scanner]);
    const learned = (submission: Submission, by?: 'declared') => {
      const customer = attributeByName(submission);
      return customer === undefined && by === undefined ? 'kvist' : customer;
    };
    const ask = (login?: string) =>
      decide({ sender: 'scan@localhost', clientIp: '192.0.2.9', ...(login && { login }) }, book, learned);

    expect(ask()).toEqual({ kind: 'refuse', containment: scanner });
    expect(ask('vestmar')).toEqual({ kind: 'pass' });
    book.put({ ...scanner, id: 902, customer: 'kvist', placedAt: 0 });
    expect(ask()).toMatchObject({ containment: { id: 902 } });
  });

  it('does not ask whose message it is when no customer is concerned', () => {
    const book = createBook();
    book.replaceAll([block]);
    const attribute = () => {
      throw new Error('asked');
    };

    expect(decide({ sender: 'bo@kvist.example' }, book, attribute).kind).toBe('pass');
  });
});
