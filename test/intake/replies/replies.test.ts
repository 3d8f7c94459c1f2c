import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply, providers, replyPatterns } from '../../../src/intake/replies/index.js';

/** A host of the provider a pattern belongs to, for words that count only there. */
const hostOf = new Map(
  providers.flatMap(({ patterns, hosts }) => patterns.map(({ id }) => [id, hosts[0]?.replace('*', 'com')] as const)),
);
const taught = replyPatterns.flatMap((pattern) =>
  pattern.examples.map((example) => [pattern.id, example, pattern] as const),
);

const OURS = /192\.0\.2\.25(?!\d)/;
const OURS_EACH = new RegExp(OURS, 'g');

describe('reply patterns', () => {
  it.each(taught)('%s reads %s', (id, example, pattern) => {
    const read = classifyReply(example, pattern.isShared ? { relayHost: hostOf.get(id) } : {});

    expect(read?.patternId).toBe(id);
    expect(read?.meaning).toBe(pattern.meaning);
    if (pattern.pattern.source.includes('<ip>') && /\[?192\.0\.2\.25\b/.test(example))
      expect(read?.ip).toBe('192.0.2.25');
  });

  it.each(taught)('%s reads its line out of a log, cut into lines and in capitals: %s', (id, example, pattern) => {
    const asked = pattern.isShared ? { relayHost: hostOf.get(id) } : {};
    const logged = `host mx.receiver.example[198.51.100.9] said: ${example} (in reply to end of DATA command)`;

    expect(classifyReply(logged, asked)?.patternId).toBe(id);
    expect(classifyReply(example.toUpperCase(), asked)?.meaning).toBe(pattern.meaning);
  });

  it('have unique ids, and all a line that taught them', () => {
    expect(new Set(replyPatterns.map(({ id }) => id)).size).toBe(replyPatterns.length);
    expect(replyPatterns.filter(({ examples }) => examples.length === 0)).toEqual([]);
  });

  it('name no address outside the documentation ranges', () => {
    const addresses = taught.flatMap(([, example]) => example.match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g) ?? []);
    const isDocumentation = (address: string) => /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./.test(address);

    // Answers of lists, and codes of Yahoo's that look like addresses.
    expect(addresses.filter((address) => !isDocumentation(address) && !/^(?:127|4\.16)\./.test(address))).toEqual([]);
  });
});

describe('a receiver', () => {
  it.each([
    ['kpn', 'mx.kpnmail.nl', '554 Your IP: 192.0.2.25 is blacklisted, look at http://blacklist.kpnmail.nl/Help/4'],
    [
      'earthlink',
      'mx01.earthlink.net',
      '550 IP 192.0.2.25 is blocked by EarthLink. Go to earthlink.net/block for details.',
    ],
    ['bluewin', 'mxbw.lb.bluewin.ch', '554 5.2.0 sc310: IP blocklisted - https://support.bluewin.ch/provider/bounce/x'],
    ['proximus', 'mx.skynet.be', '554 Access denied - under investigation for spam abuse'],
    ['libero', 'smtp-in.libero.it', '550 mail not accepted from blacklisted IP address [192.0.2.25]'],
    ['orange-fr', 'smtp-in.orange.fr', '550 mwinf5c04 ME Adresse IP source bloquee. OFR004_102 [102]'],
    ['t-online', 'mx03.t-online.de', '554 IP=192.0.2.25 - None/bad reputation. Ask your postmaster for help'],
    ['united-internet', 'mx00.gmx.net', '554 No SMTP service: IP address is black listed'],
  ])('%s is known by its host', (provider, relayHost, reply) => {
    expect(classifyReply(reply, { relayHost })).toMatchObject({ provider, meaning: 'ip-block' });
  });

  it('that limits an address of bad reputation has not blocked it', () => {
    const reply = '554 5.2.0 sc310: IP reputation ratelimit in effect - https://support.bluewin.ch/provider/bounce/x';

    expect(classifyReply(reply)).toMatchObject({
      ...{ provider: 'bluewin', meaning: 'ip-throttle', code: 'SC310' },
    });
  });

  it.each(['verizon.net', 'aol.com'])('has taken over others: %s', (recipientDomain) => {
    expect(classifyReply('553 5.7.1 [BL21] Connections will not be accepted', { recipientDomain })).toMatchObject({
      provider: 'yahoo',
    });
  });
});

