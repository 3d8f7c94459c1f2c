// Where the practice bot's mail to partners arrives: a mail server on loopback, whose letters are shown in a channel of the workspace.
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { ChannelSeed } from './slack/workspace.js';

export const PARTNER_MAIL: ChannelSeed = {
  id: 'C0PMAIL001',
  name: 'partner-mail',
  topic: 'Only in practice: the letters as the partners get them',
};

/** What Slack's chat.postMessage takes. */
export interface Letter {
  channel: string;
  text: string;
  blocks: object[];
}

interface PartnerMail {
  /** `smtp://127.0.0.1:port` */
  url: string;
  stop(): Promise<void>;
}

/** Slack's most for one text. */
const MOST_TEXT = 2_900;
/** Fewer than the fifty blocks that Slack takes. */
const MOST_PARAGRAPHS = 40;

/** Listens on a free port; a letter is taken when `show` has shown it. */
export async function startPartnerMail(show: (letter: Letter) => Promise<void>): Promise<PartnerMail> {
  const server = new SMTPServer({
    name: 'partners.practice.example',
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideSTARTTLS: true,
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, answer) => {
      take(stream, show).then(() => answer(null, 'OK: read'), answer);
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}

async function take(stream: SMTPServerDataStream, show: (letter: Letter) => Promise<void>): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
  await show(letterOf(await PostalMime.parse(Buffer.concat(pieces))));
}

/** A mail as it is read: from whom, to whom, subject and text. */
function letterOf({ from, to = [], subject = '', text = '' }: Pick<Email, 'from' | 'to' | 'subject' | 'text'>): Letter {
  const plain = (words: string, max: number) => ({
    type: 'plain_text',
    text: words.slice(0, max) || '–',
    emoji: false,
  });
  const sender = from?.name ? `${from.name} <${from.address}>` : (from?.address ?? '');
  const paragraphs = text
    .trim()
    .split(/\r?\n(?:\r?\n)+/)
    .slice(0, MOST_PARAGRAPHS);
  const readers = to.map(({ address }) => address).join(', ');
  return {
    channel: PARTNER_MAIL.id,
    text: `Mail to ${readers}: ${subject}`.slice(0, 300),
    blocks: [
      { type: 'header', text: plain(subject, 150) },
      { type: 'context', elements: [plain(`From ${sender} to ${readers}`, 300)] },
      ...paragraphs.map((paragraph) => ({ type: 'section', text: plain(paragraph, MOST_TEXT), expand: true })),
    ],
  };
}
