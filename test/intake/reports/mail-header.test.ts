// However long a header is, and whatever stands in it: what is behind it is read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitMail } from '../../../src/intake/reports/mail-header.js';
import { decode, readMail } from '../../../src/intake/reports/read-mail.js';
import { readReport } from '../../../src/intake/reports/read-report.js';

const FROM = 'From: MAILER-DAEMON@mx.test\nSubject: Undelivered\n';
const REPORT = `Content-Type: multipart/report;\n report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; kim@far.test
Action: failed
Status: 5.1.1

--x--
`;
const split = (text: string) => splitMail(Buffer.from(text), decode);

describe('a report behind a header that was made to be long', () => {
  it.each([
    ['two hundred thousand fields', 'X-Y: y\n'.repeat(200_000)],
    ['two million bytes in one field', `To: ${'a:'.repeat(1_000_000)}\n`],
    ['two hundred thousand lines of one field', `Cc: a@b.test${',\n <a@b.test>'.repeat(200_000)}\n`],
    ['fifty thousand fields with addresses', 'Cc: "a" <a@b.test>, c:d@b.test;\n'.repeat(50_000)],
  ])('is read: %s', async (_, header) => {
    for (const text of [`${header}${FROM}${REPORT}`, `${FROM}${header}${REPORT}`]) {
      const report = await readReport(Buffer.from(text));
      expect(report).toMatchObject({ kind: 'dsn', recipients: [{ finalRecipient: 'kim@far.test', status: '5.1.1' }] });
    }
  });

  it('is read in attached messages, whose headers may be as long', async () => {
    const inner = `To: ${'a:'.repeat(450_000)}\n${FROM}${REPORT}`;
    const outer = `${FROM}Content-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: message/rfc822\n\n${inner}\n--y--\n`;

    expect(await readReport(Buffer.from(outer))).toMatchObject({ kind: 'dsn', failedRecipients: 1 });
  });
});

describe('a header', () => {
  it('ends at the first empty line, whatever ends lines', () => {
    expect(split('A: 1\r\n b\r\nC : 2\r\n\r\nD: 3\r\n')).toMatchObject({
      header: [
        { name: 'a', value: '1 b' },
        { name: 'c', value: '2' },
      ],
      body: Buffer.from('D: 3\r\n'),
    });
    expect(split('\nhi').body.toString()).toBe('hi');
    expect(split('A: 1').body.toString()).toBe('');
  });

  it('goes on behind a line of blanks', () => {
    expect(split('A: 1\n \t\nB: 2\n\nC: 3').header.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('hands the parser the first of each field about the body, and no other', () => {
    const { contentFields } = split(
      'To: a@b.test\ncontent-type: text/html;\n charset=x\nContent-Typed: no\nContent-Type: text/plain\n' +
        'Content-Transfer-Encoding : base64\nContent-ID: <a>\n\nPGI+aGk8L2I+',
    );

    expect(contentFields.toString()).toBe('content-type: text/html;\n charset=x\nContent-Transfer-Encoding : base64\n');
  });

  it('is read once and parts nothing from the body, whatever it holds', async () => {
    const letters = fc.constantFrom('a', 'B', ':', ' ', '\t', '\n', '\r\n', '\r', 'é', '\0', '=', 'Content-Type: ');
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { maxLength: 80 }), async (pieces) => {
        const mail = Buffer.from(pieces.join(''));
        const { header, body } = splitMail(mail, decode);
        expect(mail.subarray(mail.length - body.length)).toEqual(body);
        const head = mail.subarray(0, mail.length - body.length).toString();
        for (const { originalName } of header) expect(head).toContain(originalName);
        await readMail(mail);
      }),
      { numRuns: 300 },
    );
  });
});
