import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPolicyParser,
  encodeReply,
  type Parsed,
} from '../../../../src/containment/mtas/postfix/policy-protocol.js';
import { requestText } from '../../containments.js';

const BOUNDS = { requestBytes: 200, lineLength: 100, attributes: 10 };

function parse(pieces: Buffer[]): Parsed[] {
  const parser = createPolicyParser(BOUNDS);
  return pieces.flatMap((piece) => parser.push(piece));
}

function cutAt(bytes: Buffer, places: number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

const kinds = (parsed: Parsed[]) => parsed.map(({ kind }) => kind);

describe('the policy parser', () => {
  it('reads attributes, values with = and empty values', () => {
    const [parsed] = parse([Buffer.from('request=smtpd_access_policy\nsender=a=b@x.example\nrecipient=\n\n')]);

    expect(parsed).toEqual({
      kind: 'request',
      attributes: new Map([
        ['request', 'smtpd_access_policy'],
        ['sender', 'a=b@x.example'],
        ['recipient', ''],
      ]),
    });
  });

  it('reads the same from every split into two', () => {
    const bytes = Buffer.from(requestText({ sender: 'ø@kvist.example' }) + requestText({ sender: 'b@x.example' }));
    const whole = parse([bytes]);

    expect(kinds(whole)).toEqual(['request', 'request']);
    for (let i = 0; i <= bytes.length; i++) {
      expect(parse([bytes.subarray(0, i), bytes.subarray(i)]), `split at ${i}`).toEqual(whole);
    }
  });

  it('reads the same from single bytes', () => {
    const bytes = Buffer.from(requestText().repeat(3));

    expect(parse([...bytes].map((byte) => Buffer.from([byte])))).toEqual(parse([bytes]));
  });

  it('property: however bytes are cut, the requests are the same', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'sender=a@b.example',
        'x=',
        '=x',
        'noequals',
        '',
        '',
        `long=${'y'.repeat(99)}`,
        `big=${'z'.repeat(250)}`,
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const bytes = Buffer.from(lines.join('\n'));
        expect(parse(cutAt(bytes, places))).toEqual(parse([bytes]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('property: what is well formed comes back as it was sent', () => {
    const name = fc.stringMatching(/^[a-z_]{1,8}$/);
    const value = fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\n', ''));
    const request = fc.dictionary(name, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(request), fc.array(fc.nat()), (requests, places) => {
        const text = requests
          .map(
            (r) =>
              `${Object.entries(r)
                .map(([k, v]) => `${k}=${v}\n`)
                .join('')}\n`,
          )
          .join('');
        const parsed = parse(cutAt(Buffer.from(text), places));
        expect(parsed.map((p) => (p.kind === 'request' ? Object.fromEntries(p.attributes) : p))).toEqual(requests);
      }),
    );
  });

  const bad: [string, string][] = [
    ['an empty request', '\n'],
    ['a line without =', 'request=x\nhello\n\n'],
    ['a line without a name', '=x\n\n'],
    ['CRLF line ends', 'request=x\r\n\r\n\n\n'],
    ['a line that is too long', `a=${'x'.repeat(120)}\n\n`],
    ['too many lines', `${'a=b\n'.repeat(11)}\n`],
    ['a request that is too long', `${`a=${'x'.repeat(60)}\n`.repeat(4)}\n`],
    ['a flood without a line end', 'x'.repeat(1_000)],
    ['binary', `\u0000\u0001\u00ff\n\n`],
  ];
  it.each(bad)('stops at %s', (_, text) => {
    expect(kinds(parse([Buffer.from(text), Buffer.from(requestText())]))).toEqual(['bad']);
  });

  it('answers what came before the bad request', () => {
    const good = 'request=x\n\n';

    expect(kinds(parse([Buffer.from(`${good}${good}bad\n\n${good}`)]))).toEqual(['request', 'request', 'bad']);
  });

  it('takes a request that is as long as may be, in one piece or two', () => {
    const longest = `a=${'x'.repeat(98)}\nb=${'x'.repeat(97)}`;
    expect(longest).toHaveLength(BOUNDS.requestBytes);

    expect(kinds(parse([Buffer.from(`${longest}\n\n`)]))).toEqual(['request']);
    expect(kinds(parse([Buffer.from(`${longest}\n`), Buffer.from('\n')]))).toEqual(['request']);
    expect(kinds(parse([Buffer.from(`${longest}x\n\n`)]))).toEqual(['bad']);
  });

  it('holds no more than one request of the longest kind', () => {
    const parser = createPolicyParser(BOUNDS);

    expect(parser.push(Buffer.alloc(200, 'x'))).toEqual([]);
    expect(parser.isMidRequest()).toBe(true);
    expect(kinds(parser.push(Buffer.from('xx')))).toEqual(['bad']);
    expect(parser.isMidRequest()).toBe(false);
  });
});

describe('encodeReply', () => {
  it('ends the reply with an empty line', () => {
    expect(encodeReply('DUNNO')).toBe('action=DUNNO\n\n');
  });

  it.each(['a\nb', 'a\rb', 'a\0b'])('refuses %j', (action) => {
    expect(() => encodeReply(action)).toThrow('line break');
  });
});
