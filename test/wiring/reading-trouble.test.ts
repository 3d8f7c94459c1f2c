// What a person reads in the bot's own log when a relay's log cannot be read, from the bot itself.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createDatabaseTrouble } from '../../src/db/trouble.js';
import { logReadingTrouble } from '../../src/wiring/reading-trouble.js';
import { startFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

it('is one line for a log that is missing at the start, or is a folder, and the bot goes on', async () => {
  const cwd = tempDir();
  const missing = join(cwd, 'none', 'mail.log');
  const config = {
    channels: { compromise: '#abuse-desk', listing: '#deliverability' },
    people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
    logs: [{ path: missing }, { path: cwd }],
    policy: { listen: `unix:${join(cwd, 'policy.sock')}` },
    web: { listen: '127.0.0.1:0' },
  };
  writeFileSync(join(cwd, 'config.yml'), JSON.stringify(config));
  // Nobody answers there, and Slack is waited for.
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'http://127.0.0.1:1/' };
  const bot = startFromSource(['start'], { cwd, env });
  let stdout = '';
  bot.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  const lines = () => stdout.split('\n').filter((line) => /none|is a folder/.test(line));
  await expect.poll(() => lines().length).toBe(2);
  bot.kill('SIGTERM');
  const [code] = await once(bot, 'exit');

  const said = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(said.find(({ file }) => file === missing)).toMatchObject({
    msg: 'a log is not there; it is followed once it is. If its path is wrong, correct it under logs and start again',
  });
  expect(said.find(({ trouble }) => trouble === `${cwd}: is a folder, not a log`)).toMatchObject({ level: 40 });
  expect(stdout).not.toMatch(/\\n {4}at .*live/);
  expect(code).toBe(0);
});

it('keeps the stack of what is no trouble with a file', () => {
  const told: unknown[] = [];
  const error = new Error('the log worker does not end');
  const unused = () => expect.unreachable();
  const log = { warn: unused, error: (fields: unknown) => void told.push(fields) };
  logReadingTrouble(log, error, createDatabaseTrouble());

  expect(told).toEqual([{ err: error }]);
});

it('is one line while another program holds the decisions database, however often an alarm is offered', () => {
  const told: unknown[] = [];
  const trouble = createDatabaseTrouble();
  const log = { warn: (words: unknown) => void told.push(words), error: () => expect.unreachable() };
  const offer = () => logReadingTrouble(log, heldError(), trouble);
  offer();
  offer();
  expect(told).toEqual([expect.stringMatching(/^another program holds the decisions database; alarms wait/)]);

  trouble.over();
  offer();
  expect(told).toHaveLength(2);
});

/** What SQLite says when another connection is in a transaction. */
function heldError(): Error {
  const path = join(tempDir(), 'held.db');
  const [holder, ours] = [new Database(path), new Database(path, { timeout: 0 })];
  try {
    holder.exec('BEGIN IMMEDIATE');
    ours.exec('BEGIN IMMEDIATE');
  } catch (error) {
    return error as Error;
  } finally {
    holder.close();
    ours.close();
  }
  return expect.unreachable();
}
