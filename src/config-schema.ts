// What may stand in config.yml: each key, what is expected of it, and what it is when it is not there.
import { z } from 'zod';
import { BlocklistChoice } from './blocklists/choice.js';
import { CONTAINMENT_ACTIONS } from './containment/containment.js';
import { parseServer } from './dns/address.js';
import { LOG_FORMATS } from './intake/formats/format.js';
import { Address, Customer, Partner, Relay } from './partners/directory.js';

const text = z.string().trim().min(1);

const ROLES = ['technician', 'lead'] as const;
export type Role = (typeof ROLES)[number];

export const Person = z.strictObject({
  /** Slack user id, `U…`. */
  slack: text.regex(/^[UW][A-Z0-9]+$/, 'expected a Slack user id such as U0123ABCD'),
  name: text,
  role: z.enum(ROLES),
});
export type Person = z.infer<typeof Person>;

export const Route = z.strictObject({
  name: text,
  /** What Postfix is told: `smtp:[192.0.2.30]:25`. */
  transport: text.regex(/^[a-z0-9_-]+:\S+$/i, 'expected transport:destination, for example smtp:[192.0.2.30]:25'),
  /** Address the route sends from: it is not offered while that address is listed. */
  outboundIp: Address.optional(),
  /** Name it greets with. */
  helo: text.optional(),
});
export type Route = z.infer<typeof Route>;

/** When, in five fields. Six are refused: the first would be seconds, and a digest by the second is never meant. */
const Cron = text.superRefine((value, context) => {
  const fields = value.split(/\s+/);
  if (fields.length === 5 || value.startsWith('@')) return;
  const wanted =
    fields.length === 6
      ? `expected five fields, without seconds: "${fields.slice(1).join(' ')}"`
      : 'expected five fields: minute, hour, day, month, weekday, for example "0 7 * * 1-5"';
  context.addIssue({ code: 'custom', message: wanted });
});

export const Digest = z.strictObject({
  name: text.optional(),
  channel: text,
  cron: Cron,
  timezone: text.default('UTC'),
  /** Post a single line when nothing happened, instead of nothing. */
  whenQuiet: z.enum(['skip', 'one-line']).default('one-line'),
});
export type Digest = z.infer<typeof Digest>;

/** Name a digest's slots are remembered under. */
export function digestName(digest: Digest): string {
  return digest.name ?? `${digest.channel} ${digest.cron}`;
}

function isServer(value: string): boolean {
  try {
    parseServer(value);
    return true;
  } catch {
    return false;
  }
}

const HostPort = text
  .regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/i, {
    error: 'expected host:port, for example 127.0.0.1:9925',
    abort: true,
  })
  .refine(hasPort, 'expected a port up to 65535');

const Listen = text
  .regex(/^((\S+):\d{1,5}|unix:\/\S+)$/, { error: 'expected host:port or unix:/path', abort: true })
  .refine((value) => value.startsWith('unix:') || hasPort(value), 'expected a port up to 65535');

function hasPort(value: string): boolean {
  return Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535;
}

/** Of an HTTP header: visible ASCII. */
export const TOKEN = /^[\x21-\x7e]{16,}$/;

export const Snds = z.strictObject({
  url: z
    .url('expected an address that begins with https://')
    .default('https://substrate.office.com/ip-domain-management-snds'),
  key: text.optional(),
  everyMinutes: z.number().positive().default(60),
});

