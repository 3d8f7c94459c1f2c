import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { mailsIn } from '../../src/intake/reports/mailbox.js';
import { runFromSource } from '../helpers/command.js';
import { fixture } from '../intake/reports/fixture.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'report-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

interface Told {
  code: number;
  out: string;
  err: string;
}

async function report(...args: string[]): Promise<Told> {
  const told = { out: '', err: '' };
  const catchOf = (name: 'out' | 'err') => (text: string | Uint8Array) => {
    told[name] += text;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(catchOf('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(catchOf('err'));
  const code = await main(['report', ...args]);
  vi.restoreAllMocks();
  return { code, ...told };
}

const put = (name: string, content: Buffer | string) => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
const kinds = ({ out }: Told) =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { kind: string }).kind);

describe('relaywarden report', () => {
  it.each([['--text'], ['--json']])('refuses a file that is no mail, and reads the others: %s', async (how) => {
    const notes = put('notes.txt', '# Today\n\nDate: buy milk.\n');
    const said = `relaywarden: ${notes} is no mail: there is no header in it.\n`;
    expect(await report(how, notes)).toEqual({ code: 2, out: '', err: said });
    const told = await report(how, notes, put('a.eml', fixture('arf-1.eml')));
    expect(told).toMatchObject({ code: 2, err: said });
    expect(told.out).not.toBe('');
  });

  it.each([
    ['Received: from a.test\nDate: Tue, 3 Feb 2026 09:20:00 +0100\n\nBuy milk.\n'],
    ['From a Tue Feb  3 09:20:00 2026\n\nBuy milk.\n'],
    ['Subject: milk\n\nBuy some.\n'],
  ])('takes a mail with little of a header for one: %j', async (bytes) => {
    const { code, out } = await report('--text', put('a.eml', bytes));

    expect(code).toBe(0);
    expect(out).toContain('\n  no report: ');
  });

  it('says of wanted mail and of failed authentication that it is no complaint', async () => {
    const abuse = fixture('arf-yahoo.eml').toString();
    const wanted = put('wanted.eml', abuse.replace('Feedback-Type: abuse', 'Feedback-Type: not-spam'));
    expect((await report('--text', wanted)).out).toContain('\n  no complaint, so it counts as nothing\n');
    expect((await report('--text', put('abuse.eml', abuse))).out).not.toContain('no complaint');
  });

  it('prints a line of JSON for each mail', async () => {
    const files = ['arf-1.eml', 'dsn-2.eml', 'other-vacation.eml'].map((name) => put(name, fixture(name)));
    const told = await report(...files);
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(kinds(told)).toEqual(['arf', 'dsn', 'other']);
    const [arf, dsn] = told.out.split('\n').map((line) => line && JSON.parse(line));
    expect(arf).toMatchObject({
      feedbackType: 'abuse',
      sourceIp: '203.0.113.22',
      about: { queueIds: ['q7si1182113', '4drhv55m55z2xNV'] },
    });
    expect(dsn).toMatchObject({
      failedRecipients: 1,
      recipients: [{ meaning: 'unknown-user' }, { action: 'delayed' }],
    });
  });

  it('reads mailbox files, Maildirs and folders', async () => {
    const from = 'From MAILER-DAEMON Tue Feb  3 09:20:00 2026\n';
    const box = ['text-qmail.eml', 'arf-2.eml', 'dsn-sendmail.eml'].map((name) => `${from}${fixture(name)}\n`).join('');
    const told = await report(put('mbox', box));
    expect(kinds(told)).toEqual(['dsn', 'arf', 'dsn']);
    expect(told.out).toMatch(/^{"mail":"[^"]*mbox/);
    for (const folder of ['new', 'cur', 'tmp']) mkdirSync(join(dir, 'Maildir', folder), { recursive: true });
    put('Maildir/new/1.eml', fixture('arf-1.eml'));
    put('Maildir/cur/2.eml:2,S', fixture('dsn-1.eml'));
    put('Maildir/tmp/3.eml', fixture('dsn-1.eml'));
    expect(kinds(await report(join(dir, 'Maildir')))).toEqual(['arf', 'dsn']);
    rmSync(join(dir, 'Maildir'), { recursive: true });
    expect(kinds(await report(dir))).toEqual(['dsn', 'arf', 'dsn']);
  });

  it('tells it in words', async () => {
    const { out } = await report('--text', put('a.eml', fixture('dsn-2.eml')));
    expect(out).toContain('1 failed, says mail.partner-b.example');
    expect(out).toContain('failed kari.old@partner-b.example 5.1.1 (unknown-user) 550 5.1.1');
    const evil = fixture('dsn-2.eml').toString().replace('User unknown', 'User \u001b[2Junknown');
    expect((await report('--text', put('b.eml', evil))).out).not.toContain('\u001b');
  });

  it('says what could not be read, and reads the rest', async () => {
    const gone = join(dir, 'gone.eml');
    expect(await report(gone)).toMatchObject({
      code: 2,
      out: '',
      err: `relaywarden: ${gone} cannot be read: there is no such file or folder.\n`,
    });
    const told = await report(gone, put('a.eml', fixture('arf-1.eml')));
    expect(told).toMatchObject({
      code: 2,
      err: `relaywarden: ${gone} cannot be read: there is no such file or folder.\n`,
    });
    expect(kinds(told)).toEqual(['arf']);
    expect(await report()).toMatchObject({ code: 2 });
  });

  it('reads stdin, from a pipe', async () => {
    const { code, stdout } = await runFromSource(['report', '-'], { cwd: dir, input: fixture('dsn-1.eml').toString() });
    expect(code).toBe(0);
    expect(kinds({ code: 0, out: stdout, err: '' })).toEqual(['dsn']);
  });

  it('says that an empty file is empty', async () => {
    expect(await report(put('empty', ''))).toMatchObject({ code: 2, err: expect.stringContaining('is empty.') });
  });
});

describe('mails of a file', () => {
  it('that are too large are told, and the next is read', async () => {
    const from = 'From a@b.test Tue Feb  3 09:20:00 2026\n';
    const path = put('mbox', `${from}\n${'x'.repeat(80)}\n${'y\n'.repeat(3_000_000)}\n${from}Subject: small\n\nhi\n`);
    const mails = [];
    for await (const mail of mailsIn(path, 1_048_576)) mails.push(mail);
    expect(mails).toEqual([
      { from: `${path}, mail 1`, trouble: `${path}, mail 1 is larger than 1 MiB` },
      { from: `${path}, mail 2`, bytes: expect.any(Buffer) },
    ]);
  });

  it('end only where a mail begins', async () => {
    const path = put(
      'mbox',
      'From a Tue Feb  3 09:20:00 2026\nSubject: x\n\nFrom here on\nFrom b Tue Feb  3 09:20:00 2026\n\nFrom what I know\n',
    );
    const mails = [];
    for await (const mail of mailsIn(path)) mails.push(mail);
    expect(mails).toHaveLength(1);
  });
});
