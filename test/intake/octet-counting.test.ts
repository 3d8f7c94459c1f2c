// Messages behind a count of their octets, out of a stream that has no line ends, however it is cut.
import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountedMessages, uncounted } from '../../src/intake/octet-counting.js';

const counted = (message: string) => `${Buffer.byteLength(message)} ${message}`;
const A = '<22>1 2026-01-14T10:05:03Z relay1 postfix/smtpd 16780 - - connect from ä.example[192.0.2.1]';
const B = '<22>Jan 14 10:05:04 relay1 postfix/qmgr[5]: 4drSDD4sVZz2vpH: removed';

async function* cut(bytes: Buffer, sizes: readonly number[]) {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
async function read(text: string, ...sizes: number[]) {
  const pieces: Buffer[] = [];
  for await (const piece of uncounted(cut(Buffer.from(text), sizes))) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

describe('uncounted', () => {
  it.each([
    ['messages without line ends', counted(A) + counted(B), `${A}\n${B}\n`],
    [
      'line ends in the count, or behind it',
      `${counted(`${A}\n`)}${counted(`${B}\r\n`)}\n${counted(A)}`,
      `${A}\n${B}\n${A}\n`,
    ],
    ['a message of several lines', counted(`${A}\nmore`) + counted(B), `${A} more\n${B}\n`],
    ['messages with a line end instead of a count', `${counted(A)}${B}\n${counted(B)}`, `${A}\n${B}\n${B}\n`],
    ['a count that is too small', `50 ${A}${counted(B)}`, `${A.slice(0, 50)}\n${A.slice(50)}\n${B}\n`],
    [
      'a count that is too large by the next one',
      `${Buffer.byteLength(A) + 3} ${A}${counted(B)}${counted(B)}`,
      `${A}${Buffer.byteLength(B)} \n${B}\n${B}\n`,
    ],
    ['a last message that was cut', counted(A) + counted(B).slice(0, -5), `${A}\n${B.slice(0, -5)}\n`],
  ])('makes lines of %s', async (_, text, lines) => {
    const whole = await read(text);
    expect(whole).toBe(lines);
    expect(await read(text, 1)).toBe(whole);
    expect(await read(text, 7, 100)).toBe(whole);
  });

  it.each([
    ['lines', `${A}\n${B}\n`],
    ['a line that begins with a number', '2026 was <22>'],
    ['few bytes', '5 <'],
    ['nothing', ''],
  ])('leaves %s as they are', async (_, text) => {
    expect(await read(text, 3)).toBe(text);
  });

  it('keeps no more than a long message, and goes on behind what is no message', async () => {
    const junk = 'x'.repeat(200_000);
    expect(await read(`${counted(A)}${junk}\n${counted(B)}`, 50_000)).toMatch(/\n<22>Jan 14 10:05:04 .* removed\n$/);
    expect(await read(`${counted(A)}99999 ${B}${junk}`, 50_000)).toContain(`${A}\n`);
  });

  it('gives back any messages, however they are cut', async () => {
    const message = fc
      .string({ unit: 'grapheme', maxLength: 50 })
      .map((text) => `<22>1 2026-01-14 ${text.replace(/[\r\n]/g, '')}.`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        async (messages, sizes) => {
          expect(await read(messages.map(counted).join(''), ...sizes)).toBe(
            messages.map((each) => `${each}\n`).join(''),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('takes time that grows with a piece, not with the square of it', () => {
    // A second, or minutes.
    const piece = Buffer.from(counted(B).repeat(600_000));
    const messages = new CountedMessages();
    const lines = new Script('messages.push(piece)').runInNewContext({ messages, piece }, { timeout: 20_000 });
    expect(lines.length).toBe((B.length + 1) * 600_000);
  });
});
