import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearNotice,
  earlierWords,
  fillIn,
  hasWords,
  listedNotice,
  type NoticeFacts,
  saysListed,
} from '../../src/notices/letter.js';

const FACTS: NoticeFacts = {
  listings: [{ target: '203.0.113.17', listName: 'Spamhaus ZEN', firstSeenAt: Date.UTC(2026, 10, 21, 10, 39) }],
  share: 0.04,
  cleanRelays: 3,
  done: { text: 'The mail that caused it was stopped.', at: Date.UTC(2026, 10, 21, 12, 5) },
  support: { name: 'North Relay', phone: '+47 22 00 00 00' },
};
const READER = { partner: 'Example IT', customers: ['Kvist AS', 'Vestmar AS'] };

describe('a notice to partners', () => {
  it('says what is listed, how much of the mail it is, what we do and what they can do', () => {
    const { subject, body } = fillIn(listedNotice(FACTS), READER);

    expect(subject).toBe('One of our IP addresses for outgoing mail is on a blocklist: some mail may be refused');
    expect(body).toMatch(/^Hello Example IT,/);
    expect(body).toContain('203.0.113.17 on Spamhaus ZEN, since 21 Nov 2026 10:39 UTC');
    expect(body).toContain(
      'How much: of every 100 messages that we send, about 4 leave from that address; the others leave from other addresses.',
    );
    expect(body).toContain('A blocklist names where spam came from, and many mail servers ask it');
    expect(body).toContain('some receivers refuse mail that is sent from that address. Whoever sent it gets it back.');
    expect(body).toContain(
      'Your customers whose mail was sent from that address in the last 24 hours: Kvist AS, Vestmar',
    );
    expect(body).toContain('Kvist AS, Vestmar AS');
    expect(body).toContain(
      'What we do (as of 21 Nov 2026 12:05 UTC): The mail that caused it was stopped. We write again when it is over.',
    );
    expect(body).toContain('Phone +47 22 00 00 00');
  });

  it('speaks of several addresses and lists as such', () => {
    const [one] = FACTS.listings;
    if (!one) throw new Error('no listing');
    const two = listedNotice({ ...FACTS, listings: [one, { ...one, target: '203.0.113.18', listName: 'SpamCop' }] });

    expect(two.subject).toBe('2 of our IP addresses for outgoing mail are on blocklists: some mail may be refused');
    expect(two.body).toContain(
      'Until ours are taken off, some receivers refuse mail that is sent from those addresses.',
    );
    expect(two.body).toContain('about 4 leave from those addresses;');
    expect(two.body).not.toMatch(/that address/);
  });

  it('counts no domain as an address, and offers no other way for one', () => {
    const [one] = FACTS.listings;
    if (!one) throw new Error('no listing');
    const domain = { ...one, target: 'relay.example', isDomain: true };
    const mixed = listedNotice({ ...FACTS, listings: [one, domain, { ...domain, target: 'relay.test' }] });
    const alone = listedNotice({ ...FACTS, share: undefined, listings: [domain] });

    expect(mixed.subject).toBe(
      'One of our IP addresses for outgoing mail and 2 of our domains are on a blocklist: some mail may be refused',
    );
    expect(mixed.body).toContain('some receivers refuse mail that is sent from that address or names those domains.');
    expect(alone.subject).toBe('One of our domains is on a blocklist: some mail may be refused');
    expect(alone.body).toContain('some receivers refuse mail that names that domain.');
    expect(alone.body).toContain('Your customers whose mail was refused because of it: {customers}');
    expect(alone.body).not.toMatch(/leave|another way|address/);
    expect(clearNotice({ ...FACTS, listings: [domain] }).subject).toBe('Our domains are off the blocklist');
    expect(clearNotice({ ...FACTS, listings: [one, domain] }).subject).toBe(
      'Our IP addresses and domains are off the blocklist',
    );
  });

  it('calls a receiver’s own block no blocklist, at its beginning and at its end', () => {
    const [one] = FACTS.listings;
    if (!one) throw new Error('no listing');
    const block = { ...one, listName: 'Microsoft', isOwnBlock: true };
    const alone = listedNotice({ ...FACTS, listings: [block] });
    expect(alone.subject).toBe('Microsoft refuses mail from one of our IP addresses for outgoing mail');
    expect(alone.body).toContain('Until it lifts the block, it refuses mail that is sent from that address.');
    expect(alone.body).toContain('What is refused\n  203.0.113.17 refused by Microsoft, since 21 Nov 2026 10:39 UTC');
    expect(alone.body).not.toMatch(/blocklist|taken off/);

    const two = [block, { ...block, target: '203.0.113.18', listName: 'GMX' }];
    expect(listedNotice({ ...FACTS, listings: two }).subject).toMatch(
      /^Microsoft and GMX refuse mail from 2 of our IP addresses for outgoing mail$/,
    );
    expect(listedNotice({ ...FACTS, listings: [one, block] }).subject).toMatch(
      /^One of our IP addresses for outgoing mail is on a blocklist and refused by Microsoft:/,
    );
    const clear = clearNotice({ ...FACTS, listings: [block] });
    expect(clear.subject).toBe('Microsoft takes our mail again');
    expect(clear.body).toContain('the block we wrote about is over');
    expect(clear.body).not.toContain('listed');
  });

  it.each([
    [0, 'hardly any leave'],
    [0.004, 'less than one leaves'],
    [0.0149, 'about one leaves'],
    [0.5, 'about 50 leave'],
    [0.994, 'about 99 leave'],
    [0.996, 'nearly all leave'],
    [1, 'nearly all leave'],
  ])('says in words that need no mail expert how much mail it is: %d', (share, words) => {
    const { body } = listedNotice({ ...FACTS, share });

    expect(body).toContain(`How much: of every 100 messages that we send, ${words} from that address`);
    expect(body).not.toMatch(/%|server[^s]|relay|outbound/);
    expect(body.includes('the others leave from other addresses')).toBe(share < 0.995);
  });

  it('says of no other address that mail leaves from it where all are listed', () => {
    expect(listedNotice({ ...FACTS, cleanRelays: 0 }).body).toMatch(/about 4 leave from that address\.\n/);
  });

  it('names a place in whole words, and not where a longer name stands', () => {
    const says = (target: string, listName: string, text: string) => saysListed(text, { target, listName });
    expect(says('provider.example', 'Spamhaus DBL', '  mx.provider.example on Spamhaus DBL, since')).toBe(false);
    expect(says('a.example', 'SEM-URI', '  a.example on SEM-URIRED, since')).toBe(false);
    expect(says('203.0.113.1', 'SpamCop', '  203.0.113.1 on SpamCop-2, since')).toBe(false);
    expect(says('provider.example', 'SEM (URI)', '-provider.example on SEM (URI).')).toBe(true);
    expect(says('2001:db8::2', 'Spamhaus ZEN', '(2001:db8::2 on Spamhaus ZEN)')).toBe(true);

    expect(['203.0.113.17', '1203.0.113.1', '203.0.113.1/24'].filter((text) => hasWords(text, '203.0.113.1'))).toEqual(
      [],
    );
    expect(hasWords('2001:db8::2:1 and 2001:db8::22', '2001:db8::2')).toBe(false);
    expect(hasWords('Listed is 203.0.113.1.', '203.0.113.1')).toBe(true);
  });

  it('finds what its own letter names, whatever the name', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => /^[!-~]+$/.test(text));
    fc.assert(
      fc.property(name, name, (target, listName) => {
        const { body } = listedNotice({ ...FACTS, listings: [{ target, listName, firstSeenAt: 0 }] });
        expect(saysListed(body, { target, listName })).toBe(true);
      }),
    );
  });

  it('claims nothing that is not so', () => {
    const { body } = listedNotice({ ...FACTS, share: undefined });

    expect(body).not.toMatch(/about|How much/);
    expect(body).not.toMatch(/we are looking|is stopped|2 to 24 hours/);
  });

  it('says when it is clear again', () => {
    const { subject, body } = fillIn(clearNotice({ ...FACTS, clearedAt: Date.UTC(2026, 10, 22, 8, 1) }), READER);

    expect(subject).toMatch(/off the blocklist/);
    expect(body).toContain('over since 22 Nov 2026 08:01 UTC');
    expect(body).toContain('Mail of Kvist AS, Vestmar AS is sent as usual');
  });

  it('says that what came back can be sent again when it is clear and nothing of it is held back, and never before', () => {
    const again = /can be sent again/;
    expect(listedNotice(FACTS).body).not.toMatch(again);
    expect(listedNotice(FACTS).body).toContain(
      'What you can do: a message that came back may be refused again, so wait until we write that it is over',
    );

    expect(clearNotice(FACTS).body).toContain('wrote about is over. Mail of {customers} is sent as usual.');
    expect(clearNotice(FACTS).body).toContain(
      'Messages that came back can be sent again. If one is still refused, wait a few hours',
    );
    const held = clearNotice({ ...FACTS, isHeldBack: true }).body;
    expect(held).toContain(
      'is sent as usual, except what we still refuse ourselves because we have blocked its sender or suspended all mail of the customer.',
    );
    expect(held).toContain('can be sent again, except what we still refuse. If any other is still refused');
  });

  it('says when we wrote before and about what, and nothing of it to whom we did not', () => {
    const letter = listedNotice({ ...FACTS, hasEarlier: true });
    const earlier = { at: Date.UTC(2026, 2, 3, 2, 15), about: ['203.0.113.17'], since: ['203.0.113.18'] };
    const said = 'We wrote on 03 Mar 2026 02:15 UTC about 203.0.113.17. New since then: 203.0.113.18.';
    const { body } = fillIn(letter, { ...READER, earlier });

    expect(body).toContain(`\n\n${said}\n\n`);
    expect(fillIn(letter, READER).body).toBe(fillIn(listedNotice(FACTS), READER).body);
    expect(body.replace(`${said}\n\n`, '')).toBe(fillIn(letter, READER).body);
    const many = Array.from({ length: 7 }, (_, i) => `203.0.113.${i}`);
    expect(earlierWords({ ...earlier, about: many, since: [] })).toMatch(/203\.0\.113\.4 and 2 more\.$/);
    expect(earlierWords({ ...earlier, about: many.slice(0, 2), since: [] })).toMatch(/\.0 and 203\.0\.113\.1\.$/);
  });

  it('lets no name begin a line or a header of its own, and leaves no mark unfilled', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\r', '\n', 'a', ':', '\u2028', '{partner}', '{customers}', '{earlier}', '$&'),
    });
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 80 }), hostile, (partner, customers, listName) => {
        const done = { ...FACTS.done, text: listName };
        const facts = { ...FACTS, done, listings: [{ target: listName, listName, firstSeenAt: 0 }] };
        const filled = fillIn(listedNotice(facts), { partner, customers });
        const plain = fillIn(
          listedNotice({ ...FACTS, listings: [{ target: 'a', listName: 'b', firstSeenAt: 0 }] }),
          READER,
        );
        expect(filled.subject).not.toMatch(/[\r\n\u2028]/);
        expect(filled.body.split(/\r\n|[\r\n\u2028]/).length).toBe(plain.body.split('\n').length);
      }),
    );
  });
});