describe('classifyReply', () => {
  it.each([
    ["messages from [192.0.2.25] weren't sent. … since part of their network is on our block list (AS3150).", 'S3150'],
    ["550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. … our block list (S3199).", 'S3199'],
    ['550 5.7.649 Access denied, banned sending IP [2001:db8::25].', '5.7.649'],
    ['421 4.7.0 RP-003 (X) too many', 'RP-003'],
  ])('keeps the receiver code of %s', (reply, code) => {
    expect(classifyReply(reply)?.code).toBe(code);
  });

  it.each([
    ['250 2.0.0 Ok: queued as 4PZbknn8dGtQJ, not blocked by spamhaus', undefined],
    ['connect to mx.example[192.0.2.9]:25: Connection timed out', 'temporary'],
    ['host mx.example[192.0.2.9] said: 450 4.7.1 Error: too much mail from 192.0.2.25', 'ip-throttle'],
    ["552-5.2.2 The recipient's inbox is out of storage space.", 'mailbox-full'],
    ['550-5.1.1 The email account that you tried to reach does not exist.', 'unknown-user'],
    ['550-5.2.1 The email account that you tried to reach is inactive.', 'unknown-user'],
    ['550 nein', undefined],
    ['421 nein', 'temporary'],
    ['', undefined],
  ])('%s means %s', (reply, meaning) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });

  it('lets the status code decide when the text does not, the log before the text', () => {
    expect(classifyReply('550 nein', { dsn: '5.1.1' })?.meaning).toBe('unknown-user');
    expect(classifyReply('550 5.2.2 nein')?.meaning).toBe('mailbox-full');
    expect(classifyReply('553 nein (#5.7.25)')?.meaning).toBe('ptr');
  });

  it.each(['host', 'domain'])('lets the %s decide between the houses of Microsoft', (by) => {
    const reply = '451 4.7.500 Server busy. Please try again later from [192.0.2.25]. (S77719)';
    const asked = (host: string, domain: string) => (by === 'host' ? { relayHost: host } : { recipientDomain: domain });

    expect(classifyReply(reply, asked('hotmail-com.olc.protection.outlook.com', 'hotmail.com'))?.provider).toBe(
      'microsoft-consumer',
    );
    if (by === 'host')
      expect(
        classifyReply(reply, { relayHost: 'example-com.mail.protection.outlook.com', recipientDomain: 'hotmail.com' })
          ?.provider,
      ).toBe('microsoft-365');
  });

  it('takes words that many use for a provider only where it is known to be asked', () => {
    const reply = '550 5.1.1 <someone@example.com>: user does not exist';

    expect(classifyReply(reply)?.provider).toBeUndefined();
    expect(classifyReply(reply, { relayHost: 'mx01.mail.icloud.com' })?.provider).toBe('apple-icloud');
    expect(classifyReply(`host mx02.mail.icloud.com[198.51.100.3] said: ${reply}`)?.provider).toBe('apple-icloud');
  });

  it('does not take a listed domain for a listed address', () => {
    const sender = classifyReply(
      '554 5.7.1 Service unavailable; Sender address [ann@Customer.example] blocked using dbl.spamhaus.org',
    );
    const host = classifyReply('554 5.7.1 Client host [relay1.example.net] blocked using multi.surbl.org');

    expect(sender).toMatchObject({ meaning: 'domain-block', domain: 'customer.example', zone: 'dbl.spamhaus.org' });
    expect(host).toMatchObject({ meaning: 'domain-block', domain: 'relay1.example.net' });
    expect(sender?.ip).toBeUndefined();
  });

  it.each([
    ['xbl.spamhaus.org', 'zen.spamhaus.org'],
    ['s3cr3tk3y.zen.dq.spamhaus.net', 'zen.spamhaus.org'],
    ['s3cr3tk3y.combined.mail.abusix.zone', 'combined.mail.abusix.zone'],
    ['dnsbl.Example.ORG', 'dnsbl.example.org'],
  ])('calls %s %s: no account key goes further', (named, zone) => {
    const reply = `554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using ${named}; sorry`;

    expect(classifyReply(reply)).toMatchObject({ meaning: 'dnsbl', zone, ip: '192.0.2.25' });
  });

  it.each([
    ['550-5.7.26 one two\n550-5.7.26 three - gsmtp\r\n550 5.7.26 end', 'google'],
    ['550-5.7.26 one two 550-5.7.26 three - gsmtp 550 5.7.26 end', 'google'],
  ])('reads %j across its lines', (reply, provider) => {
    expect(classifyReply(reply)).toMatchObject({ provider, meaning: 'auth', code: '5.7.26' });
  });

  it('joins a sentence that a repeated code cuts in two', () => {
    const reply = '550-5.7.1 Our system has detected that this message is likely 550-5.7.1 unsolicited mail. - gsmtp';

    expect(classifyReply(reply)?.patternId).toBe('g-unsolicited');
  });

  it('knows a deferral that will not end, and a refusal that will', () => {
    const forGood =
      '421 4.7.1 [TS03] All messages from 192.0.2.25 will be permanently deferred; Retrying will NOT succeed.';
    const slowed = '421-4.7.0 [192.0.2.25] … very low reputation of the sending IP address.';

    expect(classifyReply(forGood)?.isPermanent).toBe(true);
    expect(classifyReply(slowed)?.isPermanent).toBe(false);
  });

  it.each([
    ['550 5.7.606 Access denied, banned sending IP [2001:DB8:0::25]', '2001:db8::25'],
    ['554 Your IP address 999.1.2.3 has been blocked', undefined],
    [
      '421 4.7.0 [TSS05] Temporarily deferred due to complaints - 4.16.55.1; see https://senders.yahooinc.com',
      undefined,
    ],
  ])('reads the address in %s', (reply, ip) => {
    expect(classifyReply(reply)?.ip).toBe(ip);
  });
});

