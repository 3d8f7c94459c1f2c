// What docs/postfix.md says to do about spam that is in the queue already, run on a real Postfix whose receiver puts mail off.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsBlock } from './postfix/docs-blocks.js';
import { startPostfix, type TestPostfix, whyNoPostfix } from './postfix/harness.js';
import { type SmtpSink, startSink } from './postfix/smtp-sink.js';
import { whyNot as whyNotHere } from './requirements.js';

const whyNot = whyNoPostfix() || whyNotHere({ programs: ['jq'] });

describe.skipIf(whyNot)(`the queue of a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let receiver: SmtpSink;
  let postfix: TestPostfix;

  beforeAll(async () => {
    receiver = await startSink((stage) => (stage === 'rcpt' ? '450 4.2.0 come again' : undefined));
    postfix = await startPostfix({ relayhostPort: receiver.port });
  });

  afterAll(async () => {
    await postfix?.stop();
    await receiver?.stop();
  });

  /** Runs lines of the docs as they stand there, on this Postfix and its log. */
  function run(title: string, replacements: Record<string, string> = {}): void {
    const own = { postsuper: `postsuper -c ${postfix.dir}`, ...replacements };
    execFileSync('bash', ['-euo', 'pipefail', '-c', docsBlock(title, own)], { stdio: 'pipe' });
  }

  const inQueue = (name: string) =>
    postfix
      .queue()
      .filter(({ queue_name }) => queue_name === name)
      .map(({ sender }) => sender)
      .sort();

  it('holds what waits of a login under any sender, and what waits of a sender; nothing else', async () => {
    const to = ['ola@nord.example'];
    for (const from of ['kim@example.com', 'forged@elsewhere.example'])
      await postfix.send({ login: 'kim@example.com', from, to });
    await postfix.send({ login: 'kim@example.com.nord.example', from: 'liv@nord.example', to });
    await postfix.send({ clientIp: '198.51.100.7', from: 'kim@example.com', to });
    await expect.poll(() => inQueue('deferred').length, { timeout: 20_000 }).toBe(4);

    run('hold what waits of a login', {
      '/root/spam-queue-ids': join(postfix.dir, 'ids'),
      '/var/log/mail.log': postfix.logFile,
    });
    expect(inQueue('hold')).toEqual(['forged@elsewhere.example', 'kim@example.com']);
    expect(inQueue('deferred')).toEqual(['kim@example.com', 'liv@nord.example']);

    run('hold what waits of a sender', { postqueue: `postqueue -c ${postfix.dir}` });
    expect(inQueue('hold')).toEqual(['forged@elsewhere.example', 'kim@example.com', 'kim@example.com']);
    expect(inQueue('deferred')).toEqual(['liv@nord.example']);
  }, 60_000);
});
