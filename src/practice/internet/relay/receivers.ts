// The receiving side: what the mail servers of the world answer to the relay, in words as such servers use them.
import { domainOf } from '../../../mail/address.js';
import { isMicrosoftConsumer } from '../../../mail/microsoft-consumer.js';
import type { Chance } from '../chance.js';
import type { Recipient } from '../letter.js';
import type { World } from '../world.js';

/** One attempt to deliver to one recipient, as Postfix logs it. */
export interface Attempt {
  /** `host[address]:25`, or `none` when no connection was made. */
  relay: string;
  status: 'sent' | 'deferred' | 'bounced';
  dsn: string;
  /** What stands in the parentheses. */
  text: string;
  /** Refused because Microsoft blocks the address it left from. */
  isMicrosoftBlock?: boolean;
}

interface Circumstances {
  at: number;
  /** The address the mail leaves from. */
  outboundIp: string;
  isSpam: boolean;
  world: World;
  chance: Chance;
}

interface Host {
  name: string;
  ip: string;
}

/** Delivers to a recipient and returns what came of it. */
export function deliver(recipient: Recipient, where: Circumstances): Attempt {
  const { world, outboundIp, at, chance, isSpam } = where;
  const isMicrosoft = isMicrosoftConsumer(recipient.address);
  const host = hostFor(recipient.address);
  if (isMicrosoft && world.isBlockedAtMicrosoft(outboundIp, at)) return blockedByMicrosoft(host, where);
  if (!recipient.exists) return unknownUser(host, recipient.address, where);
  if (isSpam && chance.isHit(0.14)) return spamRefusal(host, chance);
  if (chance.isHit(isSpam ? 0.06 : 0.015)) return putOff(host, where);
  return { relay: via(host), status: 'sent', dsn: '2.0.0', text: welcome(isMicrosoft, chance) };
}

/** Hands a message over to another MTA of ours, which delivers it. */
export function handOver(transport: string, chance: Chance): Attempt {
  const [, name = transport, port = '25'] = /^\w+:\[?([^\]]+?)\]?(?::(\d+))?$/.exec(transport) ?? [];
  return {
    relay: `${name}[${name}]:${port}`,
    status: 'sent',
    dsn: '2.0.0',
    text: `250 2.0.0 Ok: queued as ${queued(chance)}`,
  };
}

/** The mail server of a recipient's domain. Small domains have one each; its address follows from its name. */
function hostFor(address: string): Host {
  const domain = domainOf(address);
  if (isMicrosoftConsumer(address)) {
    return {
      name: `${domain.replaceAll('.', '-')}.olc.protection.outlook.com`,
      ip: `192.0.2.${64 + (domain.length % 4)}`,
    };
  }
  const sum = [...domain].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 9973, 7);
  return { name: `mx.${domain}`, ip: `192.0.2.${80 + (sum % 100)}` };
}

function via({ name, ip }: Host): string {
  return `${name}[${ip}]:25`;
}

function refusal(host: Host, status: Attempt['status'], dsn: string, said: string, command: string): Attempt {
  return {
    relay: via(host),
    status,
    dsn,
    text: `host ${host.name}[${host.ip}] said: ${said} (in reply to ${command} command)`,
  };
}

/** The part of Microsoft's reply that people search for is fixed; the tail names the server that said it. */
function blockedByMicrosoft(host: Host, { outboundIp, at, chance }: Circumstances): Attempt {
  const server = `${chance.text(6)}MB${chance.whole(1000, 9999)}.eurprd${chance.whole(10, 99)}.prod.outlook.com`;
  const tail = `[${server} ${new Date(at).toISOString()} ${chance.text(16)}]`;
  const said =
    `550 5.7.1 Unfortunately, messages from [${outboundIp}] weren't sent. Please contact your Internet service provider ` +
    `since part of their network is on our block list (S3140). ${tail}`;
  return { ...refusal(host, 'bounced', '5.7.1', said, 'MAIL FROM'), isMicrosoftBlock: true };
}

function unknownUser(host: Host, address: string, { chance }: Circumstances): Attempt {
  if (isMicrosoftConsumer(address)) {
    return refusal(host, 'bounced', '5.5.0', '550 5.5.0 Requested action not taken: mailbox unavailable.', 'RCPT TO');
  }
  const said = chance.pick([
    `550 5.1.1 <${address}>: Recipient address rejected: User unknown`,
    `550 5.1.1 No mailbox by that name here`,
    `550 5.1.1 <${address}> unknown user`,
  ]);
  return refusal(host, 'bounced', '5.1.1', said, 'RCPT TO');
}

function spamRefusal(host: Host, chance: Chance): Attempt {
  const said = chance.pick([
    `554 5.7.1 Message refused: our filter takes it for spam (score ${chance.whole(9, 24)}.${chance.whole(0, 9)})`,
    '550 5.7.1 Spam message rejected; users reported messages like this one',
    '554 5.7.1 Content rejected as unsolicited bulk mail',
  ]);
  return refusal(host, 'bounced', '5.7.1', said, 'end of DATA');
}

function putOff(host: Host, { outboundIp, chance, isSpam }: Circumstances): Attempt {
  if (isSpam) {
    return refusal(host, 'deferred', '4.7.1', `450 4.7.1 Too many messages from ${outboundIp}, slow down`, 'MAIL FROM');
  }
  if (chance.isHit(0.5)) return refusal(host, 'deferred', '4.2.0', '450 4.2.0 Greylisted, please try again', 'RCPT TO');
  const text = `connect to ${host.name}[${host.ip}]:25: Connection timed out`;
  return { relay: 'none', status: 'deferred', dsn: '4.4.1', text };
}

function welcome(isMicrosoft: boolean, chance: Chance): string {
  return isMicrosoft
    ? `250 2.6.0 Queued mail for delivery -> 250 2.1.5 [InternalId=${chance.whole(10_000_000, 99_999_999)}]`
    : `250 2.0.0 Ok: queued as ${queued(chance)}`;
}

function queued(chance: Chance): string {
  return chance.text(10);
}
