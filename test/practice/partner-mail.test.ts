// The practice partners' mail server: what the bot mails is shown as the partner reads it.
import { expect, it, onTestFinished } from 'vitest';
import { createMailer } from '../../src/notices/mailer.js';
import { type Letter, PARTNER_MAIL, startPartnerMail } from '../../src/practice/partner-mail.js';

async function inbox(show?: (letter: Letter) => Promise<void>) {
  const letters: Letter[] = [];
  const server = await startPartnerMail(show ?? (async (letter) => void letters.push(letter)));
  const mailer = createMailer({ smtp: server.url, from: 'Abuse desk <abuse@northrelay.example>' });
  onTestFinished(async () => {
    mailer.close();
    await server.stop();
  });
  return { letters, mailer };
}

const MAIL = {
  to: 'vakt@kobbervik-it.example',
  subject: 'En av våre adresser er på en blokkliste',
  text: 'Hello Kobbervik IT,\n\nmail of Opal Reiser is <!channel> refused.',
  messageId: 'notice-1@northrelay.example',
};

it('shows the letter as it was mailed, as plain text', async () => {
  const { letters, mailer } = await inbox();
  await mailer.send(MAIL);

  expect(letters).toMatchObject([
    {
      channel: PARTNER_MAIL.id,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: MAIL.subject } },
        {
          type: 'context',
          elements: [{ text: 'From Abuse desk <abuse@northrelay.example> to vakt@kobbervik-it.example' }],
        },
        { type: 'section', text: { type: 'plain_text', text: 'Hello Kobbervik IT,' } },
        { type: 'section', text: { type: 'plain_text', text: 'mail of Opal Reiser is <!channel> refused.' } },
      ],
    },
  ]);
});

it('takes no letter that cannot be shown', async () => {
  const { mailer } = await inbox(() => Promise.reject(new Error('Slack is away')));
  await expect(mailer.send(MAIL)).rejects.toThrow('Slack is away');
});
