// The same day of mail, with a stolen mailbox and a refused address in it, as Exim, KumoMTA and our own events log it: the detection
// finds the same in each.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BlockFinding, CompromiseFinding } from '../../src/detection/finding.js';
import { replay } from '../../src/detection/replay/replay.js';
import { Directory } from '../../src/partners/directory.js';
import { tempDir } from '../helpers/temp.js';

interface Mail {
  at: number;
  id: number;
  login: string;
  clientIp: string;
  recipients: string[];
  outboundIp: string;
  /** Replies by recipient; none for mail that was taken. */
  refusals: Map<string, string>;
}

const START = Date.UTC(2026, 0, 14, 6, 0, 0);
const MINUTE = 60_000;
const STOLEN_AT = START + 8 * 60 * MINUTE;
const OUTBOUND = ['203.0.113.21', '203.0.113.22'];
const STOLEN = 'erin@mills.example';
const S3140 =
  "550 5.7.1 Unfortunately, messages from [203.0.113.22] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).";

const directory = Directory.parse({
  relays: [{ host: 'relay1', outbound_ips: OUTBOUND }],
  customers: [
    { id: 'mills', name: 'Mills', domains: ['mills.example'], sasl_domains: ['mills.example'] },
    { id: 'forge', name: 'Forge', domains: ['forge.example'], sasl_domains: ['forge.example'] },
  ],
});

/** A working day of two customers; in the afternoon one mailbox sends to strangers, of whom some do not exist. */
function madeUpDay(): Mail[] {
  const mails: Mail[] = [];
  const add = (
    at: number,
    login: string,
    clientIp: string,
    recipients: string[],
    refusals: [string, string][] = [],
  ) => {
    const id = mails.length;
    mails.push({
      at,
      id,
      login,
      clientIp,
      recipients,
      outboundIp: OUTBOUND[id % 2] as string,
      refusals: new Map(refusals),
    });
  };
  for (let i = 0; i < 240; i++) {
    const domain = i % 2 === 0 ? 'mills.example' : 'forge.example';
    const login = `${['erin', 'finn', 'gwen', 'hugo'][i % 4 < 2 ? (i >> 1) % 4 : (i >> 2) % 4]}@${domain}`;
    add(START + i * 2 * MINUTE, login, `192.0.2.${10 + (i % 2)}`, [`partner${i % 12}@known${i % 5}.example`]);
  }
  for (let i = 0; i < 120; i++) {
    const recipients = [0, 1, 2].map((n) => `x${i}n${n}@list${(i * 7 + n * 3) % 40}.example`);
    const refusals: [string, string][] = i % 2 ? [[recipients[0] as string, '550 5.1.1 user unknown']] : [];
    if (i % 5 === 0) refusals.push([recipients[1] as string, '554 5.7.1 message refused as spam']);
    add(STOLEN_AT + i * 20_000, STOLEN, `198.51.100.${i % 30}`, recipients, refusals);
  }
  const late = START + 9 * 60 * MINUTE;
  for (let i = 0; i < 3; i++) {
    const recipient = `someone${i}@hotmail.com`;
    add(late + i * MINUTE, 'finn@forge.example', '192.0.2.11', [recipient], [[recipient, S3140]]);
    const mail = mails.at(-1) as Mail;
    mail.outboundIp = OUTBOUND[1] as string;
  }
  return mails.sort((a, b) => a.at - b.at);
}

const mxOf = (recipient: string) =>
  recipient.endsWith('@hotmail.com') ? 'hotmail-com.olc.protection.outlook.com' : `mx.${recipient.split('@')[1]}`;

