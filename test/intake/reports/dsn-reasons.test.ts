import { describe, expect, it } from 'vitest';
import { reasonsIn } from '../../../src/intake/reports/dsn-reasons.js';
import { readReport } from '../../../src/intake/reports/read-report.js';

async function quoted(...lines: string[]) {
  const mail = [
    'From: MAILER-DAEMON@relay9.post.example',
    'To: office@harbour.example',
    'Subject: Returned mail',
    '',
    ...lines,
  ];
  const report = await readReport(Buffer.from(mail.join('\r\n')));
  const recipients = report.kind === 'dsn' ? report.recipients : [];
  return Object.fromEntries(
    recipients.map(({ finalRecipient, diagnosticCode }) => [finalRecipient, diagnosticCode ?? '']),
  );
}

describe('which words of a report belong to which recipient', () => {
  it('takes no answer to another command', async () => {
    const lines = [
      '<liv@quay.test>',
      '>>> DATA',
      '<<< 503 5.5.1 Need RCPT',
      '',
      '550 5.1.1 <liv@quay.test>... User unknown',
    ];
    expect(await quoted(...lines)).toEqual({ 'liv@quay.test': '550 5.1.1 <liv@quay.test>... User unknown' });
  });

  it('takes nothing that another server said', async () => {
    const other = ['... while talking to mx.pier.test.:', '<<< 554 5.7.1 Blocked'];
    expect(await quoted('<liv@quay.test>', ...other, '', '550 5.1.1 <liv@quay.test>... User unknown')).toEqual({
      'liv@quay.test': '550 5.1.1 <liv@quay.test>... User unknown',
    });
  });

  it('ends with the next recipient', async () => {
    expect(await quoted('<liv@quay.test>: gave no reason', '<kai@pier.test>: 552 5.2.2 Mailbox full')).toEqual({
      'liv@quay.test': 'gave no reason',
      'kai@pier.test': '552 5.2.2 Mailbox full',
    });
  });

  it('takes a reply behind an empty line for everybody’s who has none', async () => {
    const kai = '<kai@pier.test>: 552 5.2.2 Mailbox full';
    const lines = ['<liv@quay.test>', '', kai, '', '554 5.7.1 Service unavailable'];
    expect(await quoted(...lines)).toEqual({
      'kai@pier.test': '552 5.2.2 Mailbox full',
      'liv@quay.test': '554 5.7.1 Service unavailable',
    });
  });

  it('takes what follows names in a row for all of them, and what stands on one of them for that one', async () => {
    expect(await quoted('<liv@quay.test>', '<kai@pier.test>', '550 5.1.1 unknown, both')).toEqual({
      'liv@quay.test': '550 5.1.1 unknown, both',
      'kai@pier.test': '550 5.1.1 unknown, both',
    });
    expect((await quoted('<liv@quay.test>:5.1.1', '<kai@pier.test>'))['kai@pier.test']).toBe('');
  });

  it('quotes an answer without the mark of the transcript', async () => {
    expect(await quoted('<<< 550 5.1.1 <liv@quay.test>... User unknown')).toEqual({
      'liv@quay.test': '550 5.1.1 <liv@quay.test>... User unknown',
    });
  });

  it('goes through a report once, however many it names', () => {
    const count = 200;
    let looks = 0;
    const addresses = Array.from({ length: count }, (_, i) => `a${i}@quay.test`);
    const places = addresses.map((address, line) => ({
      ...{ address, line, place: 'alone' as const },
      get key() {
        looks++;
        return address;
      },
    }));
    const reasons = addresses.map(reasonsIn([...addresses, '550 5.1.1 none of them'], places));

    expect(new Set(reasons)).toEqual(new Set(['550 5.1.1 none of them']));
    expect(looks).toBeLessThan(10 * count);
  });
});
