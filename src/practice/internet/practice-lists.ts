// The practice blocklists: sound ones, and one of each kind that misleads. Entries have the catalogue's field names, as
// `blocklists.extra` in config.yml takes them. The operators are invented.
import { isInNetwork, parseIp, parseNetwork } from '../../mail/ip.js';
import type { SpamRun, World } from './world.js';

export interface PracticeList {
  /** An entry of `blocklists.extra`. */
  entry: { id: string; zone: string; return_codes?: Record<string, string>; [field: string]: unknown };
  /** Sound lists also have the test entries of RFC 5782 section 5. */
  manner: 'sound' | 'refuses' | 'dead' | 'lists the world';
  /** The code and reason for a listing now; undefined when the target is not listed. Sound lists only. */
  look?(target: string, at: number, world: World): { code: string; text: string } | undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Rule {
  code: string;
  text: (run: SpamRun) => string;
  /** A list looks away from little spam, and needs a while to notice. */
  fromRecipients: number;
  afterMs: number;
  /** Quiet after which a listing ends by itself. */
  quietMs: number;
}

function byRule({ code, text, fromRecipients, afterMs, quietMs }: Rule): NonNullable<PracticeList['look']> {
  return (target, at, world) => {
    const run = world.spamFrom(target);
    const isListed = run && run.recipients >= fromRecipients && at >= run.since + afterMs && at < run.lastAt + quietMs;
    return isListed ? { code, text: text(run) } : undefined;
  };
}

const RENTED = ['198.18.0.0/15', '192.0.2.0/26'].flatMap((network) => parseNetwork(network) ?? []);

function rented(target: string): { code: string; text: string } | undefined {
  const ip = parseIp(target);
  const isRented = ip !== undefined && RENTED.some((network) => isInNetwork(ip, network));
  return isRented ? { code: '127.0.0.10', text: 'Rented by the hour: no mail is expected from here' } : undefined;
}

export const PRACTICE_LISTS: PracticeList[] = [
  {
    manner: 'sound',
    entry: {
      ...base('thistle', 'Thistle Spam Sources', 'Thistle Project', 'spam.thistle.example', 'critical'),
      match: 'exact',
      return_codes: { '127.0.0.2': 'sends spam now', '127.0.0.3': 'sent spam lately' },
      delisting: {
        url: 'https://www.thistle.example/removal',
        method: 'form',
        policy: 'Removed on request once the cause is stopped, and by itself after three quiet hours.',
        expected_hours: [1, 6],
        needs: ['cause found and stopped', 'what was done against it'],
      },
    },
    look: byRule({
      code: '127.0.0.2',
      text: (run) => `Spam to our traps since ${clockTime(run.since)} UTC; see https://www.thistle.example/why`,
      fromRecipients: 60,
      afterMs: 40 * MINUTE_MS,
      quietMs: 3 * HOUR_MS,
    }),
  },
  {
    manner: 'sound',
    entry: {
      ...base('owlpost', 'Owlpost Complaints', 'Owlpost', 'bl.owlpost.example', 'high'),
      match: 'bitmask',
      return_codes: { 2: 'complaints by users', 4: 'hits on spam traps' },
      delisting: {
        method: 'automatic-expiry',
        policy: 'Expires four hours after the last complaint; there is no request.',
        expected_hours: [4, 8],
        needs: [],
      },
    },
    look: byRule({
      code: '127.0.0.6',
      text: (run) => `Complaints about mail received from ${clockTime(run.since)} to ${clockTime(run.lastAt)} UTC`,
      fromRecipients: 250,
      afterMs: 100 * MINUTE_MS,
      quietMs: 4 * HOUR_MS,
    }),
  },
  {
    manner: 'sound',
    entry: {
      ...base('marshlight', 'Marshlight Policy', 'Marshlight', 'policy.marshlight.example', 'medium'),
      match: 'exact',
      return_codes: { '127.0.0.10': 'address range that should not send mail' },
    },
    look: rented,
  },
  {
    manner: 'sound',
    entry: {
      ...base('kettle', 'Kettle Traps', 'Kettle Research', 'traps.kettle.example', 'low'),
      match: 'any',
    },
    look: byRule({
      code: '127.0.0.2',
      text: () => 'Seen in more than one trap network',
      fromRecipients: 1_500,
      afterMs: 5 * HOUR_MS,
      quietMs: 24 * HOUR_MS,
    }),
  },
  {
    manner: 'refuses',
    entry: {
      ...base('portcullis', 'Portcullis', 'Portcullis Mail Defence', 'ip.portcullis.example', 'high'),
      match: 'exact',
      return_codes: { '127.0.0.2': 'listed' },
      error_codes: { '127.255.255.254': 'asked through an open resolver' },
    },
  },
  { manner: 'dead', entry: base('hollow', 'Hollow RBL', 'Hollow (gone)', 'rbl.hollow.example', 'low') },
  {
    manner: 'lists the world',
    entry: base('wildgrass', 'Wildgrass', 'Wildgrass (sold)', 'dnsbl.wildgrass.example', 'low'),
  },
  {
    manner: 'sound',
    entry: {
      ...base('inkwell', 'Inkwell Domains', 'Inkwell', 'domains.inkwell.example', 'high'),
      kinds: ['domain'],
      domain_form: 'registered',
      match: 'exact',
      return_codes: { '127.0.1.2': 'domain used in spam' },
      test_listed: { domain: 'test' },
      test_clean: { domain: 'invalid' },
      delisting: {
        url: 'https://inkwell.example/check',
        method: 'self-service',
        policy: 'The owner removes the domain once; it stays listed twelve hours after the last spam otherwise.',
        expected_hours: [1, 12],
        needs: ['cause found and stopped'],
      },
    },
    look: byRule({
      code: '127.0.1.2',
      text: (run) => `Used as sender of spam since ${clockTime(run.since)} UTC`,
      fromRecipients: 150,
      afterMs: 90 * MINUTE_MS,
      quietMs: 12 * HOUR_MS,
    }),
  },
];

function base(id: string, name: string, operator: string, zone: string, impact: string) {
  return {
    id,
    name,
    operator,
    zone,
    kinds: ['ipv4', 'ipv6'],
    impact,
    impact_reason: 'A list of the practice workspace.',
    test_listed: { ipv4: '127.0.0.2', ipv6: '::ffff:7f00:2' },
    test_clean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
    test_basis: 'documented',
    usage_terms: 'For practice.',
  };
}

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
