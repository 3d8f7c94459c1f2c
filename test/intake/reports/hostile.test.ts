// Whatever comes: an answer, and no error.
import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesIn, readTyped, recipientOf } from '../../../src/intake/reports/addresses.js';
import { readGroups } from '../../../src/intake/reports/fields.js';
import { readMail } from '../../../src/intake/reports/read-mail.js';
import { readReport } from '../../../src/intake/reports/read-report.js';
import { statusGroups } from '../../../src/intake/reports/status-part.js';
import { fixture, fixtureNames } from './fixture.js';

const KINDS = ['arf', 'dsn', 'other'];
const anyFixture = fc.constantFrom(...fixtureNames).map(fixture);

async function isRead(bytes: Buffer): Promise<void> {
  const report = await readReport(bytes);
  expect(KINDS).toContain(report.kind);
  if (report.kind === 'dsn') expect(report.failedRecipients).toBeLessThanOrEqual(report.recipients.length);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
}

describe('hostile mail', () => {
  it('reads any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), (bytes) => isRead(Buffer.from(bytes))),
      { numRuns: 200 },
    );
  });

  it.each(['Diagnostic-Code: smtp; 550 no\n\n', 'Original-Recipient: rfc822; a@b.example\n\n'])(
    'reads a status part that repeats %j without end in time that grows with its length',
    (again) => {
      // A second, or minutes.
      const bytes = Buffer.from(`Original-Recipient: rfc822; a@b.example\n\n${again.repeat(99_000)}`);
      const mail = { header: [], text: '', parts: [{ type: 'message/delivery-status', bytes }] };
      const read = new Script('statusGroups(mail)').runInNewContext({ statusGroups, mail }, { timeout: 20_000 });
      expect(read.recipients).toHaveLength(1);
    },
  );

  it('reads reports that were cut anywhere', async () => {
    const cut = fc.tuple(anyFixture, fc.nat(), fc.nat()).map(([bytes, a, b]) => {
      const [from, to] = [a % (bytes.length + 1), b % (bytes.length + 1)].sort((x, y) => x - y) as [number, number];
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    });
    await fc.assert(fc.asyncProperty(cut, isRead), { numRuns: 300 });
  });

  it('reads reports in which anything is something else', async () => {
    const letters = fc.array(
      fc.tuple(fc.nat(), fc.constantFrom(0, 10, 13, 32, 34, 45, 58, 59, 60, 62, 64, 92, 128, 255)),
      { maxLength: 40 },
    );
    const changed = fc.tuple(anyFixture, letters).map(([bytes, changes]) => {
      const copy = Buffer.from(bytes);
      for (const [at, letter] of changes) copy[at % copy.length] = letter;
      return copy;
    });
    await fc.assert(fc.asyncProperty(changed, isRead), { numRuns: 300 });
  });

  const repeat = (text: string, bytes = 2_000_000) => text.repeat(Math.ceil(bytes / text.length));
  const head = 'From: MAILER-DAEMON@a.test\nTo: b@c.test\nSubject: failure notice\n';
  const report = `${head}Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n`;
  it.each([
    ['addresses', `${head}\n${repeat('<a@b.test>:\n')}`],
    ['at signs', `${head}\n${repeat('@')}`],
    ['one long word', `${head}\n${repeat('a')}@b.test`],
    ['angle brackets', `${head}Content-Type: text/html\n\n${repeat('<a <')}`],
    ['spaces', `${head}\n550 ${repeat(' ')}x`],
    ['colons', `${head}\n${repeat(':\n')}`],
    [
      'folds',
      `${report}--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.test\nDiagnostic-Code:${repeat('\n a')}`,
    ],
    [
      'recipients',
      `${report}--x\nContent-Type: message/delivery-status\n\n${repeat('Final-Recipient: rfc822; a@b.test\nAction: failed\n\n')}`,
    ],
    ['parts', `${report}${repeat('--x\nContent-Type: message/rfc822\n\nA: b\n\n')}`],
    ['boundaries', `${report}${repeat('--x\nContent-Type: multipart/mixed; boundary=x\n\n')}`],
    ['hops', `${report}--x\nContent-Type: message/rfc822\n\n${repeat('Received: by a by b id c; d\n')}`],
    ['header', `${repeat('X: y\n')}\n`],
    ['groups of addresses', `${head}To: ${repeat('a:')}\n\n550 a@b.test`],
    ['comments', `${head}Date: ${repeat('(')}\n\n550 a@b.test`],
  ])('ends over two megabytes of %s', async (_, text) => {
    await isRead(Buffer.from(text));
  });
});

