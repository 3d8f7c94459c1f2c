// A relay company whose customers hand their mail to a real Postfix: honest mail, and the run of spam of a stolen mailbox.
import { readFileSync, writeFileSync } from 'node:fs';
import type { TestPostfix } from '../postfix/harness.js';
import type { Script } from '../postfix/smtp-sink.js';

export interface Mailbox {
  customer: string;
  address: string;
  /** Where its owner sits. */
  clientIp: string;
}

const NAMES = ['birkeland', 'eikemo', 'fjordheim', 'granvik', 'hammersund', 'kvist', 'lindtorp', 'vestmar'] as const;
export type CustomerId = (typeof NAMES)[number];

/** Two mailboxes for each customer, Anna's and Bo's. */
export function mailbox(customer: CustomerId, name: 'anna' | 'bo' = 'anna'): Mailbox {
  const host = 10 + NAMES.indexOf(customer);
  return { customer, address: `${name}@${customer}.example`, clientIp: `198.51.100.${host}` };
}

export const CUSTOMERS = NAMES.map((id) => ({
  id,
  name: `${id.charAt(0).toUpperCase()}${id.slice(1)} AS`,
  partner: 'p-01',
  domains: [`${id}.example`],
  sasl_domains: [`${id}.example`],
}));

export const OTHER = 'ola@nord.example';
export const HOTMAIL = 'kari@hotmail.com';

/** What receivers say: every recipient that begins with `gone` is unknown. */
export const unknownUsers: Script = (stage, { to }) =>
  stage === 'rcpt' && to[0]?.startsWith('gone')
    ? `550 5.1.1 <${to[0]}>: Recipient address rejected: User unknown`
    : undefined;

/** Hands one message in, from where its owner sits; the reply to each recipient. */
export async function write(postfix: TestPostfix, from: Mailbox, to: string[] = [OTHER]): Promise<string[]> {
  const { replies } = await postfix.send({ login: from.address, clientIp: from.clientIp, from: from.address, to });
  return replies;
}

/** An ordinary hour: every mailbox writes to people it writes to always. All at once, so that it is quick while nobody answers Postfix. */
export async function quietMail(postfix: TestPostfix, messages = 3): Promise<void> {
  const mailboxes = NAMES.flatMap((id) => [mailbox(id, 'anna'), mailbox(id, 'bo')]);
  await Promise.all(
    mailboxes.map(async ({ customer, address, clientIp }) => {
      const session = await postfix.session({ login: address, clientIp });
      for (let i = 0; i < messages; i++)
        await session.send({
          from: address,
          to: [i % 2 === 0 ? `partner@${customer}.nord.example` : 'bank@nord.example'],
        });
      await session.quit();
    }),
  );
}

const HOUR_MS = 3_600_000;

/**
 * Gives the log a past: what stands in it now, as if it had happened at every third hour of the last three days too. Before the bot
 * starts; Postfix goes on writing at the end of the same file.
 */
export function addPast(logFile: string): void {
  const now = readFileSync(logFile, 'utf8');
  const hoursAgo = Array.from({ length: 24 }, (_, i) => 3 * (24 - i));
  writeFileSync(logFile, [...hoursAgo.map((hours) => movedBack(now, hours)), now].join(''));
}

/** Postfix writes the traditional form, in this machine's zone: `Nov  1 09:05:03 relay1 postfix/…`. */
function movedBack(lines: string, hours: number): string {
  return lines.replace(/^(\w{3} [ \d]\d \d\d:\d\d:\d\d) /gm, (_, text: string) => {
    const at = new Date(Date.parse(`${text} ${new Date().getFullYear()}`) - hours * HOUR_MS);
    const month = at.toLocaleString('en-US', { month: 'short' });
    return `${month} ${String(at.getDate()).padStart(2)} ${at.toTimeString().slice(0, 8)} `;
  });
}

/** Addresses in three networks that no customer has. */
const FOREIGN = ['203.0.113.66', '192.0.2.99', '198.18.7.7'];

/** The spammer's run: three foreign addresses, strangers everywhere, two in five of them unknown. Returns the replies. */
export async function spam(postfix: TestPostfix, stolen: Mailbox, messages = 36): Promise<string[]> {
  const runs = FOREIGN.map(async (clientIp, network) => {
    const session = await postfix.session({ login: stolen.address, clientIp });
    const replies: string[] = [];
    for (let i = network; i < messages; i += FOREIGN.length)
      replies.push(...(await session.send({ from: stolen.address, to: strangers(stolen, i) })).replies);
    await session.quit();
    return replies;
  });
  return (await Promise.all(runs)).flat();
}

function strangers({ customer }: Mailbox, message: number): string[] {
  return [0, 1, 2].map((i) => {
    const number = message * 3 + i;
    return `${number % 5 < 2 ? 'gone' : 'user'}${number}.${customer}@stranger${number % 17}.example`;
  });
}
