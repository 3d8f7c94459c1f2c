// Messages as bytes: what we write dns-packet reads, and no bytes from outside make the reader throw.
import { decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Resolver } from '../../src/dns/resolver.js';
import { answersQuestion, encodeQuestion, isReply, readAnswer } from '../../src/dns/wire.js';
import { startDnsServer } from '../../src/practice/internet/dns-server.js';

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 10 }).map((labels) => labels.join('.'));
const type = fc.constantFrom('A' as const, 'AAAA' as const, 'TXT' as const);

test('a question reads back as the name and type asked', () => {
  fc.assert(
    fc.property(name, type, (asked, askedType) => {
      const message = encodeQuestion(asked, askedType);
      if (!message) throw new Error('not encoded');
      expect(decode(message)).toMatchObject({
        type: 'query',
        flag_rd: true,
        questions: [{ name: asked, type: askedType, class: 'IN' }],
      });
    }),
  );
});

test('a reply to another name, type or class is not taken', () => {
  const question = encodeQuestion('abc.zone.test', 'A') as Buffer;
  const reply = (replyName: string, replyType: 'A' | 'TXT', cls: 'IN' | 'CH' = 'IN') =>
    encode({ type: 'response', id: 0, questions: [{ name: replyName, type: replyType, class: cls }] });
  expect(answersQuestion(reply('ABC.zone.TEST', 'A'), question)).toBe(true);
  expect(answersQuestion(reply('abd.zone.test', 'A'), question)).toBe(false);
  expect(answersQuestion(reply('abc.zone.test', 'TXT'), question)).toBe(false);
  expect(answersQuestion(reply('abc.zone.test', 'A', 'CH'), question)).toBe(false);
  expect(answersQuestion(encode({ type: 'response', id: 0, questions: [] }), question)).toBe(false);
});

test('records under other names are not taken for answers', () => {
  const message = encode({
    type: 'response',
    questions: [{ name: 'x.zone.test', type: 'A' }],
    answers: [
      { name: 'x.zone.test', type: 'CNAME', data: 'y.zone.test', ttl: 1 },
      { name: 'y.zone.test', type: 'A', data: '127.0.0.3', ttl: 1 },
      { name: 'other.test', type: 'A', data: '127.0.0.2', ttl: 1 },
    ],
  });
  expect(readAnswer(message, 'x.zone.test', 'A')).toMatchObject({ kind: 'answer', addresses: ['127.0.0.3'] });
});

test('no bytes make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), type, (bytes, askedType) => {
      const message = Buffer.from(bytes);
      isReply(message);
      readAnswer(message, 'x.zone.test', askedType);
    }),
    { numRuns: 2_000 },
  );
});

test('a good reply with any bytes changed never makes the reader throw', () => {
  const good = encode({
    type: 'response',
    questions: [{ name: 'x.zone.test', type: 'TXT' }],
    answers: [
      { name: 'x.zone.test', type: 'TXT', data: ['a', 'b'], ttl: 1 },
      { name: 'x.zone.test', type: 'A', data: '127.0.0.2', ttl: 1 },
    ],
  });
  const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(good.length), type, (changes, length, askedType) => {
      const message = Buffer.from(good);
      for (const [at, byte] of changes) message[at] = byte;
      readAnswer(message.subarray(0, length), 'x.zone.test', askedType);
    }),
    { numRuns: 2_000 },
  );
});

test('hostile packets from the asked server settle every question and kill nothing', async () => {
  const replies: Buffer[] = fc
    .sample(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean()), 300)
    .map(([bytes]) => Buffer.from(bytes));
  let turn = 0;
  const server = await startDnsServer({
    answer: () => ({
      fault: {
        bytes(query) {
          const bytes = replies[turn++ % replies.length] ?? Buffer.alloc(0);
          if (turn % 3 === 0) return bytes;
          // The right question, then rubbish where the records should be.
          const head = Buffer.from(query);
          head[2] = 0x81;
          head[3] = 0x80;
          head[7] = turn % 200;
          return Buffer.concat([head, bytes]);
        },
      },
    }),
  });
  const resolver = new Resolver({ servers: [server], timeoutMs: 60, tries: 1 });
  const answers = await Promise.all(replies.map((_, i) => resolver.query(`n${i}.zone.test`, 'A')));
  for (const { kind } of answers)
    expect(['answer', 'none', 'malformed', 'timeout', 'servfail', 'refused']).toContain(kind);
  expect(answers.some(({ kind }) => kind === 'malformed')).toBe(true);
  resolver.close();
  await server.close();
});
