// The database's disk is really full: a small file system of its own, filled to the last block. Decisions stop and say so, mail goes on.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { whyNoPostfix } from './postfix/harness.js';
import type { Bot } from './whole-way/bot.js';
import { mailbox, quietMail, spam, write } from './whole-way/company.js';
import { auditTrail, cardOf, cardsOf, press, wordsOf } from './whole-way/desk.js';
import { ABUSE_DESK, startWorld, TECHNICIAN, type World } from './whole-way/world.js';

const MEGABYTES = 96;
/** The bot looks at its health every 15 s. */
const LOOK_MS = 16_000;

const whyNot = whyNoPostfix() ?? whyNoMount();

describe.skipIf(whyNot)(`a full disk, with a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let world: World;
  let bot: Bot;
  let disk: string;

  beforeAll(async () => {
    disk = mount();
    world = await startWorld({ dataDir: join(disk, 'data'), channel: ABUSE_DESK });
    bot = await world.startBot();
    await quietMail(world.postfix);
  });

  afterAll(async () => {
    const code = await bot?.stop();
    await world?.stop();
    unmount(disk);
    expect(code).toBe(0);
  });

  const blocked = mailbox('kvist');
  const stolen = mailbox('vestmar');
  const told = async () => {
    const messages = await world.slack.messages(ABUSE_DESK);
    return messages.map(({ text }) => text).filter((text) => /relaywarden: Database/.test(text));
  };
  const isRefused = [expect.stringMatching(/^554 5\.7\.1 .* is stopped/)];

  it('says in private that nothing was done, on /healthz and once in Slack; Postfix gets its answers; then it goes on', async () => {
    await spam(world.postfix, blocked);
    await press(world, await cardOf(world, blocked.address), 'block-sender');
    await cardOf(world, blocked.address, /Sender blocked/);
    await spam(world.postfix, stolen);
    const card = await cardOf(world, stolen.address);
    await eventually(async () => expect(await world.slack.thread(ABUSE_DESK, card.ts)).toHaveLength(2));
    await eventually(async () => expect((await world.health()).status).toBe(200));

    const filler = fill(disk);
    await press(world, card, 'block-sender');
    const note = await world.slack.until(() => world.slack.ephemerals(TECHNICIAN, ABUSE_DESK)[0]);
    expect(wordsOf(note)).toMatch(
      /\*Block sender\* did not get through: the database disk is full\. Nothing was changed\./,
    );
    expect(wordsOf(note)).toMatch(/now stands at: \*Open\*/);

    const { status, items } = await world.health();
    expect(status).toBe(503);
    expect(items.find(({ name }) => name === 'database')).toMatchObject({
      ok: false,
      text: expect.stringMatching(/cannot write: .*full/),
    });
    expect(items.find(({ name }) => name === 'policy server')).toMatchObject({ ok: true });
    expect(await write(world.postfix, blocked)).toEqual(isRefused);
    expect(await write(world.postfix, stolen)).toEqual(['250 2.1.5 Ok']);

    await eventually(async () => expect(await told()).toHaveLength(1));
    await sleep(LOOK_MS);
    expect(await told()).toHaveLength(1);
    expect(await write(world.postfix, blocked)).toEqual(isRefused);

    rmSync(filler);
    await eventually(async () => expect((await world.health()).status).toBe(200));
    await press(world, card, 'block-sender');
    await cardOf(world, stolen.address, /Sender blocked\* by Ann Tanaka/);
    expect(await write(world.postfix, stolen)).toEqual(isRefused);
    await eventually(async () =>
      expect(await told()).toEqual([expect.anything(), expect.stringMatching(/relaywarden: Database: working again/)]),
    );

    // What the log said meanwhile was not lost: a mailbox stolen now is found, and the trail has no gap.
    await spam(world.postfix, mailbox('granvik'));
    await cardOf(world, mailbox('granvik').address);
    expect(await cardsOf(world, stolen.address)).toHaveLength(1);
    expect((await auditTrail(world, card)).filter(({ verb }) => verb === 'block-sender')).toHaveLength(1);
    expect(await world.command('audit', 'verify')).toMatchObject({ code: 0 });
  });

  it('can be stopped and started on the full disk: the blocks come back', async () => {
    const filler = fill(disk);
    await bot.stop();
    fillAgain(disk);

    bot = await world.startBot();

    expect(await write(world.postfix, blocked)).toEqual(isRefused);
    rmSync(filler);
    rmSync(`${filler}-again`);
  });
});

function mount(): string {
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', dir], { stdio: 'pipe' });
  return dir;
}

function unmount(dir: string): void {
  execFileSync('umount', [dir], { stdio: 'pipe' });
  rmSync(dir, { recursive: true });
}

function whyNoMount(): string | undefined {
  try {
    unmount(mount());
    return undefined;
  } catch {
    console.warn('skipped end-to-end test: this machine may not mount a file system of its own');
    return 'mounting is not permitted';
  }
}

/** What the bot gave back when it stopped is taken too. */
function fillAgain(dir: string): void {
  fill(dir, 'filler-again');
}

/** Takes every block that is left. */
function fill(dir: string, name = 'filler'): string {
  const path = join(dir, name);
  const file = openSync(path, 'w');
  try {
    for (const bytes of [1 << 20, 4096]) fillWith(file, Buffer.alloc(bytes));
  } finally {
    closeSync(file);
  }
  return path;
}

function fillWith(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
