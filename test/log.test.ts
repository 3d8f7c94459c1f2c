// What of an error gets into the log.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../src/log.js';

/** The one line that is logged of it. */
function logged(error: unknown): string {
  const lines: string[] = [];
  createLog({ level: 'error' }, { write: (line: string) => void lines.push(line) }).error({ err: error }, 'it failed');
  expect(lines).toHaveLength(1);
  return lines[0] as string;
}

it('logs of a call to Slack that was aborted what it is, says and where, and nothing that hangs on it', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((listening) => server.once('listening', listening));
  const slackApiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  const client = new WebClient('xoxb-none', { slackApiUrl, timeout: 50, retryConfig: { retries: 0 } });
  const error = await client.auth.test().catch((thrown: unknown) => thrown);
  const line = logged(error);

  expect(Object.keys(JSON.parse(line).err)).toEqual(['type', 'code', 'message', 'stack']);
  expect(JSON.parse(line).err).toMatchObject({ type: 'WebAPIRequestError', code: 'slack_webapi_request_error' });
  expect(line).not.toContain('DOMSTRING_SIZE_ERR');
  expect(line.length).toBeLessThan(1_300);
});

it('says each message of a chain of causes once, and takes what is no error as it is', () => {
  const cause = new Error('the disk is full');
  const error = new Error('not kept', { cause: new Error('write: the disk is full', { cause }) });

  expect(JSON.parse(logged(error)).err.message).toBe('not kept: write: the disk is full');
  expect(JSON.parse(logged(error)).err.stack).toMatch(/^ +at .*log\.test\.ts/);
  expect(JSON.parse(logged('a word')).err).toBe('a word');
  const round: Error = new Error('round');
  round.cause = round;
  expect(JSON.parse(logged(round)).err.message).toBe('round');
});

it('logs of a database that another program holds, or of a full disk, what it is and no stack', () => {
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_FULL']) {
    const error = Object.assign(new Error('database is locked'), { code });
    expect(JSON.parse(logged(error)).err).toEqual({ type: 'Error', code, message: 'database is locked' });
  }
});
