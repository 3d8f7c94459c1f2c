import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBook } from '../../../../src/containment/book.js';
import type { Containment } from '../../../../src/containment/containment.js';
import { answerRequest } from '../../../../src/containment/mtas/postfix/policy-answer.js';
import { encodeReply } from '../../../../src/containment/mtas/postfix/policy-protocol.js';
import { blockAction, DEFAULT_TEXTS, type ReplyTexts } from '../../../../src/containment/mtas/postfix/reply-texts.js';
import { attributeByName, containment } from '../../containments.js';

const texts: ReplyTexts = {
  block: '{sender} of {customer} is blocked, call {phone}',
  suspend: '{customer} is suspended, call {phone}',
  suspendWith: 'REJECT',
  phone: '+47 555 01 23',
};
const block = containment('block-sender', { senders: ['anna@kvist.example'] });
const suspension = containment('suspend-outbound');
const reroute = containment('reroute', { route: 'clean' });

function ask(inForce: Containment[], attributes: Record<string, string>, replyTexts = texts) {
  const book = createBook();
  book.replaceAll(inForce);
  const request = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    recipient: 'k@nord.example',
    ...attributes,
  };
  const answer = answerRequest(new Map(Object.entries(request)), {
    rules: book,
    attribute: attributeByName,
    texts: replyTexts,
    routes: new Map([['clean', 'smtp:[192.0.2.25]:25']]),
    nameOf: (customer) => `${customer} AS`,
    onHit: (id) => book.countHit(id, 1_000),
  });
  return { ...answer, hits: book.hits() };
}

describe('answerRequest', () => {
  const anna = { sender: 'anna@kvist.example' };
  const table: [string, Containment[], Record<string, string>, string][] = [
    ['block', [block], anna, 'REJECT 5.7.1 anna@kvist.example of kvist AS is blocked, call +47 555 01 23'],
    ['suspension', [suspension], anna, 'REJECT 5.7.1 kvist AS is suspended, call +47 555 01 23'],
    ['re-route', [reroute], { ...anna, recipient: 'k@outlook.com' }, 'FILTER smtp:[192.0.2.25]:25'],
    ['re-route, other recipient', [reroute], anna, 'DUNNO'],
    ['re-route to an unknown route', [{ ...reroute, route: 'gone' }], { ...anna, recipient: 'k@msn.com' }, 'DUNNO'],
    [
      'block at MAIL',
      [block],
      { ...anna, protocol_state: 'MAIL' },
      'REJECT 5.7.1 anna@kvist.example of kvist AS is blocked, call +47 555 01 23',
    ],
    [
      'suspension at DATA',
      [suspension],
      { ...anna, protocol_state: 'DATA', recipient: '' },
      'REJECT 5.7.1 kvist AS is suspended, call +47 555 01 23',
    ],
    [
      're-route at the end of a message to several',
      [reroute],
      { ...anna, protocol_state: 'END-OF-MESSAGE', recipient: '' },
      'DUNNO',
    ],
    ['suspension at CONNECT', [suspension], { sasl_username: 'kvist', protocol_state: 'CONNECT' }, 'DUNNO'],
    ['suspension at VRFY', [suspension], { ...anna, protocol_state: 'VRFY' }, 'DUNNO'],
    ['a stage nobody knows', [block], { ...anna, protocol_state: 'LATER' }, 'DUNNO'],
    ['a request of another kind', [block], { ...anna, request: 'other' }, 'DUNNO'],
  ];
  it.each(table)('%s', (_, inForce, attributes, action) => {
    expect(ask(inForce, attributes).action).toBe(action);
  });

  it('defers a suspended customer when so configured', () => {
    const { action } = ask([suspension], anna, { ...texts, suspendWith: 'DEFER' });

    expect(action).toBe('DEFER 4.7.1 kvist AS is suspended, call +47 555 01 23');
  });

  it('counts a hit for what it did, and none for what it passed', () => {
    expect(ask([block], anna).hits).toEqual(new Map([[block.id, { count: 1, lastAt: 1_000 }]]));
    expect(ask([reroute], anna).hits.size).toBe(0);
    expect(ask([{ ...reroute, route: 'gone' }], { ...anna, recipient: 'k@msn.com' }).hits.size).toBe(0);
  });
});

describe('reply texts', () => {
  it('keeps what is hostile on one line of plain ASCII', () => {
    const action = blockAction(texts, { sender: 'a\r\nb\u0000\u2028ø\u{1f600}{phone}@x' }, 'K\nV');

    expect(action).toBe('REJECT 5.7.1 a b? ??{phone}@x of K V is blocked, call +47 555 01 23');
  });

  it('property: no sender, name or template breaks the line or its length', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(hostile, hostile, hostile, (sender, name, template) => {
        const action = blockAction({ ...texts, block: `${template}{sender}{customer}` }, { sender }, name);
        expect(action).toMatch(/^REJECT 5\.7\.1 [\x20-\x7e]{0,200}$/);
        expect(encodeReply(action).split('\n')).toHaveLength(3);
      }),
    );
  });

  it('has texts of its own that name whom to call', () => {
    const action = blockAction(DEFAULT_TEXTS, { sender: 'anna@kvist.example' }, 'Kvist');

    expect(action).toContain('anna@kvist.example');
    expect(action).toContain(`call ${DEFAULT_TEXTS.phone}`);
  });
});
