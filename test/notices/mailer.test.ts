import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer, type Mailer, MailRefused } from '../../src/notices/mailer.js';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A submission server that keeps what it takes. */
async function sink(options: SMTPServerOptions = {}): Promise<{ mailer: Mailer; received: string[] }> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        received.push(text);
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailer = createMailer({
    smtp: `smtp://127.0.0.1:${port}`,
    from: 'Desk <desk@relay.example>',
    replyTo: 'abuse@relay.example',
  });
  open.push({ close: () => mailer.close() }, { close: () => new Promise<void>((resolve) => server.close(resolve)) });
  return { mailer, received };
}

const MAIL = {
  to: 'it@partner.example',
  subject: 'Blåsvart',
  text: 'Hello,\n.\nlisted\n',
  messageId: 'notice-1-2@relay.example',
};

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

describe('mail to partners', () => {
  it('is plain text, from the desk, known by its own id', async () => {
    const { mailer, received } = await sink();

    await mailer.send(MAIL);

    expect(received[0]).toMatch(/^From: Desk <desk@relay.example>/m);
    expect(received[0]).toMatch(/^Reply-To: abuse@relay.example/m);
    expect(received[0]).toMatch(/^Message-ID: <notice-1-2@relay.example>/m);
    expect(received[0]).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(received[0]).toMatch(/Hello,\r\n\.\r\nlisted/);
  });

  it('is refused for good when the server refuses this recipient or text', async () => {
    const noUser = await sink({ onRcptTo: (_to, _session, done) => done(refusal(550, 'no such user')) });
    const noText = await sink({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(554, 'spam'))),
    });

    await expect(noUser.mailer.send(MAIL)).rejects.toThrow(MailRefused);
    await expect(noText.mailer.send(MAIL)).rejects.toThrow(MailRefused);
  });

  it('is worth another try when the server is busy, away, or does not take us', async () => {
    const busy = await sink({ onRcptTo: (_to, _session, done) => done(refusal(451, 'later')) });
    const closed = await sink({ onConnect: (_session, done) => done(refusal(554, 'not you')) });
    const nobody = createMailer({ smtp: 'smtp://127.0.0.1:1', from: 'desk@relay.example' });
    open.push(nobody);

    for (const mailer of [busy.mailer, closed.mailer, nobody]) {
      const error = await mailer.send(MAIL).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(MailRefused);
    }
  });
});
