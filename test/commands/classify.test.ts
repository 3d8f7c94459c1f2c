import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

async function classify(input: string, args: string[] = []) {
  const ran = await runFromSource(['classify', ...args], { cwd: tempDir(), input });
  const lines = ran.stdout.split('\n').filter(Boolean);
  return { ...ran, results: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('relaywarden classify', () => {
  it('says that it waits to whoever would type, and to nobody else', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    for (const isTTY of [true, false]) {
      const terminal = Object.assign(Readable.from([Buffer.from('550 5.1.1 User unknown\n')]), { isTTY });
      vi.spyOn(process, 'stdin', 'get').mockReturnValue(terminal as unknown as typeof process.stdin);
      expect(await main(['classify'])).toBe(0);
    }

    expect(told.mock.calls).toEqual([['Paste replies, one a line; Ctrl-D ends.\n']]);
  });

  it('gives a line of JSON for each reply, in order, and the way off each list', async () => {
    const { code, stderr, results } = await classify(
      [
        '550 5.7.606 Access denied, banned sending IP [192.0.2.25]. To request removal',
        '',
        '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using xbl.spamhaus.org\r',
        '550 5.7.511 Access denied, banned sender[192.0.2.25].',
        '554 5.7.1 Service unavailable; Sender address [ann@example.com] blocked using dbl.spamhaus.org',
        '550 5.1.1 <x@example.com>: User unknown',
        '550 5.7.1 Client host [192.0.2.25] blocked using dnsbl.nobody.example',
        'nothing of the kind',
      ].join('\n'),
    );

    expect([code, stderr]).toEqual([0, '']);
    expect(
      results.map(({ meaning, provider, list, ip, rerouteHelps }) => [meaning, provider, list, ip, rerouteHelps]),
    ).toEqual([
      ['ip-block', 'microsoft-365', null, '192.0.2.25', true],
      ['dnsbl', null, 'spamhaus-zen', '192.0.2.25', true],
      ['ip-block', 'microsoft-365', null, '192.0.2.25', true],
      ['domain-block', null, 'spamhaus-dbl', null, false],
      ['unknown-user', null, null, null, false],
      ['dnsbl', null, 'dnsbl.nobody.example', '192.0.2.25', true],
      ['unknown', null, null, null, false],
    ]);
    const urls = results.map(({ delisting }) => (delisting as { url: string } | null)?.url);
    expect(urls).toEqual([
      'https://sender.office.com/',
      'https://check.spamhaus.org/',
      'mailto:delist@messaging.microsoft.com',
      expect.stringContaining('spamhaus.org'),
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.keys(results[0] ?? {})).toEqual([
      ...['reply', 'meaning', 'provider', 'list', 'ip', 'rerouteHelps', 'delisting'],
    ]);
  });

  it('names the company as the list where many ask it, and its own people for the way off', async () => {
    const { results } = await classify(
      [
        '554 192.0.2.25: poor reputation, see http://csi.cloudmark.com/reset-request/?ip=192.0.2.25',
        '554 SBRS score too low: http://www.senderbase.org/',
        '554 Client host [192.0.2.25] blocked using senders.yandex.ru; Blocked by spam statistics',
        // As Exim writes the ends of lines in its log.
        '550-5.7.1 [192.0.2.25] unusual rate of\\n550-5.7.1 unsolicited mail originating from your IP address.\\n550 5.7.1 gsmtp',
      ].join('\n'),
    );

    expect(
      results.map(({ meaning, list, provider, delisting }) => [meaning, list, provider, delisting !== null]),
    ).toEqual([
      ['ip-block', 'cloudmark-csi', 'cloudmark-csi', true],
      ['ip-block', 'cisco-talos', 'cisco-talos', true],
      ['ip-block', 'senders.yandex.ru', 'yandex', true],
      ['ip-block', null, 'google', true],
    ]);
  });

  it('says in words what each means, who refuses and what to do next, when asked to', async () => {
    const replies = [
      '550 5.7.606 Access denied, banned sending IP [192.0.2.25]. To request removal',
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using xbl.spamhaus.org',
      '550 5.1.1 <x@example.com>: \u001b[31m User unknown',
      'nothing of the kind',
    ];
    const { code, stdout } = await runFromSource(['classify', '--text'], { cwd: tempDir(), input: replies.join('\n') });
    const [microsoft = '', spamhaus = '', user = '', other = ''] = stdout.split('\n\n');

    expect(code).toBe(0);
    expect(microsoft).toContain('\n  The receiver itself blocks our address: 192.0.2.25 (ip-block)\n');
    expect(microsoft).toMatch(/refused by: Microsoft.*\n {2}→ Find and stop .*https:\/\/sender\.office\.com\//);
    expect(microsoft).toContain('\n  → Mail from another, clean address');
    expect(spamhaus).toMatch(/\n {2}list: .*Spamhaus.*\n {2}→ .*https:\/\/check\.spamhaus\.org\//);
    expect(user).toMatch(/\(unknown-user\)\n {2}→ Have the sender take the address off the list/);
    expect(stdout).not.toContain('\u001b');
    expect(other).toContain('It tells nothing that is known here');
    for (const block of [microsoft, spamhaus, user, other]) expect(block.trim().split('\n').length).toBeLessThan(8);
  });

  it('shows the reply of a log line, with every link whole or an ellipsis', async () => {
    const link = 'https://www.spamhaus.org/query/ip/203.0.113.21';
    const reply = `550 5.7.1 ${'Service unavailable. '.repeat(8)}See ${link} (in reply to RCPT TO command)`;
    const lines = [
      `Jan 14 09:18:01 relay1 postfix/smtp[7]: 4drSDD4sVZz2vp1: to=<x@y.example>, relay=mx.y.example[192.0.2.9]:25, delay=1, dsn=5.7.1, status=bounced (host mx.y.example[192.0.2.9] said: ${reply})`,
      `550 5.7.1 ${'x'.repeat(600)}`,
    ];
    const { stdout } = await runFromSource(['classify', '--text'], { cwd: tempDir(), input: lines.join('\n') });
    const [fromLog, long] = stdout.split('\n\n').map((block) => block.split('\n')[0] ?? '');

    expect(fromLog).toBe(`host mx.y.example[192.0.2.9] said: ${reply}`);
    expect(long).toMatch(/^550 5\.7\.1 x+…$/);
    expect(long?.length).toBe(500);
  });

  it('tells alike replies once, with their number, and without the bracket that grep leaves', async () => {
    const blocked = (host: string, id: number) =>
      `said: 550 5.7.1 Service unavailable, Client host [203.0.113.21] blocked using Spamhaus ${host} [${id}] (in reply to RCPT TO command))`;
    const input = [
      blocked('mx1.a.example', 7),
      'said: 550 5.1.1 <kim@example.com>: User unknown (in reply to RCPT TO command))',
      blocked('mx2.a.example', 8),
      blocked('mx1.a.example', 7),
      'nothing of the kind',
      'nothing of another kind',
    ].join('\n');
    const { stdout } = await runFromSource(['classify', '--text'], { cwd: tempDir(), input });
    const blocks = stdout
      .trimEnd()
      .split('\n\n')
      .map((block) => block.split('\n').slice(0, 2));

    expect(blocks).toEqual([
      [blocked('mx1.a.example', 7).slice(0, -1), '  3 replies like this'],
      [
        'said: 550 5.1.1 <kim@example.com>: User unknown (in reply to RCPT TO command)',
        '  There is no such mailbox (unknown-user)',
      ],
      ['nothing of the kind', expect.stringContaining('(unknown)')],
      ['nothing of another kind', expect.stringContaining('(unknown)')],
    ]);
    expect((await classify(input)).results.map(({ reply }) => reply)).toEqual(input.split('\n'));
  });

  it.each([['--text'], ['--json']])(
    'refuses a file most of whose lines are no reply, before anything else: %s',
    async (how) => {
      const cwd = new URL('../..', import.meta.url).pathname;
      const { code, stdout, stderr } = await runFromSource(['classify', how, 'README.md'], { cwd });
      const lines = readFileSync(join(cwd, 'README.md'), 'utf8').trimEnd().split('\n').length;

      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        new RegExp(
          `^relaywarden: (None|Only \\d+) of the ${lines} lines .*\\. Is README\\.md the right file\\? Expected: .*\\n$`,
        ),
      );
    },
  );

  it.each([
    ['all of two', ['nothing', '', 'nothing else'], 'None of the 3 lines is an SMTP reply. Is stdin the right file?'],
    ['nine of ten', [...Array(9).fill('what?'), '550 no'], 'Only 1 of the 10 lines is an SMTP reply.'],
  ])('refuses what a pipe brings when most is no reply: %s', async (_, lines, said) => {
    const { code, stdout, stderr } = await classify(lines.join('\n'), ['--json']);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  it('reads no more of a big file once it is surely the wrong one', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'big.txt'), 'a line\n'.repeat(200_000));
    const { code, stdout, stderr } = await runFromSource(['classify', 'big.txt'], { cwd });

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^relaywarden: None of the first 1\d{4} lines is an SMTP reply\. Is big\.txt the right file\? /,
    );
  });

  it.each([
    ['one line', ['nothing of the kind'], ''],
    ['an odd line first', ['Refused today:', '550 5.1.1 User unknown'], ''],
    ['a code that nobody knows', ['550 5.1.1 User unknown', '599 what nobody knows', 'nothing'], ''],
    ['many odd lines first', [...Array(400).fill('# a remark'), ...Array(400).fill('550 no')], ''],
    ['a folded reply', ['host mx said:', '550 blocked', 'see the page'], 'Only 1 of the 3 lines is an SMTP reply.'],
  ])('takes what may be meant so: %s', async (_, lines, said) => {
    const { code, results, stderr } = await classify(lines.join('\n'));

    expect([code, results.map(({ reply }) => reply)]).toEqual([0, lines]);
    expect(stderr.startsWith(said) && (said !== '' || stderr === '')).toBe(true);
  });

  it('answers a pipe that stays open, once a reply has come', async () => {
    const cli = new URL('../../src/cli.ts', import.meta.url).href;
    const script = `const { main } = await import(${JSON.stringify(cli)}); process.exitCode = await main(['classify']);`;
    const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script];
    const child = spawn(process.execPath, args);
    onTestFinished(() => void child.kill());
    child.stdin.write('550 5.1.1 User unknown\n');
    const [told] = (await once(child.stdout, 'data')) as [Buffer];

    expect(JSON.parse(told.toString())).toMatchObject({ meaning: 'unknown-user' });
  });

  it('takes a file, and cuts a line of a megabyte', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'replies.txt'), `550 OU-001 (X) y\n552 5.2.2 ${'x'.repeat(1_000_000)}\n550 SC-004 (Y)`);
    const { code, stdout } = await runFromSource(['classify', 'replies.txt'], { cwd: dir });

    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { meaning: string }).meaning),
    ).toEqual(['dnsbl', 'mailbox-full', 'ip-block']);
    expect(stdout.length).toBeLessThan(30_000);
  });

  it('says in one line what is wrong', async () => {
    const { code, stderr } = await classify('', ['no-such-file']);

    expect(code).toBe(2);
    expect(stderr).toBe('relaywarden: There is no file no-such-file.\n');
  });

  it('ends quietly when its reader goes', async () => {
    const cli = new URL('../../src/cli.ts', import.meta.url).href;
    const script = `const { main } = await import(${JSON.stringify(cli)}); process.exitCode = await main(['classify']);`;
    const child = spawn(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.stdin.on('error', () => {});
    child.stdout.once('data', () => child.stdout.destroy());
    const more = setInterval(() => child.stdin.write('550 5.1.1 User unknown\n'.repeat(2_000)), 5);
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(more);

    expect([code, stderr]).toEqual([0, '']);
  });
});
