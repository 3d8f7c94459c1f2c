import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { runFromSource, startFromSource } from '../helpers/command.js';
import { eventRecord, post, TOKEN } from '../web/event-batches.js';

it('takes mail events in the practice workspace, and says where, of which relays and at what time', async () => {
  const env = { INTAKE_TOKEN: TOKEN };
  const child = startFromSource(['demo', '--port', '0'], { cwd: process.cwd(), env });
  let said = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    said += piece;
    if (/it is \S+ there/.test(said)) break;
  }
  const [, port, relay, time] =
    /127\.0\.0\.1:(\d+)\/intake\/events .* Relays are (\S+) and .*; it is (\S+) there/.exec(said) ?? [];

  const body = `${JSON.stringify({ ...eventRecord(1), relay, time })}\n`;
  const answer = await post(Number(port), body);
  expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
  expect(answer.body).not.toHaveProperty('warning');
  child.kill('SIGTERM');
});

it('says in words that its port is taken, and the call that takes another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  expect(await runFromSource(['demo', '--port', `${port}`], { cwd: process.cwd() })).toEqual({
    code: 2,
    stdout: '',
    stderr: `relaywarden: Port ${port} is taken already, perhaps by a practice workspace that still runs. Take another: npx relaywarden demo --port 8080\n`,
  });
});
