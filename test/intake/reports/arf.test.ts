import { describe, expect, it } from 'vitest';
import { readReport } from '../../../src/intake/reports/read-report.js';
import { fixture, readFixture } from './fixture.js';

const ABOUT = {
  queueIds: ['4dsKq25NBTz2xNV'],
  messageId: '20260203081402.77@ws7.harbour.example',
  from: 'office@harbour.example',
  subject: 'Tider for båten',
  dkimDomains: ['harbour.example'],
  received: [{ by: 'relay1.post.example', id: '4dsKq25NBTz2xNV', at: Date.UTC(2026, 1, 3, 8, 14, 2) }],
};

describe('feedback reports', () => {
  it('are read with every field of RFC 5965 and RFC 6591, and those nobody has named', async () => {
    const { about, ...fields } = await readFixture('arf-every-field.eml', 'arf');
    expect(fields).toEqual({
      kind: 'arf',
      feedbackType: 'auth-failure',
      userAgent: 'Gateway/9',
      version: '1',
      originalEnvelopeId: 'env-77',
      originalMailFrom: 'bounce+c-harbour+liv=gateway.test@post.example',
      arrivalDate: 'Tue, 3 Feb 2026 08:14:05 +0000',
      reportingMta: 'mx.gateway.test',
      sourceIp: '2001:db8::41',
      sourcePort: '50124',
      incidents: 12,
      authenticationResults: [
        'mx.gateway.test; dkim=fail (bad signature) header.d=harbour.example; spf=fail smtp.mailfrom=post.example',
        'mx2.gateway.test; arc=none',
      ],
      originalRcptTo: ['liv@gateway.test', 'ola@gateway.test'],
      reportedDomain: ['harbour.example', 'link.test'],
      reportedUri: ['http://link.test/a?b=c', 'mailto:office@harbour.example'],
      authFailure: 'bodyhash',
      deliveryResult: 'reject',
      identityAlignment: 'none',
      dkimDomain: 'harbour.example',
      dkimIdentity: '@harbour.example',
      dkimSelector: 'r1',
      dkimCanonicalizedHeader: 'ZnJvbTpv ZmZpY2U=',
      dkimCanonicalizedBody: 'SGVp',
      dkimAdspDns: 'v=none',
      dkimSelectorDns: 'v=DKIM1; p=abc',
      spfDns: ['txt : harbour.example : "v=spf1 -all"', 'txt : post.example : "v=spf1 ip4:203.0.113.41 -all"'],
      extensions: { xGatewayScore: ['14', '15'], version: ['2'] },
      reporter: 'gateway.test',
    });
    expect(about).toMatchObject({
      ...ABOUT,
      queueIds: ['env-77', '4dsKq25NBTz2xNV'],
      returnPath: 'bounce+c-harbour+liv=gateway.test@post.example',
      extraHeaders: { 'x-relay-customer': 'c-harbour' },
    });
  });

  it.each([
    ['arf-jmrp-headers.eml', 'abuse', '203.0.113.41', []],
    ['arf-old-jmrp.eml', 'abuse', '203.0.113.41', ['liv@webmail.test']],
    ['arf-yahoo.eml', 'abuse', undefined, ['liv@inbox.test']],
    ['arf-base64.eml', 'fraud', '203.0.113.41', []],
    ['arf-as-text.eml', 'virus', '203.0.113.41', []],
    ['arf-forwarded.eml', 'not-spam', undefined, []],
  ])(
    '%s is read whatever its form, with the message it is about',
    async (name, feedbackType, sourceIp, originalRcptTo) => {
      const report = await readFixture(name, 'arf');
      expect(report).toMatchObject({ feedbackType, originalRcptTo, about: ABOUT });
      expect(report.sourceIp).toBe(sourceIp);
    },
  );

  it.each([
    ['Original-Mail-From:', 'bounce+c-harbour@post.example'],
    ['Original-Mail-From: redacted', 'bounce+c-harbour@post.example'],
    ['Original-Mail-From: <redacted@redacted.test>', 'bounce+c-harbour@post.example'],
    ['Original-Mail-From: <>', ''],
    ['Original-Mail-From: <ann@harbour.example>', 'ann@harbour.example'],
  ])('takes the return path from the copy where the report has none to tell: %s', async (field, returnPath) => {
    const mail = fixture('arf-jmrp-headers.eml')
      .toString()
      .replace('Feedback-Type: abuse', `$&\n${field}`)
      .replace('X-HmXmrOriginalRecipient', 'Return-Path: <bounce+c-harbour@post.example>\n$&');
    expect(await readReport(Buffer.from(mail))).toMatchObject({ about: { returnPath } });
  });

  it.each([
    ['[203.0.113.41]', '203.0.113.41'],
    ['203.0.113.41 (ws7.harbour.example)', '203.0.113.41'],
    ['IPv6:2001:db8::41', '2001:db8::41'],
  ])('takes the address out of %s', async (written, sourceIp) => {
    const text = fixture('arf-no-copy.eml')
      .toString()
      .replace(/^Source-IP:.*$/m, `Source-IP: ${written}`);
    expect(await readReport(Buffer.from(text))).toMatchObject({ kind: 'arf', sourceIp });
  });

  it('is one without the address where somebody hid it in the subject', async () => {
    const text = fixture('arf-old-jmrp.eml').toString().replace('from 203.0.113.41', 'from 203.0.113.xxx');
    const report = await readReport(Buffer.from(text));
    expect(report).toMatchObject({ kind: 'arf', originalRcptTo: ['liv@webmail.test'], about: ABOUT });
    expect(report).not.toHaveProperty('sourceIp');
  });

  it('takes Received-Date for the arrival, its older name', async () => {
    const date = 'Tue, 3 Feb 2026 08:14:05 +0000';
    expect(await readFixture('arf-yahoo.eml', 'arf')).toMatchObject({ receivedDate: date, arrivalDate: date });
  });

  it('gives what there is when the message is missing', async () => {
    const { about, ...report } = await readFixture('arf-no-copy.eml', 'arf');
    expect(report).toMatchObject({ feedbackType: 'abuse', sourceIp: '203.0.113.41' });
    expect(about).toMatchObject({ queueIds: [], received: [] });
  });

  it.each(['\r\n', '\r', '\n'])('reads the same with lines that end in %j', async (end) => {
    const text = fixture('arf-every-field.eml').toString().replaceAll('\n', end);
    expect(await readReport(Buffer.from(text))).toEqual(await readFixture('arf-every-field.eml', 'arf'));
  });

  it('is no report where somebody only writes about one', async () => {
    expect((await readReport(fixture('other-prose.eml'))).kind).toBe('other');
  });
});
