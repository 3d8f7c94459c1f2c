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

/** A process that takes mail in, for one client at a time. */
export interface Smtpd {
  daemon: string;
  tag: string;
  freeAt: number;
}

/** The processes of one relay. */
export class Postfix {
  private inode: number;
  private readonly tags: Record<'cleanup' | 'smtp' | 'bounce', string[]>;
  private readonly smtpds: Smtpd[];
  private readonly pids = new Set<number>();
  private readonly qmgrTag: string;
  private readonly anvilTag: string;

  constructor(
    readonly relay: Relay,
    private readonly dice: Dice,
    private readonly log: LogBuckets,
  ) {
    this.inode = dice.int(100_000, 3_000_000);
    const submission = dice.is(0.5) ? 'submission/smtpd' : 'smtpd';
    const tags = (daemon: string, count: number) => Array.from({ length: count }, () => this.start(daemon));
    this.smtpds = [...Array(5).fill('smtpd'), ...Array(5).fill(submission)].map((daemon) => this.startSmtpd(daemon));
    this.tags = {
      cleanup: tags('cleanup', 5),
      smtp: tags('smtp', 24),
      bounce: tags('bounce', 3),
    };
    this.qmgrTag = this.start('qmgr');
    this.anvilTag = this.start('anvil');
  }

  /** Names a new process, by a number that no other of this relay has had. */
  private start(daemon: string): string {
    let pid = this.dice.int(900, 64_000);
    while (this.pids.has(pid)) pid++;
    this.pids.add(pid);
    return `${this.relay.host} ${this.relay.instance}/${daemon}[${pid}]: `;
  }

  private startSmtpd(daemon: string): Smtpd {
    return { daemon, tag: this.start(daemon), freeAt: 0 };
  }

  /** A process that serves nobody at this moment; another is started when all are busy. */
  private freeSmtpd(at: number): Smtpd {
    const free = this.smtpds.filter(({ freeAt }) => freeAt < at);
    if (free.length > 0) return this.dice.pick(free);
    const started = this.startSmtpd(this.dice.pick(this.smtpds).daemon);
    this.smtpds.push(started);
    return started;
  }

  any(daemon: 'cleanup' | 'smtp' | 'bounce'): string {
    return this.dice.pick(this.tags[daemon]);
  }

  /** A line of a process. */
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

  /** A client comes; answers the process that serves it, and nobody else until `disconnect`. Asked in the order of time. */
  connect(at: number, { ip, name }: Client): Smtpd {
    const smtpd = this.freeSmtpd(at);
    smtpd.freeAt = Number.POSITIVE_INFINITY;
    this.say(at, smtpd.tag, `connect from ${name}[${ip}]`);
    return smtpd;
  }

  /** As `connect`, with a handshake. */
  connectSafely(at: number, client: Client): Smtpd {
    const { ip, name } = client;
    const smtpd = this.connect(at, client);
    const trust = name.includes('outbound.protection') ? 'Trusted' : 'Anonymous';
    this.say(at + 0.06, smtpd.tag, `${trust} TLS connection established from ${name}[${ip}]: ${this.cipher()}`);
    return smtpd;
  }

  /** The client goes; `commands` as Postfix counts them. */
  disconnect(at: number, smtpd: Smtpd, { ip, name }: Client, commands: string): void {
    this.say(at, smtpd.tag, `disconnect from ${name}[${ip}] ${commands}`);
    smtpd.freeAt = at;
  }

  /** Somebody tries passwords that are wrong. */
  wrongPassword(at: number, login: string, client: Client): void {
    const { ip, name } = client;
    const smtpd = this.connect(at, client);
    const form = this.dice.int(0, 2);
    const reason = ['authentication failure', '(reason unavailable)', 'UGFzc3dvcmQ6'][form];
    const shown = form === 2 && this.dice.is(0.5) ? '' : `, sasl_username=${login}`;
    this.say(
      at + 900,
      smtpd.tag,
      `warning: ${name}[${ip}]: SASL ${this.dice.is(0.7) ? 'LOGIN' : 'PLAIN'} authentication failed: ${reason}${shown}`,
    );
    this.say(at + 1_100, smtpd.tag, `lost connection after AUTH from ${name}[${ip}]`);
    this.disconnect(at + 1_100.1, smtpd, client, 'ehlo=2 starttls=1 auth=0/1 commands=3/4');
  }
}

function inBase(value: number, base: number, least: number): string {
  let text = '';
  for (let left = value; left > 0 || text.length < least; left = Math.floor(left / base))
    text = FIFTY_TWO[left % base] + text;
  return text;
}
