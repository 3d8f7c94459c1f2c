// The LMTP server as a mail server meets it, over a real socket and with a real spool.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lmtp, startLmtp } from '../../../src/intake/reports/lmtp.js';
import { parseBatchName } from '../../../src/intake/spool.js';
import { SpoolWriter } from '../../../src/intake/spool-writer.js';
import { eventually } from '../../helpers/eventually.js';
import { fixture } from './fixture.js';

let dir: string;
let spool: SpoolWriter;
let lmtp: Lmtp;
let errors: Error[];
const counted = new Map<string, string>();

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lmtp-'));
  counted.clear();
  errors = [];
  await start();
});

afterEach(async () => {
  await lmtp.stop();
  await spool.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(maxBytes = 100_000_000, folder = join(dir, 'spool')) {
  spool = new SpoolWriter({ dir: folder, maxBytes, countedFingerprint: (id) => counted.get(id) });
  const onError = (error: Error) => void errors.push(error);
  lmtp = await startLmtp({ listen: '127.0.0.1:0', isOpen: false, spool, onError, maxBytes: 50_000 });
}

async function restart(...options: Parameters<typeof start>) {
  await lmtp.stop();
  await spool.stop();
  await start(...options);
}

const waiting = () => readdirSync(join(dir, 'spool')).filter((name) => parseBatchName(name));

/** A client that says a line and waits for `answers` of them. */
async function connect() {
  const socket = net.connect(lmtp.port, '127.0.0.1');
  socket.on('error', () => {});
  let got = '';
  socket.on('data', (data) => (got += data));
  const read = async (answers = 1) => {
    const isDone = () => got.split('\r\n').filter((line) => /^\d{3} /.test(line)).length >= answers;
    await eventually(() => expect(isDone()).toBe(true));
    const lines = got.split('\r\n').filter((line) => /^\d{3} /.test(line));
    got = '';
    return lines;
  };
  const say = (line: string, answers = 1) => {
    socket.write(`${line}\r\n`, 'latin1');
    return read(answers);
  };
  await read();
  await say('LHLO mx.post.example');
  return { socket, say };
}

const onTheWire = (bytes: Buffer) => bytes.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');

/** Hands over a mail as Postfix does; answers what was said for each recipient. */
async function deliver(bytes: Buffer, recipients = ['fbl@post.example']): Promise<string[]> {
  const { socket, say } = await connect();
  await say('MAIL FROM:<>');
  for (const recipient of recipients) await say(`RCPT TO:<${recipient}>`);
  await say('DATA');
  const answers = await say(`${onTheWire(bytes)}.`, recipients.length);
  socket.end('QUIT\r\n');
  return answers;
}

describe('LMTP', () => {
  it('answers once the mail is on the disk, every recipient for itself, and keeps every byte', async () => {
    const mail = Buffer.concat([fixture('arf-1.eml'), Buffer.from('.a line with a dot\næøå\n')]);
    const answers = await deliver(mail, ['fbl@post.example', 'bounces@post.example']);
    expect(answers).toEqual([expect.stringMatching(/^250 /), expect.stringMatching(/^250 /)]);
    const [name] = waiting();
    expect(waiting()).toHaveLength(1);
    expect(name).toMatch(/\.eml$/);
    expect(readFileSync(join(dir, 'spool', name as string)).toString()).toBe(mail.toString().replace(/\r?\n/g, '\r\n'));
  });

  it('takes a second try of the same mail for the same, while it waits and after it was counted', async () => {
    const mail = fixture('arf-1.eml');
    await deliver(mail);
    expect(await deliver(mail)).toEqual([expect.stringMatching(/^250 /)]);
    expect(waiting()).toHaveLength(1);

    const { id, fingerprint } = parseBatchName(waiting()[0] as string) as { id: string; fingerprint: string };
    counted.set(id, fingerprint);
    rmSync(join(dir, 'spool', waiting()[0] as string));
    await restart();
    expect(await deliver(mail)).toEqual([expect.stringMatching(/^250 /)]);
    expect(waiting()).toEqual([]);
  });

  it('keeps nothing of a client that leaves in the middle', async () => {
    const { socket, say } = await connect();
    await say('MAIL FROM:<>');
    await say('RCPT TO:<fbl@post.example>');
    await say('DATA');
    socket.write(onTheWire(fixture('arf-1.eml')), 'latin1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
    expect(await deliver(fixture('dsn-1.eml'))).toEqual([expect.stringMatching(/^250 /)]);
    expect(waiting()).toHaveLength(1);
  });

  it('refuses what is too large for good, announced or not', async () => {
    const { socket, say } = await connect();
    expect(await say('MAIL FROM:<> SIZE=60000')).toEqual([expect.stringMatching(/^552 /)]);
    socket.destroy();
    const large = Buffer.from(`Subject: x\n\n${'0123456789abcdef\n'.repeat(4_000)}`);
    expect(await deliver(large, ['a@post.example', 'b@post.example'])).toEqual([
      expect.stringMatching(/^552 /),
      expect.stringMatching(/^552 /),
    ]);
    expect(readdirSync(dir).includes('spool') ? waiting() : []).toEqual([]);
  });

  it('asks to come again when the disk takes nothing, and tells', async () => {
    writeFileSync(join(dir, 'file'), '');
    await restart(100_000_000, join(dir, 'file', 'spool'));
    expect(await deliver(fixture('arf-1.eml'))).toEqual([expect.stringMatching(/^451 /)]);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(/ENOTDIR/)]);
  });

  it('asks to come again while too much waits', async () => {
    await restart(4_096);
    expect(await deliver(fixture('arf-1.eml'))).toEqual([expect.stringMatching(/^250 /)]);
    expect(await deliver(fixture('arf-2.eml'))).toEqual([expect.stringMatching(/^452 /)]);
  });

  it('outlives a client that speaks nonsense', async () => {
    const socket = net.connect(lmtp.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(await deliver(fixture('arf-1.eml'))).toEqual([expect.stringMatching(/^250 /)]);
  });

  it('listens on loopback alone unless it is told otherwise, and says what stands in its way', async () => {
    const options = { spool, onError: () => {} };
    await expect(startLmtp({ ...options, listen: '0.0.0.0:0', isOpen: false })).rejects.toThrow(/not on loopback/);
    await expect(startLmtp({ ...options, listen: `127.0.0.1:${lmtp.port}`, isOpen: false })).rejects.toThrow(
      /intake\.lmtp\.listen: cannot listen on 127\.0\.0\.1/,
    );
    const open = await startLmtp({ ...options, listen: '0.0.0.0:0', isOpen: true });
    await open.stop();
  });
});