describe('a refusal of another address', () => {
  const told = taught.map(([, example]) => example).filter((example) => OURS.test(example));

  it.each(['8.8.8.8', '10.1.2.3', '172.217.112.230', '2001:db8::1:25'])('means the same: %s', (address) => {
    for (const example of told) {
      const [read, other] = [example, example.replaceAll(OURS_EACH, address)].map((reply) => classifyReply(reply));

      expect({ ...other, ip: '', zone: '' }, example).toEqual({ ...read, ip: '', zone: '' });
      if (read?.ip === '192.0.2.25' && !address.includes(':')) expect(other?.ip).toBe(address);
    }
  });
});

describe('hostile replies', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...taught.map(([, example]) => example)),
    fc.constantFrom(' 550-', '550 5.7.1 ', '\r\n', ' said: ', '[', '::', '1.1.1.1', '(?<ip>', '\0', 'blocked using '),
  );

  it('never throw, and give an address that is one', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, dsn) => {
        const read = classifyReply(pieces.join(''), { dsn, relayHost: pieces[0], recipientDomain: pieces[1] });
        if (read?.ip !== undefined) expect(read.ip).toMatch(/^[0-9a-f.:]+$/);
        if (read?.zone !== undefined) expect(read.zone).toBe(read.zone.toLowerCase());
      }),
    );
  });

  it('are read no further than a reply can reach', () => {
    expect(classifyReply(`550 ${'is a '.repeat(200_000)} blocked using Blocklist 1`)).toBeUndefined();
  });
});
