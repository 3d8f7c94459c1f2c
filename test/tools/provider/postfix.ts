// A relay's Postfix as far as its log shows it: process numbers, queue ids, and the lines around a connection.
import type { Dice } from './dice.js';
import type { LogBuckets } from './log.js';
import type { Client } from './networks.js';
import type { Relay } from './world.js';

const FIFTY_TWO = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const CIPHERS = [
  'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256',
  'TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits) key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256',
  'TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)',
  'TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)',
];

/** The processes of one relay. */
export class Postfix {
  private inode: number;
  private readonly tags: Record<'smtpd' | 'cleanup' | 'smtp' | 'bounce', string[]>;
  private readonly qmgrTag: string;
  private readonly anvilTag: string;

  constructor(
    readonly relay: Relay,
    private readonly dice: Dice,
    private readonly log: LogBuckets,
  ) {
    this.inode = dice.int(100_000, 3_000_000);
    const tag = (daemon: string) => `${relay.host} ${relay.instance}/${daemon}[${dice.int(900, 64_000)}]: `;
    const submission = dice.is(0.5) ? 'submission/smtpd' : 'smtpd';
    const tags = (daemon: string, count: number) => Array.from({ length: count }, () => tag(daemon));
    this.tags = {
      smtpd: [...tags('smtpd', 5), ...tags(submission, 5)],
      cleanup: tags('cleanup', 5),
      smtp: tags('smtp', 24),
      bounce: tags('bounce', 3),
    };
    this.qmgrTag = tag('qmgr');
    this.anvilTag = tag('anvil');
  }

  any(daemon: 'smtpd' | 'cleanup' | 'smtp' | 'bounce'): string {
    return this.dice.pick(this.tags[daemon]);
  }

  /** A line of a process named by `any`. */
  say(at: number, tag: string, text: string): void {
    this.log.add(at, tag + text);
  }

  qmgr(at: number, text: string): void {
    this.log.add(at, this.qmgrTag + text);
  }

  anvil(at: number, text: string): void {
    this.log.add(at, this.anvilTag + text);
  }

  newId(at: number): string {
    this.inode++;
    const micros = Math.floor((at % 1000) * 1000);
    if (!this.relay.hasLongIds)
      return `${micros.toString(16).toUpperCase().padStart(5, '0')}${this.inode.toString(16).toUpperCase()}`;
    return `${inBase(Math.floor(at / 1000), 52, 6)}${inBase(micros, 52, 4)}z${inBase(this.inode, 51, 1)}`;
  }

  cipher(): string {
    return this.dice.pick(CIPHERS);
  }

  /** A client comes; answers the process that serves it. */
  connect(at: number, { ip, name }: Client): string {
    const tag = this.any('smtpd');
    this.say(at, tag, `connect from ${name}[${ip}]`);
    const trust = name.includes('outbound.protection') ? 'Trusted' : 'Anonymous';
    this.say(at + 0.06, tag, `${trust} TLS connection established from ${name}[${ip}]: ${this.cipher()}`);
    return tag;
  }

  disconnect(at: number, tag: string, { ip, name }: Client, hasLogin: boolean, recipients: number): void {
    const auth = hasLogin ? ' auth=1' : '';
    const commands = recipients + (hasLogin ? 7 : 6);
    this.say(
      at,
      tag,
      `disconnect from ${name}[${ip}] ehlo=2 starttls=1${auth} mail=1 rcpt=${recipients} data=1 quit=1 commands=${commands}`,
    );
  }

  /** Somebody tries passwords that are wrong. */
  wrongPassword(at: number, login: string, { ip, name }: Client): void {
    const tag = this.any('smtpd');
    const form = this.dice.int(0, 2);
    this.say(at, tag, `connect from ${name}[${ip}]`);
    const reason = ['authentication failure', '(reason unavailable)', 'UGFzc3dvcmQ6'][form];
    const shown = form === 2 && this.dice.is(0.5) ? '' : `, sasl_username=${login}`;
    this.say(
      at + 900,
      tag,
      `warning: ${name}[${ip}]: SASL ${this.dice.is(0.7) ? 'LOGIN' : 'PLAIN'} authentication failed: ${reason}${shown}`,
    );
    this.say(at + 1_100, tag, `lost connection after AUTH from ${name}[${ip}]`);
    this.say(at + 1_100.1, tag, `disconnect from ${name}[${ip}] ehlo=2 starttls=1 auth=0/1 commands=3/4`);
  }
}

function inBase(value: number, base: number, least: number): string {
  let text = '';
  for (let left = value; left > 0 || text.length < least; left = Math.floor(left / base))
    text = FIFTY_TWO[left % base] + text;
  return text;
}