function asExim(mail: Mail): string[] {
  const stamp = (at: number) => `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} +0000`;
  const id = `1vgABC-${String(mail.id).padStart(11, '0')}-1a2b`;
  const { at, login, clientIp, recipients, outboundIp, refusals } = mail;
  return [
    `${stamp(at)} ${id} <= ${login} H=(pc) [${clientIp}]:50000 P=esmtpsa A=plain:${login} S=2000 id=${mail.id}@pc for ${recipients.join(' ')}`,
    ...recipients.map((to) => {
      const host = `R=dnslookup T=remote_smtp H=${mxOf(to)} [198.51.100.200]:25 I=[${outboundIp}]:40000`;
      const refusal = refusals.get(to);
      if (refusal === undefined) return `${stamp(at + 1000)} ${id} => ${to} ${host} C="250 2.0.0 OK"`;
      return `${stamp(at + 1000)} ${id} ** ${to} ${host}: SMTP error from remote mail server after RCPT TO:<${to}>: ${refusal}`;
    }),
    `${stamp(at + 1000)} ${id} Completed`,
  ];
}

function asKumo(mail: Mail): string[] {
  const { at, login, clientIp, recipients, outboundIp, refusals } = mail;
  const common = {
    id: `id${mail.id}`,
    sender: login,
    queue: 'x.example',
    size: 2000,
    num_attempts: 0,
    created: at / 1000,
  };
  const reception = {
    ...common,
    type: 'Reception',
    recipient: recipients,
    timestamp: at / 1000,
    peer_address: { name: 'pc', addr: clientIp },
    response: { code: 250, content: '' },
    meta: { authn_id: login },
  };
  const deliveries = recipients.map((to) => {
    const [, code = '250', status = '2.0.0', content = 'OK'] = /^(\d+) (\S+) (.*)$/.exec(refusals.get(to) ?? '') ?? [];
    const [enhancedClass, subject, detail] = status.split('.').map(Number);
    return {
      ...common,
      type: refusals.has(to) ? 'Bounce' : 'Delivery',
      recipient: [to],
      timestamp: (at + 1000) / 1000,
      peer_address: { name: `${mxOf(to)}.`, addr: '198.51.100.200' },
      response: { code: Number(code), enhanced_code: { class: enhancedClass, subject, detail }, content },
      source_address: { address: `${outboundIp}:40000` },
      meta: {},
    };
  });
  return [reception, ...deliveries].map((record) => JSON.stringify(record));
}

function asEvents(mail: Mail): string[] {
  const { at, login, clientIp, recipients, outboundIp, refusals } = mail;
  const common = { relay: 'relay1', id: String(mail.id) };
  return [
    { ...common, type: 'accepted', time: at, sender: login, login, client_ip: clientIp, recipients },
    ...recipients.map((recipient) => ({
      ...common,
      type: refusals.has(recipient) ? 'bounced' : 'delivered',
      time: at + 1000,
      recipient,
      remote_host: mxOf(recipient),
      outbound_ip: outboundIp,
      reply: refusals.get(recipient),
    })),
  ].map((record) => JSON.stringify(record));
}

describe('a made-up day in other logs than those of Postfix', () => {
  const mails = madeUpDay();

  it.each([
    ['exim', asExim],
    ['kumomta', asKumo],
    ['json', asEvents],
  ] as const)('is read from %s, with who was stolen and which address is blocked', async (format, write) => {
    const path = join(tempDir(), 'log');
    writeFileSync(
      path,
      mails
        .flatMap(write)
        .map((line) => `${line}\n`)
        .join(''),
    );

    const summary = await replay({ files: [path], directory, format, onFinding: () => {} });

    const first = summary.incidents.map((incident) => incident.first);
    const compromises = first.filter((finding): finding is CompromiseFinding => finding.kind !== 'blocklist');
    expect(compromises).toMatchObject([{ kind: 'single', customer: 'mills', senders: [STOLEN], logins: [STOLEN] }]);
    expect(compromises[0]?.at).toBeGreaterThanOrEqual(STOLEN_AT);
    expect(compromises[0]?.at).toBeLessThan(STOLEN_AT + 20 * MINUTE);
    const blocks = summary.incidents
      .map(({ last }) => last)
      .filter((finding): finding is BlockFinding => finding.kind === 'blocklist');
    expect(blocks).toMatchObject([
      {
        ip: OUTBOUND[1],
        provider: 'microsoft-consumer',
        code: 'S3140',
        isConfirmed: true,
        customers: ['forge'],
        relay: 'relay1',
      },
    ]);
    expect(summary).toMatchObject({ unknownLines: 0, openMessages: 0 });
  });
});