export const Config = z.strictObject({
  database: z
    .strictObject({ path: text.default('data/relaywarden.db'), traffic: text.default('data/traffic.db') })
    .prefault({}),
  slack: z
    .strictObject({
      mode: z.enum(['socket', 'http']).default('socket'),
      /** HTTP mode: where Slack's requests arrive, usually behind a proxy that speaks TLS. */
      host: text.default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(3000),
      /** Post a reply in the incident's thread for each state change. */
      timeline: z.boolean().default(true),
    })
    .prefault({}),
  channels: z.strictObject({ compromise: text, listing: text, health: text.optional() }),
  people: z
    .array(Person)
    .min(1, 'expected at least one person who may press buttons')
    .refine(
      (people) => new Set(people.map(({ slack }) => slack)).size === people.length,
      'one Slack user stands here twice',
    ),
  /** Role an action needs at least; what is not named needs a technician. */
  rights: z
    .partialRecord(
      z.enum([
        ...CONTAINMENT_ACTIONS,
        'resolve',
        'reopen',
        'lift',
        'note',
        'check',
        'digest',
        'open-compromise',
        'request-delisting',
        'override-delisting',
        'record-answer',
        'notify-partners',
        'release-list',
        'mark-noise',
      ]),
      z.enum(ROLES),
    )
    .prefault({})
    // A request although the gate says no is answered for by somebody who leads.
    .transform((rights) => ({ 'override-delisting': 'lead' as Role, ...rights })),
  /** Whom a refused sender is told to call. */
  support: z
    .strictObject({ name: text.default('your mail relay'), phone: text.optional(), url: text.optional() })
    .prefault({}),
  relays: z.array(Relay).default([]),
  partners: z.array(Partner).default([]),
  customers: z.array(Customer).default([]),
  /** A file of its own for relays, partners and customers, JSON or YAML; relative to config.yml. */
  customersFile: text.optional(),
  logs: z
    .array(
      z.strictObject({
        path: text,
        format: z.enum(LOG_FORMATS).default('postfix'),
        /** Host name of the relay whose log it is, for formats that do not say: as in `relays`. */
        relay: text.optional(),
      }),
    )
    .default([]),
  /** What reaches us otherwise than through a log: mail events over HTTP, feedback reports and late bounces over LMTP. */
  intake: z
    .strictObject({
      /** Batches wait here between their receipt and the log worker. */
      spool: text.default('data/spool'),
      /** More than this waiting, and senders are told to come back later. */
      spoolMegabytes: z.number().positive().default(512),
      http: z
        .strictObject({ token: text.regex(TOKEN, 'expected at least 16 characters, none of them blank').optional() })
        .prefault({}),
      lmtp: z
        .strictObject({
          listen: HostPort.optional(),
          /** LMTP knows no password; beyond loopback a firewall must see to it that only the mail server comes. */
          beyondLoopback: z.boolean().default(false),
        })
        .prefault({}),
      /** Header field in which the relays name a message's customer by id; reports are tied by it where nothing else is known. */
      customerHeader: text
        .regex(/^x-[!-9;-~]+$/i, 'expected the name of a header field, for example X-Relay-Customer')
        .optional(),
    })
    .prefault({}),
  logYear: z.number().int().optional(),
  logTimezone: text.regex(/^[+-]\d{2}:?\d{2}$|^Z$/, 'expected an offset such as +01:00').optional(),
  policy: z
    .strictObject({
      listen: Listen.default('127.0.0.1:10040'),
      suspendWith: z.enum(['reject', 'defer']).default('reject'),
      /** SQLite table for Postfix that keeps blocks and suspensions in force while the bot is down. */
      exportTable: text.optional(),
      /** Domains Postfix appends to logins without one (smtpd_sasl_local_domain). */
      localDomains: z.array(text).default([]),
    })
    .prefault({}),
  routes: z.array(Route).default([]),
  dns: z
    .strictObject({
      servers: z
        .array(text.refine(isServer, 'expected an address or address:port, for example 127.0.0.1:53'))
        .default([]),
      timeoutMs: z.number().int().positive().default(2000),
      tries: z.number().int().positive().default(3),
    })
    .prefault({}),
  blocklists: z
    .strictObject({
      ...BlocklistChoice.shape,
      /** How often our own addresses and domains are asked about, in minutes: on critical lists, and on the others. */
      watch: z
        .strictObject({
          criticalMinutes: z.number().positive().default(5),
          otherMinutes: z.number().positive().default(15),
          /** Sending domains beside the customers': ours. */
          domains: z.array(text).default([]),
          /** Ask about the customers' sender domains too. */
          customerDomains: z.boolean().default(true),
          /** A list that suddenly lists more than this share of all we watch is held for a person to look at. */
          holdShare: z.number().min(0).max(1).default(0.3),
        })
        .prefault({}),
    })
    .prefault({}),
  /** How listings become incidents. */
  listings: z
    .strictObject({
      /** Addresses of one pool that are listed within this time are one incident. */
      groupMinutes: z.number().positive().default(60),
      /** More new listing incidents than this within a quarter of an hour become one rolling summary. */
      stormAfter: z.number().int().positive().default(5),
    })
    .prefault({}),
  delisting: z
    .strictObject({
      /** How long the suspected sources must have been quiet before a removal is asked for. */
      quietHours: z.number().min(0).default(4),
      /** Who signs requests. */
      signature: text.optional(),
    })
    .prefault({}),
  hygiene: z
    .strictObject({
      /** When our addresses and the customers' domains are looked at; a cron expression. */
      cron: Cron.default('17 5 * * *'),
      /** DKIM selectors by domain; `*` for every domain. */
      dkimSelectors: z.record(text, z.array(text)).default({}),
      /** What customers put into their SPF record for us, instead of our addresses: `include:spf.example.net`. */
      spfInclude: text.regex(/^include:\S+\.\S+$/, 'expected for example include:spf.example.net').optional(),
      /** Domains of our own that bounces and the like are sent under: their SPF must authorise our addresses too. */
      bounceDomains: z.array(text).default([]),
    })
    .prefault({}),
  /** How mail to partners leaves; without it notices are drafted, to be sent by hand. */
  mail: z
    .strictObject({
      smtp: text.regex(/^smtps?:\/\/\S+$/, 'expected smtp://host:port or smtps://user:password@host:port'),
      from: text.regex(/\S@\S/, 'expected a mail address, for example abuse-desk@relay.example'),
      replyTo: text.optional(),
    })
    .optional(),
  notices: z
    .strictObject({
      /** Sent at once instead of on a click. */
      automatic: z.boolean().default(false),
    })
    .prefault({}),
  /** Microsoft SNDS; SNDS_KEY in the environment wins over `key`. */
  snds: Snds.optional(),
  detection: z.record(text, z.number()).default({}),
  digests: z.array(Digest).default([]),
  web: z.strictObject({ listen: HostPort.default('127.0.0.1:9925') }).prefault({}),
});
export type Config = z.infer<typeof Config>;
