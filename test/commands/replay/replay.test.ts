import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli.js';
import { Pace } from '../../../src/commands/replay/progress.js';
import { openDb } from '../../../src/db/open.js';
import { contain } from '../../../src/incidents/contain.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { unresolvedIncidents } from '../../../src/incidents/store.js';
import { runFromSource, startFromSource } from '../../helpers/command.js';
import { ANN, incidentDeps, stolenMailbox } from '../../helpers/incidents.js';
import { tempDir } from '../../helpers/temp.js';

const LOG = resolve('test/fixtures/mail.log');
const CUSTOMERS = resolve('test/fixtures/customers.json');
const LABELS = resolve('test/fixtures/expected.json');
const LATER = ['--set', 'detection.leastRecipients=60', '--compare'];

function replayIn(cwd: string, ...args: string[]) {
  return runFromSource(['replay', '--customers', CUSTOMERS, ...args], { cwd });
}
/** In this process: what is refused before a line is read. */
async function replayHere(...args: string[]) {
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const code = await main(['replay', '--customers', CUSTOMERS, ...args]);
    return { code, stderr: written.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    written.mockRestore();
  }
}
const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('replay', () => {
  it('prints findings alone, and says at the end how much was read how fast', async () => {
    const { code, stdout, stderr } = await replayIn(tempDir(), LOG);

    expect(code).toBe(0);
    expect(lines(stdout).map(({ kind }) => kind)).toEqual(['single', 'blocklist', 'multiple']);
    expect(stderr).toMatch(
      /^2248 lines read, 0 not understood, 0 too long; 3 incidents; [\d.]+ s, [\d,]+ lines\/s\.\n$/,
    );
  });

  it('says of the sample day what the pages of docs/ show', async () => {
    const page = readFileSync('docs/replay.md', 'utf8');
    const [, command = '', shown = ''] = /```sh\nnpx relaywarden ([^`]+)```\n\n```\n([^`]+)```/.exec(page) ?? [];
    const cwd = tempDir();
    const args = command.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean);
    const { stdout, stderr } = await runFromSource(
      args.map((arg) => (arg.startsWith('test/') ? resolve(arg) : arg)),
      { cwd },
    );
    const [first] = lines((await replayIn(cwd, LOG)).stdout);
    const [, example = ''] = /```json\n([^`]+)```/.exec(readFileSync('docs/detection.md', 'utf8')) ?? [];

    expect(stderr).toContain(shown);
    expect(lines(stdout)[0]).toMatchObject({ change: 'later' });
    expect(first).toMatchObject(JSON.parse(example) as Record<string, unknown>);
  });

  it('unpacks what comes by a pipe, too', async () => {
    const cwd = tempDir();
    const input = gzipSync(readFileSync(LOG));
    const { code, stdout } = await runFromSource(['replay', '-', '--customers', CUSTOMERS], { cwd, input });

    expect(code).toBe(0);
    expect(lines(stdout)).toHaveLength(3);
  });

  it('tells what a threshold would change, judged by labels, with a page', async () => {
    const dir = tempDir();
    const { code, stdout, stderr } = await replayIn(dir, LOG, ...LATER, '--labels', LABELS, '--html', 'replay.html');

    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([
      { change: 'later', kind: 'single', customer: 'cust-01', verdict: 'spam', now: { kind: 'single' } },
      { change: 'same', kind: 'blocklist', ip: '203.0.113.22', verdict: 'spam', seconds: 0 },
      { change: 'later', kind: 'multiple', customer: 'cust-03', verdict: 'spam', changed: { kind: 'multiple' } },
    ]);
    for (const { change, seconds } of lines(stdout)) if (change === 'later') expect(seconds).toBeGreaterThan(0);
    expect(stderr).toMatch(/Found +2 of 2 +2 of 2\nMissed +0 +0\nFalse +0 +0\n/);
    expect(stderr).toContain('2 told later, 1 as now.');
    const html = readFileSync(join(dir, 'replay.html'), 'utf8');
    expect(html).toContain('2 told later, 1 as now');
    expect(html).toContain('rstrand@scarlet-transport.example');
    expect(html).not.toContain('<script');
  });

  it('has the same numbers in its lines as on its page', async () => {
    const dir = tempDir();
    for (const judged of [[], ['--labels', LABELS]]) {
      const { stdout } = await replayIn(dir, LOG, ...LATER, ...judged, '--html', 'replay.html');
      const html = readFileSync(join(dir, 'replay.html'), 'utf8');
      const shown = [...html.matchAll(/<b>(\d+)<\/b> of /g)].map(([, count]) => Number(count));
      const told = lines(stdout).flatMap(({ now, changed }) => [now, changed] as { recipients?: number }[]);
      expect(told.flatMap(({ recipients }) => recipients ?? [])).toEqual(shown);
    }
  });

  it('says of each kind of wrong mail event where the first is, and asks for the file only when most are wrong', async () => {
    const cwd = tempDir();
    const good =
      '{"type":"accepted","time":"2026-01-14T09:00:00Z","relay":"r1","id":"1","sender":"a@b.example","recipient":"c@d.example"}';
    const wrong = [
      good.replace('"a@b.example"', '7'),
      good.replace('accepted', 'acepted'),
      good.replace(/"time":"[^"]*",/, ''),
      'x',
    ];
    const few = [
      '',
      good,
      wrong[0],
      good,
      'y'.repeat(70_000),
      good,
      wrong[1],
      good,
      wrong[0],
      good,
      wrong[2],
      good,
      wrong[3],
    ];
    writeFileSync(join(cwd, 'few.ndjson'), few.join('\n'));
    writeFileSync(join(cwd, 'most.ndjson'), [good, ...wrong].join('\n'));
    writeFileSync(join(cwd, 'one.ndjson'), `${wrong[1]}\n`);

    const { stderr } = await replayHere(join(cwd, 'few.ndjson'));
    expect(stderr).toContain('Not understood, line 3: sender must be text (it is 7)');
    expect(stderr).toMatch(/line 3: .* \(and 1 line like it\)/);
    expect(stderr).toContain('Not understood, line 7: type must be one of');
    expect(stderr).toContain('Not understood, line 11: time is missing; it is an RFC 3339 time');
    expect(stderr).toContain('Not understood, line 13: The line is not JSON: x');
    expect(stderr).not.toContain('right file');
    expect((await replayHere(join(cwd, 'most.ndjson'))).stderr).toContain(
      'Most lines were not understood. Is this the right file',
    );
    const one = await replayHere(join(cwd, 'one.ndjson'));
    expect(one).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/The only line is not understood\.\nNot understood, line 1: type must/),
    });
    expect(one.stderr).not.toContain('right file');
  });

  it('says that a lax threshold would lose both, and that a run with itself changes nothing', async () => {
    const lost = await replayIn(
      tempDir(),
      LOG,
      '--set',
      'detection.honestPerSpam=1e12',
      '--compare',
      '--labels',
      LABELS,
    );
    expect(lines(lost.stdout).map(({ change }) => change)).toEqual(['gone', 'same', 'gone']);
    expect(lost.stderr).toMatch(/Found +2 of 2 +0 of 2/);

    const same = await replayIn(tempDir(), LOG, '--set', 'detection.alarmOdds=1', '--compare', '--json');
    expect(lines(same.stdout).map(({ change }) => change)).toEqual(['same', 'same', 'same']);
    expect(lines(same.stdout).map(({ verdict }) => verdict)).toEqual([null, null, null]);
    expect(same.stderr).toBe('');
  });

  it('takes the desk’s own judgements for the truth', async () => {
    const dir = tempDir();
    const { db, close } = openDb(join(dir, 'desk.db'));
    const since = Date.parse('2026-01-14T09:18:09Z');
    const names = ['rstrand@scarlet-transport.example'];
    const seen = {
      customer: 'cust-01',
      key: 'x',
      senders: names,
      logins: names,
      clientIps: [],
      since,
      at: since + 600_000,
    };
    openFromFinding(incidentDeps(db), stolenMailbox(seen));
    const [incident] = unresolvedIncidents(db);
    contain(incidentDeps(db), { incidentId: incident?.id ?? 0, rev: 1, actor: ANN, action: 'block-sender' });
    close();

    const { stderr, stdout } = await replayIn(dir, LOG, ...LATER, '--incidents', 'desk.db');

    expect(lines(stdout).map(({ verdict }) => verdict)).toEqual(['spam', null, null]);
    expect(stderr).toMatch(/Found +1 of 1 +1 of 1/);
    expect(stderr).not.toContain('F1');
  });

  it('reads a folder of rotated logs, and leaves out what is none or a copy', async () => {
    const dir = tempDir();
    const sample = readFileSync(LOG, 'utf8').split('\n');
    mkdirSync(join(dir, 'log'));
    writeFileSync(join(dir, 'log/mail.log.2.gz'), gzipSync(`${sample.slice(0, 900).join('\n')}\n`));
    writeFileSync(join(dir, 'log/mail.log.1'), `${sample.slice(900, 1800).join('\n')}\n`);
    writeFileSync(join(dir, 'log/mail.log'), sample.slice(1800).join('\n'));
    writeFileSync(join(dir, 'log/dpkg.log'), '2026-01-14 10:00:00 status installed x:amd64 1.0\n');
    cpSync(LOG, join(dir, 'log/syslog'));
    cpSync(join(dir, 'log/mail.log.1'), join(dir, 'log/mail.log.1.copy'));

    const whole = await replayIn(dir, LOG);
    const folder = await replayIn(dir, 'log', 'log/mail.log.1');

    expect(folder.stdout).toBe(whole.stdout);
    expect(folder.stderr).toContain('2248 lines read, 0 not understood');
    expect(folder.stderr).toContain('Passed over: log/mail.log.1.copy. Its 900 lines stand in log/mail.log.1.\n');
  });

  it('knows the format of a log by its first lines', async () => {
    const dir = tempDir();
    const event = {
      type: 'accepted',
      time: Date.UTC(2026, 0, 14),
      relay: 'r',
      id: 'A',
      sender: 'a@b.example',
      recipients: ['c@d.example'],
    };
    writeFileSync(join(dir, 'events.ndjson'), `${JSON.stringify(event)}\n`);

    expect((await replayIn(dir, 'events.ndjson')).stderr).toContain('1 line read, 0 not understood');
    const refused = await replayIn(dir, 'events.ndjson', '--format', 'exim');
    expect(refused.stderr).toMatch(
      /The only line is no line of an exim log\. .* The first is: \{"type":"accepted","time"/,
    );

    appendFileSync(join(dir, 'events.ndjson'), '{"type":"accepted","\u001b[2J"}\n');
    const { stderr } = await replayIn(dir, 'events.ndjson', '--format', 'json');
    expect(stderr).toContain('2 lines read, 1 not understood');
    expect(stderr).toContain('Not understood, line 2: The line is not JSON: {"type":"accepted"," [2J"}\n');
  });

  it('tells only of what comes after a date, with the lines before as history', async () => {
    const { stdout } = await replayIn(tempDir(), LOG, '--report-from', '2026-01-14T12:00:00+01:00');
    expect(lines(stdout).map(({ kind }) => kind)).toEqual(['multiple']);
  });

  it('says that a date lies behind the logs, and that a database holds no judgement', async () => {
    const dir = tempDir();
    openDb(join(dir, 'empty.db')).close();
    const { code, stderr } = await replayIn(dir, LOG, '--report-from', '2027-01-01', '--incidents', 'empty.db');

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Nothing is told of: the logs end at 2026-01-1\dT[\d:]{8}Z, before --report-from\.\nNothing was judged: empty\.db has no incident that the desk acted on or marked as noise\.\n2248 lines read/,
    );
  });

  it('takes a day to report from in the time zone of the log', async () => {
    const dir = tempDir();
    const kindsFrom = async (from: string, log_timezone: string) => {
      const customers = { ...JSON.parse(readFileSync(CUSTOMERS, 'utf8')), log_timezone };
      writeFileSync(join(dir, 'customers.json'), JSON.stringify(customers));
      const args = ['replay', '--customers', 'customers.json', LOG, '--report-from', from];
      return lines((await runFromSource(args, { cwd: dir })).stdout).map(({ kind }) => kind);
    };

    expect(await kindsFrom('2026-01-14T12:00', '+01:00')).toEqual(['multiple']);
    expect(await kindsFrom('2026-01-14T12:00', '+12:00')).toHaveLength(3);
    expect(await kindsFrom('2026-01-15', '-12:00')).toEqual([]);
    expect(await kindsFrom('2026-01-15', '+14:00')).toEqual(['multiple']);
  });

  it('says what was found so far when it is interrupted, exit 130', async () => {
    const dir = tempDir();
    const child = startFromSource(['replay', '-', '--customers', CUSTOMERS], { cwd: dir });
    child.stdin.write(readFileSync(LOG));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(130);
    expect(stderr).toContain('Stopped before the end.');
  });

  it.each([
    [['--set', 'detection.nothing=1'], /detection\.nothing is not known; there are honestPerSpam/],
    [['--set', 'detection.honestPerSpam=-4'], /detection\.honestPerSpam is -4, expected a number from 1/],
    [['--set', 'honestPerSpam'], /expected detection\.NAME=NUMBER/],
    [['--compare'], /--compare needs something to compare/],
    [['--format', 'sendmail'], /--format sendmail is not known; there are auto, postfix/],
    [['--report-from', 'yesterday'], /--report-from yesterday is no date/],
    [['--labels', 'none.json'], /The labels none\.json cannot be read/],
    [['--labels', CUSTOMERS, '--incidents', 'x.db'], /two truths/],
    [['--incidents', 'none.db'], /There is no database at none\.db/],
    [['--incidents', LABELS], /expected\.json/],
    [['--html', 'nowhere/replay.html'], /--html nowhere\/replay\.html cannot be written/],
    [['--html', 'test'], /--html test cannot be written: it is a folder/],
    [['--report-from', '2026-02-31'], /--report-from 2026-02-31 is no date/],
  ])('says in one line what is wrong with %j, exit 2', async (args, said) => {
    const { code, stderr } = await replayHere(LOG, ...args);

    expect(code).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).toMatch(/^relaywarden: .*\n$/);
  });

  it.each(['mail.log', 'link.log', 'labels.json'])(
    'writes no page over what it reads, by whatever name: %s',
    async (html) => {
      const dir = tempDir();
      const [log, labels] = [join(dir, 'mail.log'), join(dir, 'labels.json')];
      cpSync(LOG, log);
      cpSync(LABELS, labels);
      symlinkSync('mail.log', join(dir, 'link.log'));

      const { code, stderr } = await replayHere(log, '--labels', labels, '--html', join(dir, html));

      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('one of the files that are read'),
      });
      expect(readFileSync(log)).toEqual(readFileSync(LOG));
      expect(readFileSync(labels)).toEqual(readFileSync(LABELS));
    },
  );

  it('takes no other file for labels: nothing would be spam in it, and every alarm false', async () => {
    const { code, stderr } = await replayHere(LOG, '--labels', CUSTOMERS);

    expect(code).toBe(2);
    expect(stderr).toContain('names none of compromises, legitimate_bulk, blocklisting');
  });

  it('names every bad field of a file of labels', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'l.json'), JSON.stringify({ compromises: [{ customer: 'x', start: 'today', end: 3 }] }));

    expect((await replayHere(LOG, '--labels', join(dir, 'l.json'))).stderr).toMatch(
      /compromises\.0\.start \(x\): is "today"; expected a time such as .*\n +compromises\.0\.end \(x\): is 3; expected a time/,
    );
  });
});

describe('Pace', () => {
  it('is the speed of the last seconds, and what is left at that speed', () => {
    const pace = new Pace(0);
    pace.add(10_000, { linesRead: 1_000, bytesRead: 1_000, bytesTotal: 10_000 });
    expect(pace.linesPerSecond).toBe(100);
    expect(pace.left(10_000)).toBe(90_000);

    for (let second = 11; second <= 20; second++)
      pace.add(second * 1000, { linesRead: (second - 9) * 1_000, bytesRead: (second - 9) * 500, bytesTotal: 10_000 });
    expect(pace.linesPerSecond).toBe(1_000);
    expect(pace.left(10_000)).toBe(9_000);
    expect(pace.left(0)).toBeUndefined();
  });

  it('knows nothing before it began', () => {
    expect(new Pace(0).linesPerSecond).toBe(0);
    expect(new Pace(0).left(1000)).toBeUndefined();
  });
});
