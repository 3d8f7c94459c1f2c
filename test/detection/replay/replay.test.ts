import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/detection/finding.js';
import { replay } from '../../../src/detection/replay/replay.js';
import { toReplayLine } from '../../../src/detection/replay/replay-line.js';
import { UserError } from '../../../src/errors.js';
import { readDirectory } from '../../../src/partners/load.js';

const dir = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(dir, { recursive: true }));
const directory = readDirectory('test/fixtures/customers.json');
const sample = readFileSync('test/fixtures/mail.log', 'utf8');

async function run(...files: string[]) {
  const findings: Finding[] = [];
  const summary = await replay({ files, directory, onFinding: (finding) => findings.push(finding) });
  return { findings, summary };
}
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

describe('replay', () => {
  it('tells each incident of the sample once, with its final numbers in the summary', async () => {
    const { findings, summary } = await run('test/fixtures/mail.log');

    expect(findings.map((finding) => finding.kind)).toEqual(['single', 'blocklist', 'multiple']);
    expect(summary.incidents.map(({ last }) => last.key).sort()).toEqual(findings.map((finding) => finding.key).sort());
    expect(summary).toMatchObject({ linesRead: 2248, unknownLines: 0, overlongLines: 0 });
  });

  it('merges the logs of two relays by time, one of them packed', async () => {
    const of = (relay: string) =>
      `${sample
        .split('\n')
        .filter((line) => line.includes(` ${relay} `))
        .join('\n')}\n`;

    const split = await run(file('relay1.log.gz', gzipSync(of('relay1'))), file('relay2.log', of('relay2')));

    expect(split.findings).toEqual((await run('test/fixtures/mail.log')).findings);
  });

  it('counts what stands in two logs once', async () => {
    const all = sample.trimEnd().split('\n');
    const of = (from: number, to?: number) => `${all.slice(from, to).join('\n')}\n`;
    const whole = await run('test/fixtures/mail.log');
    const double = await run(
      file('double.log.1', of(0, 1500)),
      file('double.log.1.gz', gzipSync(of(0, 1500))),
      file('double.log', of(1200)),
    );

    expect(double.findings).toEqual(whole.findings);
    expect(double.summary.linesRead).toBe(2248);
    expect(double.summary.sameLines).toMatchObject([
      { path: join(dir, 'double.log.1.gz'), other: join(dir, 'double.log.1'), lines: 1500, part: 'whole' },
      { path: join(dir, 'double.log'), other: join(dir, 'double.log.1'), lines: 300, part: 'beginning' },
    ]);
  });

  it('counts the lines of a log from its first, also when some of them stand in another and are read', async () => {
    const who = { sender: 'ann@a.example', recipients: ['bo@b.example'] };
    const event = (id: number, type = 'accepted') =>
      JSON.stringify({ type, time: 1_768_384_800 + id, relay: 'relay1', id: `${id}`, ...who });
    const both = [event(1), event(2), event(3), event(4), event(5)];
    const { summary } = await run(
      file('one.ndjson', [...both, event(6), event(7)].join('\n')),
      file('other.ndjson', [...both, event(8, 'sent'), event(9)].join('\n')),
    );

    expect(summary.sameLines).toMatchObject([{ path: join(dir, 'other.ndjson'), lines: 5, part: 'some' }]);
    expect(summary.unknownSamples).toMatchObject([{ line: 6 }]);
  });

  it('reads messages that stand behind a count of their octets', async () => {
    const messages = sample
      .trimEnd()
      .split('\n')
      .map((line) => `<22>${line}`);
    const counted = messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join('');
    const { findings, summary } = await run(file('counted.log.gz', gzipSync(counted)));

    expect(findings).toEqual((await run('test/fixtures/mail.log')).findings);
    expect(summary).toMatchObject({ linesRead: 2248, unknownLines: 0, overlongLines: 0 });
  });

  it('tells the format of a log that comes a few bytes at a time', async () => {
    const lines = [
      '<= ann@a.example H=mail.a.example [192.0.2.1] P=esmtpsa S=1234',
      '=> b@c.example R=r T=t',
      'Completed',
    ];
    const log = file('exim.log', lines.map((line) => `2026-01-14 10:00:00 1vg0Dq-00000000abc-1XyZ ${line}\n`).join(''));
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `{ head -c 6 ${log}; sleep 0.3; tail -c +7 ${log}; } > ${pipe}`]);
    const [{ summary }] = await Promise.all([run(pipe), once(writer, 'exit')]);

    expect(summary).toMatchObject({ linesRead: 3, unknownLines: 0 });
  });

  it('turns a year that is given at New Year, over several logs of one relay', async () => {
    const line = (time: string) => `${time} relay1 postfix/smtpd[1]: connect from x[192.0.2.1]\n`;
    const logs = [
      file('mail.log', line('Jan  1 10:00:00') + line('Jan  2 10:00:00')),
      file('mail.log.1', line('Dec 28 10:00:00') + line('Dec 31 10:00:00')),
    ];
    const { firstLineAt, lastLineAt } = await replay({
      files: logs,
      directory: { ...directory, log_year: 2024, log_timezone: 'Z' },
      onFinding() {},
    });

    expect(firstLineAt).toBe(Date.parse('2024-12-28T10:00:00Z'));
    expect(lastLineAt).toBe(Date.parse('2025-01-02T10:00:00Z'));
  });

  it('reads the traditional form', async () => {
    const { summary } = await run('test/fixtures/mail-traditional.log');

    expect(summary.unknownLines).toBe(0);
    expect(new Date(summary.lastLineAt).getUTCFullYear()).toBe(2026);
  });

  it('goes on through garbage, invalid UTF-8 and a line of a megabyte', async () => {
    const [head, tail] = [sample.slice(0, 100_000), sample.slice(100_000)];
    const cut = head.lastIndexOf('\n') + 1;
    const dirt = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.alloc(1_048_576, 0x41),
      Buffer.from('\n\u0000\u0007\n'),
    ]);
    const { findings, summary } = await run(
      file('dirty.log', Buffer.concat([Buffer.from(head.slice(0, cut)), dirt, Buffer.from(head.slice(cut) + tail)])),
    );

    expect(findings).toHaveLength(3);
    expect(summary).toMatchObject({ unknownLines: 2, overlongLines: 1 });
  });

  it('carries hostile senders as they are, on one line', async () => {
    const hostile = '"<!channel> \\u2028 *x*"@scarlet-transport.example';
    const { findings } = await run(
      file('hostile.log', sample.replaceAll('from=<rstrand@scarlet-transport.example>', `from=<${hostile}>`)),
    );
    const line = toReplayLine(findings.find((finding) => finding.kind === 'single') as Finding);

    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ kind: 'single', customer: 'cust-01', senders: [hostile.toLowerCase()] });
  });

  it('says which log is not there', async () => {
    await expect(run(join(dir, 'none.log'))).rejects.toThrow(UserError);
    const cut = gzipSync(sample).subarray(0, 5_000);
    await expect(run(file('broken.gz', cut))).rejects.toThrow(
      /broken\.gz cannot be read: it is packed and ends too early/,
    );
  });

  it('knows a packing by its bytes, and says what unpacks those it does not read', async () => {
    const { findings } = await run(
      file('packed.log', Buffer.concat([gzipSync(sample.slice(0, 1)), gzipSync(sample.slice(1))])),
    );
    expect(findings).toHaveLength(3);

    const zstd = Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd), Buffer.from(sample)]);
    await expect(run(file('mail.log.zst', zstd))).rejects.toThrow(/mail\.log\.zst cannot be read: .*zstdcat/);
    expect((await run(file('short.log', 'x'))).summary).toMatchObject({ linesRead: 1, unknownLines: 1 });
  });
});

describe('toReplayLine', () => {
  it('writes the two shapes of lines', async () => {
    const lines = (await run('test/fixtures/mail.log')).findings.map((finding) =>
      Object.keys(JSON.parse(toReplayLine(finding))),
    );

    expect(lines[0]).toEqual(['at', 'kind', 'customer', 'senders', 'evidence']);
    expect(lines[1]).toEqual(['at', 'kind', 'ip', 'provider', 'code', 'reply']);
  });
});
