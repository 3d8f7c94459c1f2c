import { describe, expect, it } from 'vitest';
import { readReport } from '../../../src/intake/reports/read-report.js';
import { fixture, fixtureNames, readFixture } from './fixture.js';

describe('delivery status notifications', () => {
  it('are read with every field of RFC 3464', async () => {
    const { about, ...report } = await readFixture('dsn-postfix-own.eml', 'dsn');
    expect(report).toEqual({
      kind: 'dsn',
      readFrom: 'fields',
      reportingMta: 'relay1.post.example',
      arrivalDate: 'Tue,  3 Feb 2026 09:14:02 +0100 (CET)',
      extensions: { xPostfixQueueId: ['4dsKq25NBTz2xNV'], xPostfixSender: ['rfc822; office@harbour.example'] },
      recipients: [
        {
          finalRecipient: 'liv@harbour-mail.test',
          originalRecipient: 'liv@harbour-mail.test',
          action: 'failed',
          status: '5.1.1',
          remoteMta: 'mx.harbour-mail.test',
          diagnosticCode: '550 5.1.1 <liv@harbour-mail.test>: Recipient address rejected: User unknown',
          diagnosticType: 'smtp',
          extensions: {},
          meaning: 'unknown-user',
        },
      ],
      failedRecipients: 1,
      reporter: 'relay1.post.example',
      reportId: 'dsn-postfix-own@report.test',
    });
    expect(about).toMatchObject({
      queueIds: ['4dsKq25NBTz2xNV'],
      messageId: '20260203081402.77@ws7.harbour.example',
      returnPath: 'office@harbour.example',
    });
  });

  it('keeps what one server says and another does not', async () => {
    const [first] = (await readFixture('dsn-sendmail.eml', 'dsn')).recipients;
    expect(first).toMatchObject({
      finalRecipient: 'liv@harbour-mail.test',
      lastAttemptDate: 'Tue, 3 Feb 2026 09:14:06 +0100',
      extensions: { xActualRecipient: ['RFC822; liv@store.harbour-mail.test'] },
    });
    const [exchange] = (await readFixture('dsn-exchange.eml', 'dsn')).recipients;
    expect(exchange).toMatchObject({ status: '5.1.10', extensions: { xDisplayName: ['Liv'] } });
  });

  it('parts recipients by empty lines, or by their names where there is none', async () => {
    const { recipients } = await readFixture('dsn-three-of-four.eml', 'dsn');
    expect(recipients.map(({ finalRecipient, action }) => [finalRecipient, action])).toEqual([
      ['a@big.test', 'failed'],
      ['b@big.test', 'failed'],
      ['c@big.test', 'failed'],
      ['d@big.test', 'delivered'],
    ]);
    expect(recipients[1]).toMatchObject({
      diagnosticCode: '552-5.2.2 The mailbox of the recipient 552-5.2.2 is full 552 5.2.2 see help',
      meaning: 'mailbox-full',
    });
  });

  const FAILED: Array<[string, number, 'fields' | 'text' | 'copy']> = [
    ['dsn-1.eml', 1, 'fields'],
    ['dsn-2.eml', 1, 'fields'],
    ['dsn-sendmail.eml', 1, 'fields'],
    ['dsn-exchange.eml', 1, 'fields'],
    ['dsn-three-of-four.eml', 3, 'fields'],
    ['dsn-same-twice.eml', 1, 'fields'],
    ['dsn-delayed.eml', 0, 'fields'],
    ['dsn-success.eml', 0, 'fields'],
    ['dsn-base64.eml', 1, 'fields'],
    ['dsn-global.eml', 1, 'fields'],
    ['dsn-as-text.eml', 1, 'fields'],
    ['text-qmail.eml', 2, 'text'],
    ['text-exim.eml', 1, 'text'],
    ['text-exim-warning.eml', 0, 'text'],
    ['text-domino.eml', 1, 'text'],
    ['text-exchange-old.eml', 1, 'text'],
    ['text-sendmail-old.eml', 2, 'text'],
    ['text-sendmail-two-servers.eml', 3, 'text'],
    ['text-yahoo.eml', 1, 'text'],
    ['text-gmail.eml', 1, 'text'],
    ['text-german.eml', 1, 'text'],
    ['text-in-no-language.eml', 1, 'text'],
    ['text-names-alone.eml', 2, 'text'],
    ['text-nobody-named.eml', 1, 'copy'],
  ];

  it.each(FAILED)('%s: %i failed, read from %s', async (name, failedRecipients, readFrom) => {
    expect(await readFixture(name, 'dsn')).toMatchObject({ failedRecipients, readFrom });
  });

  it('finds the refusal that belongs to each recipient', async () => {
    const { recipients } = await readFixture('text-qmail.eml', 'dsn');
    expect(recipients.map(({ finalRecipient, diagnosticCode }) => [finalRecipient, diagnosticCode])).toEqual([
      ['liv@harbour-mail.test', expect.stringContaining('550 5.1.1 sorry, no mailbox here')],
      ['ola@harbour-mail.test', expect.stringContaining('vpopmail (#5.1.1)')],
    ]);
  });

  it('quotes of a transcript what the server of each recipient said', async () => {
    const { recipients } = await readFixture('text-sendmail-two-servers.eml', 'dsn');
    expect(
      recipients.map(({ finalRecipient, status, diagnosticCode }) => [finalRecipient, status, diagnosticCode]),
    ).toEqual([
      ['liv@harbour-mail.test', '5.1.1', '550 5.1.1 <liv@harbour-mail.test>... User unknown'],
      ['kai@quay.test', '5.2.2', '552 5.2.2 Mailbox full'],
      ['ola@pier.test', '5.7.1', expect.stringMatching(/^554 5\.7\.1 .*zen\.spamhaus\.org$/)],
    ]);
    const [, ola] = (await readFixture('text-sendmail-old.eml', 'dsn')).recipients;
    expect(ola?.diagnosticCode).toBe('550 <ola@harbour-mail.test>... User unknown');
  });

  it('takes an address that a reply goes on with for the reply’s own', async () => {
    const mail = [
      'From: MAILER-DAEMON@relay9.post.example (Mail Delivery System)',
      'To: list-owner@harbour.example',
      'Subject: Undelivered Mail Returned to Sender',
      '',
      '<liv@harbour-mail.test>: host mx1.harbour-mail.test[192.0.2.1] said: 550 5.1.1',
      '    <bounce+7@news.harbour.example>: sender unknown here (in reply to RCPT TO command)',
    ];
    const report = await readReport(Buffer.from(mail.join('\r\n')));

    expect(report).toMatchObject({ failedRecipients: 1, recipients: [{ finalRecipient: 'liv@harbour-mail.test' }] });
  });

  it('takes an address with which a sentence goes on for no recipient', async () => {
    const mail = [
      'From: Mail Delivery System <mailer-daemon@relay9.post.example>',
      'To: list-owner@harbour.example',
      'Subject: Mail delivery failed: returning message to sender',
      '',
      'liv@harbour-mail.test:',
      'mx1.harbour-mail.test said: 550 not from here. Look at the record of',
      'bounce+7@news.harbour.example, and at the address it is sent from',
    ];
    const report = await readReport(Buffer.from(mail.join('\r\n')));

    expect(report).toMatchObject({ failedRecipients: 1, recipients: [{ finalRecipient: 'liv@harbour-mail.test' }] });
  });

  it.each([
    ['The message will be retried for 3 more days.', 0],
    ['We will keep trying to deliver it until it is 5 days old.', 0],
    ['Delivery attempts will continue to be made for 5 days.', 0],
    ['We gave up: it will not be retried.', 1],
    ['The message was retried for 3 more days, and has expired.', 1],
  ])('believes a promise to go on over words of failure: %s', async (words, failedRecipients) => {
    const mail = [
      'From: Mail Delivery Subsystem <mailer-daemon@relay9.post.example>',
      'To: office@harbour.example',
      'Subject: Undelivered Mail',
      '',
      'The following addresses had errors and the message could not be delivered:',
      '',
      '<liv@harbour-mail.test>',
      '',
      words,
    ];

    expect(await readReport(Buffer.from(mail.join('\r\n')))).toMatchObject({ kind: 'dsn', failedRecipients });
  });

  it('takes the alias for the recipient when where it leads is kept secret', async () => {
    const mail = [
      'From: Mail Delivery System <mailer-daemon@relay9.post.example>',
      'To: office@harbour.example',
      'Subject: Mail delivery failed: returning message to sender',
      '',
      'This is a permanent error. The following address(es) failed:',
      '',
      '  an undisclosed address',
      '    (generated from liv@harbour-mail.test)',
    ];
    const shown = mail.with(-2, '  ola@inbox.test');

    expect(await readReport(Buffer.from(mail.join('\r\n')))).toMatchObject({
      failedRecipients: 1,
      recipients: [{ finalRecipient: 'liv@harbour-mail.test' }],
    });
    expect(await readReport(Buffer.from(shown.join('\r\n')))).toMatchObject({
      failedRecipients: 1,
      recipients: [{ finalRecipient: 'ola@inbox.test' }],
    });
  });

  it.each(['邮件无法发送到指定的邮件地址。', '宛先にメールを届けられませんでした。', 'That is not a valid user here.'])(
    'knows that it failed from: %s',
    async (words) => {
      const mail = [
        'From: MAILER-DAEMON@relay9.post.example',
        'To: office@harbour.example',
        'Subject: 3',
        'Content-Type: text/plain; charset=utf-8',
        '',
        words,
        '',
        '<liv@harbour-mail.test>:',
      ];

      expect(await readReport(Buffer.from(mail.join('\r\n')))).toMatchObject({
        kind: 'dsn',
        recipients: [{ finalRecipient: 'liv@harbour-mail.test', action: 'failed' }],
      });
    },
  );

  it.each([
    ['auto-replied (rejected)', 'dsn', 1],
    ['auto-replied', 'other', undefined],
  ])('reads a mailbox’s own refusal in the form of a receipt: %s', async (submitted, kind, failedRecipients) => {
    const mail = [
      'From: Mail Delivery Subsystem <postmaster@mail.harbour-mail.test>',
      'To: office@harbour.example',
      'Subject: Rejected: minutes',
      `Auto-Submitted: ${submitted}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
      '',
      '--b',
      '',
      'Your message to <liv@harbour-mail.test> was automatically rejected:',
      'Quota exceeded (mailbox for user is full)',
      '--b',
      'Content-Type: message/disposition-notification',
      '',
      'Final-Recipient: rfc822; liv@harbour-mail.test',
      'Disposition: automatic-action/MDN-sent-automatically; deleted',
      '',
      '--b--',
      '',
    ];
    const report = await readReport(Buffer.from(mail.join('\r\n')));

    expect(report.kind).toBe(kind);
    if (report.kind === 'dsn')
      expect(report).toMatchObject({ failedRecipients, recipients: [{ meaning: 'mailbox-full' }] });
  });

  it('takes names without a domain for people of the server that reports', async () => {
    const { recipients } = await readFixture('text-names-alone.eml', 'dsn');
    expect(recipients.map(({ finalRecipient }) => finalRecipient)).toEqual(['liv.strand@inbox.test', 'ola@inbox.test']);
  });

  it.each(['\r\n', '\r'])('reads the same with lines that end in %j', async (end) => {
    for (const name of fixtureNames.filter((each) => /^(?:dsn-[a-z]|text)/.test(each) && each !== 'text-german.eml')) {
      const text = fixture(name)
        .toString()
        .replace(/\r\n|\n/g, end);
      expect(await readReport(Buffer.from(text)), name).toEqual(await readReport(fixture(name)));
    }
  });

  it.each(fixtureNames.filter((name) => name.startsWith('other-')))('%s is no report', async (name) => {
    expect((await readReport(fixture(name))).kind).toBe('other');
  });
});
