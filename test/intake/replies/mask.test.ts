// What is taken out of a reply before it is read, and that a reply remembered is read as one that is new.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply, replyPatterns } from '../../../src/intake/replies/index.js';
import { maskReply, textOf, unmasked } from '../../../src/intake/replies/mask.js';

function masked(text: string): string {
  return textOf(maskReply(text));
}

describe('a reply is masked', () => {
  it.each([
    ['550 5.1.1 <ann.smith+x@example.com>: User unknown', '550 5.1.1 <x@example.com>: User unknown'],
    ['554 [192.0.2.25] and 198.51.100.7: no', '554 [0.0.0.1] and 0.0.0.2: no'],
    ['554 Reject, id=31337-04 - SPAM', '554 Reject, id=0-0 - SPAM'],
    ['550 ID: 0A7 no (id 4f)', '550 ID: x no (id x)'],
    ['550 no a6si1234567edx.12 - gsmtp', '550 no x - gsmtp'],
    ['550 no 5b1f17b1804b1-4b1a2c3d4e5si1234567f8f.3 - gsmtp', '550 no x - gsmtp'],
    ['550 no [out1.example.com 2026-01-14T09:20:43.343Z 08DE31E555BE7BD9]', '550 no [out1.example.com 0 x0]'],
    ['550 (9:20:43) and 09:20:43.', '550 (0) and 0.'],
    ['550 a \t b\r\n c ', '550 a b c'],
    ['550 Gerät 192.0.2.25 gesperrt, ann@example.com', '550 Gerat 0.0.0.1 gesperrt, x@example.com'],
  ])('%j → %j', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it.each([
    '550 5.7.606 Access denied (AS3140) S77719 [TSS04] IPBL0001 OFR006_102',
    '554 Client host blocked using key12345678.zen.example.org; 127.0.0.4',
    '554 see https://check.example.org/ip/query?x=1',
    '550 999.1.2.3, 1.2.3.4.5, v8.14.4.1x and 192.0.2.25.bl.example.org',
    '550 no mail to mx.example.com - gsmtp',
    '550 2026-01-14T09:20:43.343 and 2026-01-14 09:20:43Z',
    '550 2001:db8:09:20:43::1, ::12:34:56, 12:34:56::, 12:34:5 and 12:34',
  ])('but not in what is code or name: %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('with the domain of the recipient, behind a mailbox and nowhere else', () => {
    const said = '550 <ann@Mail.Example>, (bob@mail.example): mail.example, eve@mail.example.org, @mail.example.';
    const taken = textOf(maskReply(said, '', 'mail.example'));

    expect(taken).toBe('550 <x@y.yy>, (x@y.yy): mail.example, x@mail.example.org, @mail.example.');
  });

  it('gives every address back', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.array(address, { maxLength: 300 }), (addresses) => {
        const { addresses: taken } = maskReply(`550 ${addresses.map((each) => `[${each}]`).join(' ')}`);
        const ours = addresses.filter((each) => !each.startsWith('127.')).slice(0, 250);

        expect(taken).toEqual(ours.slice(0, taken.length));
        for (const [i, each] of taken.entries()) expect(unmasked(`0.0.0.${i + 1}`, taken)).toBe(each);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is taken out has no say in what a reply means', () => {
  it.each([
    ['550 5.1.1 <kim@mail.countries.example.org>: user unknown', 'unknown-user'],
    ['450 4.2.0 <kim@greylist.example>: later', 'temporary'],
    ['550 <kim@reputation.example>: no', undefined],
    ['550 <kim@rbl-listed.example>: no', undefined],
    ['550 5.2.1 <kim@virus.example>: refused', 'unknown-user'],
    ['550 5.7.1 <kim@dmarc.example>: refused', 'policy'],
  ])('of the domain of the recipient: %s', (said, meaning) => {
    const recipientDomain = said.slice(said.indexOf('@') + 1, said.indexOf('>'));
    const read = classifyReply(said, { recipientDomain });

    expect(read?.meaning).toBe(meaning);
    expect(String(read?.patternId)).not.toMatch(/country|greylist/);
  });

  it.each([
    ['550 5.1.1 no such user dnsbl-4b1a2c3d.3 - gsmtp', 'unknown-user'],
    ['550 Too many messages from this account [out1.example.com 2026-01-14T09:20:43.343Z 08DE31E555BE7BD9]', 'volume'],
    ['550 5.7.1 Too many messages from this account at 09:20:43', 'volume'],
    ['550 2026-01-14 9:20:43 UTC Too many messages from this account', 'volume'],
    ['550 Too many messages from this account, 2026-01-14T09:20:43', 'volume'],
    ['550 Too many messages from this account, 2026-01-14 09:20:43Z', 'volume'],
    ['450 too many mails today from this sender (12:00:01.250)', 'domain-throttle'],
  ])('of an id or a time: %s', (said, meaning) => {
    expect(classifyReply(said)?.meaning).toBe(meaning);
  });

  it('but an address that looks like one has', () => {
    for (const address of ['2001:db8::25', 'IPv6:2001:db8:9:20:43:0:0:1', '9:20:43::25']) {
      expect(classifyReply(`550 Too many messages from this account [${address}]`)?.meaning).toBe('ip-throttle');
    }
  });
});

describe('a reply that is remembered', () => {
  const reply = (ip: string, who: string) =>
    `550 5.7.1 <${who}@example.com> refused: Client host [${ip}] blocked using bl.example.org`;

  it('has its own domain, not that of the one before', () => {
    const refusal = (domain: string) =>
      classifyReply(`554 5.7.1 Service unavailable; Sender address [ann@${domain}] blocked using dbl.example.org`, {
        recipientDomain: domain,
      })?.domain;
    const domains = ['one.example', 'two.example', 'one.example', 'three.example'];

    expect(domains.map(refusal)).toEqual(domains);
  });

  it('has its own address, not that of the one before', () => {
    const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.2'].map(
      (ip, i) => classifyReply(reply(ip, `someone${i}`))?.ip,
    );

    expect(ips).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.2']);
  });

  it('is another with another receiver or another status', () => {
    const said = '550 5.1.1 <someone@example.com>: user does not exist';
    const by = (relayHost?: string) => classifyReply(said, { relayHost })?.provider;
    const hosts = [undefined, 'mx01.mail.icloud.com', undefined, 'mx01.mail.icloud.com', undefined];

    expect(hosts.map(by)).toEqual([undefined, 'apple-icloud', undefined, 'apple-icloud', undefined]);
    const nein = ['5.1.1', '5.2.2', '', '5.1.1', '5.2.2', ''].map((dsn) => classifyReply('550 nein', { dsn })?.meaning);
    expect(nein).toEqual(['unknown-user', 'mailbox-full', undefined, 'unknown-user', 'mailbox-full', undefined]);
  });

  it('is not changed by who reads it', () => {
    const read = () => classifyReply('554 5.7.1 Your server is in our local blacklist, friend');
    read();
    const first = read();
    if (first) expect(() => Object.assign(first, { code: 'changed' })).toThrow(TypeError);

    expect(read()?.code).toBe('');
  });

  it('is read as it was when it was new, whatever came between', () => {
    const examples = replyPatterns.flatMap(({ examples: all }) => all);
    const piece = fc.oneof(fc.constantFrom(...examples), fc.string({ unit: 'binary', maxLength: 30 }));
    const text = fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (texts) => {
        const before = texts.map((each) => structuredClone(classifyReply(each)));
        for (let i = 0; i < 3; i++) expect(texts.map((each) => classifyReply(each))).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('names no list by what it lists of somebody else', () => {
    expect(classifyReply('550 5.1.1 <zen.spamhaus.org@example.com>: user unknown')?.meaning).toBe('unknown-user');
    expect(classifyReply('550 Gerät 192.0.2.25 gesperrt: blocked using bl.example.org')).toMatchObject({
      zone: 'bl.example.org',
      ip: '192.0.2.25',
    });
  });
});