describe('a mail of thousands of parts', () => {
  const head =
    'From: MAILER-DAEMON@a.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n';
  const status = '--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\n\n';

  it.each(['--x\nContent-Type: message/rfc822\n\nA: b\n\n', '--x\nContent-Type: application/x\n\nY\n', '--x\n\nhi\n'])(
    'is read as far as reports go: %j',
    async (part) => {
      const mail = Buffer.from(`${head}${status}${part.repeat(12_000)}`);

      expect((await readMail(mail)).parts.length).toBeLessThanOrEqual(500);
      expect(await readReport(mail)).toMatchObject({ kind: 'dsn', recipients: [{ finalRecipient: 'a@b.test' }] });
    },
  );
});

describe('a report that names its source again and again', () => {
  const address = '192.0.2.25';
  const head = 'From: a@b.test\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n';
  const fields = 'Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n';
  const read = (values: readonly string[]) =>
    readReport(Buffer.from(`${head}${fields}${values.map((value) => `Source-IP: ${value}\n`).join('')}\n--x--\n`));

  it.each([
    ['brackets', '('.repeat(60_000), '('.repeat(320)],
    ['brackets behind an address', `${address} ${'('.repeat(60_000)}`, `${address} ${'('.repeat(309)}`],
    ['blanks behind an address', `${address}${' '.repeat(60_000)}x`, address],
    ['comments', `[${address}]${' (mx.example)'.repeat(5_000)}`, undefined],
  ])('is read as far as an address goes: %s', async (_, value, sourceIp) => {
    const report = await read(Array(100).fill(value));

    if (report.kind !== 'arf') throw new Error(report.kind);
    expect(report.sourceIp?.length).toBeLessThanOrEqual(320);
    if (sourceIp !== undefined) expect(report.sourceIp).toBe(sourceIp);
  });

  it('is believed the first time', async () => {
    const long = '('.repeat(60_000);

    expect(await read(['', `${address} (${'m'.repeat(255)})`, ...Array(20).fill(long)])).toMatchObject({
      sourceIp: address,
      extensions: { sourceIp: Array(20).fill(long) },
    });
  });
});

describe('addresses', () => {
  it.each([
    ['<a@b.test>: gone', ['a@b.test']],
    ['mail to mailto:a.b+c=d@b.test, please', ['a.b+c=d@b.test']],
    ['"a b"@c.test and x@[192.0.2.1].', ['"a b"@c.test', 'x@[192.0.2.1]']],
    ['a@@b.test, @c.test, d@', []],
    ["ends a@b.test. 'c@d.test'", ['a@b.test', 'c@d.test']],
  ])('in %j', (text, expected) => {
    expect(addressesIn(text).map(({ address }) => address)).toEqual(expected);
  });

  it('are where they are said to be', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '@', '.', '<', '"', ' ', 'é', '-', '[', ']') }), (text) => {
        for (const { address, from, to } of addressesIn(text)) expect(text.slice(from, to)).toBe(address);
      }),
      { numRuns: 300 },
    );
  });

  it('have a type before a semicolon, or none', () => {
    expect(readTyped('RFC822; a@b.test')).toEqual({ type: 'rfc822', value: 'a@b.test' });
    expect(readTyped('a@b.test')).toEqual({ type: '', value: 'a@b.test' });
    expect(readTyped('550 no such user; sorry')).toEqual({ type: '', value: '550 no such user; sorry' });
    expect(recipientOf('<a@b.test> (Ann)')).toBe('a@b.test');
    expect(recipientOf('ann')).toBe('ann');
  });
});

describe('fields', () => {
  it('go on in further lines, with an indent or without', () => {
    expect(readGroups('A: 1\n 2\n\t3\nnot a field\nB : 4\n\n\nC: 5')).toEqual([
      [
        { name: 'a', originalName: 'A', value: '1 2 3 not a field' },
        { name: 'b', originalName: 'B', value: '4' },
      ],
      [{ name: 'c', originalName: 'C', value: '5' }],
    ]);
  });
});
