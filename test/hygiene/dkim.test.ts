// DKIM keys as they are published: lengths, revocation, CNAMEs, and whatever else stands there.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAtDkim, readDkimKey } from '../../src/hygiene/dkim.js';
import { selectorsOf } from '../../src/hygiene/domain.js';
import { readTags } from '../../src/hygiene/tags.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { startDns } from './dns.js';

const NAME = 's1._domainkey.kvist.example';

function rsaKey(bits: number, type: 'spki' | 'pkcs1' = 'spki'): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return publicKey.export({ type, format: 'der' }).toString('base64');
}

const RSA_512 = rsaKey(512);
const RSA_1024 = rsaKey(1024);
const RSA_2048 = rsaKey(2048);

/** One record in strings of at most 255 bytes. */
function pieces(text: string): string[] {
  return text.match(/.{1,255}/g) ?? [''];
}

async function look(reply: DnsReply | undefined) {
  const { ask } = await startDns(reply ? { [NAME]: reply } : {});
  return lookAtDkim(ask, 'kvist.example', 's1');
}

describe('a DKIM key', () => {
  it.each([
    ['a long one', RSA_2048, { state: 'ok', text: 'RSA key of 2048 bits' }],
    ['a bare one', rsaKey(2048, 'pkcs1'), { state: 'ok', text: 'RSA key of 2048 bits' }],
    ['a weak one', RSA_1024, { state: 'ok', text: 'RSA key of 1024 bits', advice: expect.stringContaining('Weak') }],
    ['a short one', RSA_512, { state: 'bad', text: expect.stringContaining('512 bits: too short') }],
  ])('is judged by its length: %s', async (_, key, expected) => {
    expect(
      await look({ txt: [[`v=DKIM1; k=rsa; p=${key.slice(0, 200)}`, key.slice(200)]], fault: 'truncated' }),
    ).toMatchObject({ selector: 's1', ...expected });
  });

  it('may be an Ed25519 key', () => {
    const raw = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);

    expect(readDkimKey(`v=DKIM1; k=ed25519; p=${raw.toString('base64')}`)).toMatchObject({
      kind: 'key',
      type: 'ed25519',
    });
    expect(readDkimKey('v=DKIM1; k=ed25519; p=AAAA').kind).toBe('broken');
  });

  it('is revoked when p= is empty', async () => {
    expect(await look({ txt: ['v=DKIM1; p='] })).toMatchObject({
      state: 'bad',
      text: 'the key is revoked (p= is empty)',
    });
  });

  it('is found through a CNAME, and says so', async () => {
    const point = await look({ cname: 's1.sender.example', txt: [pieces(`p=${RSA_2048}`)] });

    expect(point).toMatchObject({ state: 'ok', text: 'RSA key of 2048 bits, through a CNAME to s1.sender.example' });
  });

  it('is missing only when a server says so', async () => {
    expect(await look(undefined)).toMatchObject({ state: 'bad', text: 'there is no key' });
    expect((await look({ rcode: 'SERVFAIL' })).state).toBe('unknown');
    expect((await look({ fault: 'silent' })).state).toBe('unknown');
  });

  it.each([
    ['v=DKIM2; p=AAAA', 'v= must come first'],
    ['p=AAAA; v=DKIM1', 'v= must come first'],
    ['v=DKIM1; k=rsa', 'p= is missing'],
    ['v=DKIM1; p=%%%', 'not base64'],
    ['v=DKIM1; p=AAAA', 'no RSA key'],
    ['v=DKIM1; k=dsa; p=AAAA', 'no kind of key'],
    ['v=DKIM1; s=tlsrpt; p=AAAA', 's= does not allow mail'],
    ['v=DKIM1; h=sha1; p=AAAA', 'h= does not allow sha256'],
    ['v=DKIM1; p=AAAA; p=BBBB', 'stands there twice'],
    ['v=DKIM1; nonsense; p=AAAA', 'is no tag'],
  ])('that no verifier can read is named: %s', (text, why) => {
    expect(readDkimKey(text)).toMatchObject({ kind: 'broken', why: expect.stringContaining(why) });
  });

  it('that stands there twice is wrong, and a test is said to be one', async () => {
    expect((await look({ txt: [pieces(`p=${RSA_2048}`), `v=DKIM1; p=${RSA_1024}`] })).text).toContain(
      'there are 2 keys',
    );
    expect((await look({ txt: [pieces(`v=DKIM1; t=y:s; p=${RSA_2048}`)] })).advice).toContain('t=y');
  });

  it('is looked for under the selectors of its domain and of all domains', () => {
    const configured = { '*': ['relay'], 'Kvist.example': ['s1', 'relay'], 'other.example': ['x'] };

    expect(selectorsOf(configured, 'kvist.example')).toEqual(['relay', 's1']);
    expect(selectorsOf(configured, 'third.example')).toEqual(['relay']);
  });
});

describe('reading tag lists', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const value = fc.stringMatching(/^[!-:<-~]{0,20}$/);
  const space = fc.constantFrom('', ' ', '\t', '  ');

  it('reads what was written, with or without white space and a last semicolon', () => {
    const list = fc.uniqueArray(fc.tuple(name, value), { selector: ([own]) => own, maxLength: 12, minLength: 1 });
    fc.assert(
      fc.property(list, space, fc.boolean(), (pairs, gap, isClosed) => {
        const text =
          pairs.map(([tag, held]) => `${gap}${tag}${gap}=${gap}${held}${gap}`).join(';') + (isClosed ? ';' : '');
        expect(readTags(text)).toEqual({ tags: new Map(pairs), names: pairs.map(([tag]) => tag) });
      }),
    );
  });

  it('takes anything, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        readTags(text);
        readDkimKey(text);
        readDkimKey(`v=DKIM1; p=${Buffer.from(text).toString('base64')}`);
        readDkimKey(`v=DKIM1; k=${text}; p=AAAA`);
      }),
    );
  });
});
