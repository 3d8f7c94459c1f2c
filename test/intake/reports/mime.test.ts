// Long mails: read as the parser itself reads them, and in a fraction of its time.
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseMime } from '../../../src/intake/reports/mime.js';
import { readMail } from '../../../src/intake/reports/read-mail.js';

const OPTIONS = { forceRfc822Attachments: true, maxNestingDepth: 32, maxHeadersSize: 1_048_576 };
const REPORT = 'From: a@b.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n';

describe('a long mail', () => {
  it('is taken apart as the parser alone does', async () => {
    const line = fc.constantFrom(
      '',
      'a=3D b',
      'Zm9v',
      'Zm8=',
      'Zg==Zm8=Z=Zm9v=',
      '=Zm==9',
      '--',
      '--y',
      '. ø',
      ' folded',
      `${'x'.repeat(200)}=`,
    );
    const type = fc.constantFrom('text/plain', 'text/html', 'message/rfc822', 'message/delivery-status', 'a/b');
    const encoding = fc.constantFrom('7bit', '8bit', 'quoted-printable', 'base64');
    const end = fc.constantFrom('\n', '\r\n');
    const part = fc.record({ type, encoding, lines: fc.array(line, { maxLength: 8 }), times: fc.nat(1_200), end });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        const texts = parts.map(
          ({ type, encoding, lines, times, end }) =>
            `--x\nContent-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n${`${lines.join(end)}${end}`.repeat(times)}`,
        );
        const mail = Buffer.from(`${REPORT}${texts.join('\n')}\n--x--\n`);

        expect(await parseMime(mail)).toEqual(await PostalMime.parse(mail, OPTIONS));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its report behind thousands of lines in base64 that are each padded', async () => {
    const status = 'Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; kari@b.example\nAction: failed\n';
    const text = `--x\nContent-Transfer-Encoding: base64\n\n${'SGVsbG8=\n'.repeat(10_000)}`;
    const mail = Buffer.from(`${REPORT}${text}\n--x\nContent-Type: message/delivery-status\n\n${status}\n--x--\n`);

    expect((await readMail(mail)).parts.map(({ type }) => type)).toEqual(['message/delivery-status']);
  });

  it.each([
    ['in one line', 'AA=='.repeat(200_000)],
    ['in many lines', `${'AA=='.repeat(19)}\n`.repeat(2_000)],
  ])('takes no buffer for each padded unit of base64 %s', async (_, body) => {
    let buffers = 0;
    const construct = (target: typeof ArrayBuffer, given: [number]) => {
      buffers++;
      return new target(...given);
    };
    vi.stubGlobal('ArrayBuffer', new Proxy(ArrayBuffer, { construct }));
    onTestFinished(() => void vi.unstubAllGlobals());
    const mail = Buffer.from(`${REPORT}--x\nContent-Type: a/b\nContent-Transfer-Encoding: base64\n\n${body}\n--x--\n`);

    const [part] = (await readMail(mail)).parts;

    expect(part?.bytes.equals(Buffer.alloc(body.replaceAll('\n', '').length / 4))).toBe(true);
    expect(buffers).toBeLessThan(100);
  });

  it('joins the lines of a long text as they come, as it does in quoted-printable by itself', async () => {
    let most = 0;
    const construct = (target: typeof Blob, given: [BlobPart[], BlobPropertyBag]) => {
      most = Math.max(most, given[0].length);
      return new target(...given);
    };
    vi.stubGlobal('Blob', new Proxy(Blob, { construct }));
    onTestFinished(() => void vi.unstubAllGlobals());
    const body = 'kari lorem ipsum dolor sit amet\n'.repeat(50_000);
    const plain = Buffer.from(`Subject: hi\n\n${body}`);
    const quoted = Buffer.from(`Subject: hi\nContent-Transfer-Encoding: quoted-printable\n\n${body}`);

    expect((await readMail(plain)).text).toBe((await readMail(quoted)).text);
    // Pieces that are left to be joined at its end; joining 100,000 there took most of the time.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(5_000);
  });
});
