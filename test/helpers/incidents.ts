// Findings and dependencies to open incidents with in tests.
import type { Db } from '../../src/db/open.js';
import type { BlockFinding, CompromiseFinding } from '../../src/detection/finding.js';
import type { OpenDeps } from '../../src/incidents/open.js';
import type { ResolveDeps } from '../../src/incidents/resolve.js';
import { Customer } from '../../src/partners/directory.js';

export const T0 = Date.UTC(2026, 2, 3, 2, 15);
export const ANN = { id: 'U0ANN', name: 'Ann' };
export const BEN = { id: 'U0BEN', name: 'Ben' };

export const ACME = Customer.parse({
  id: 'acme',
  name: 'Acme Mills',
  domains: ['acme.example'],
  sasl_domains: ['acme.example'],
});

/** What most lists are in tests. */
export const SERIOUS = { impact: 'high', confidence: 'high', scope: 'address' } as const;

export function incidentDeps(db: Db, now: () => number = () => T0): OpenDeps & ResolveDeps {
  return {
    db,
    now,
    speed: 1,
    channelFor: (kind) => (kind === 'compromise' ? '#abuse-desk' : '#deliverability'),
    describeList: (id) =>
      id.startsWith('zen') || id === 'spamhaus-zen'
        ? { id: 'spamhaus-zen', name: 'Spamhaus ZEN', inDns: true, ...SERIOUS }
        : { id, name: id, inDns: false, ...SERIOUS },
    ownerOfDomain: (domain) => ({ 'acme.example': 'acme', 'bolt.example': 'bolt' })[domain],
    poolOf: () => undefined,
    isAsked: () => true,
    hits: () => ({ hits: 0 }),
    listings: { groupMinutes: 60, stormAfter: 5 },
    customer: (id) => (id === ACME.id ? ACME : undefined),
  };
}

export function stolenMailbox(change: Partial<CompromiseFinding> = {}): CompromiseFinding {
  return {
    kind: 'single',
    key: 'compromise:acme:kim@acme.example',
    at: T0,
    since: T0 - 600_000,
    customer: 'acme',
    senders: ['kim@acme.example'],
    senderCount: 1,
    logins: ['kim@acme.example'],
    sharedLogins: [],
    clientIps: ['192.0.2.9'],
    messages: 20,
    recipients: 60,
    confidence: 0.98,
    evidence: ['60 recipients in 10 min, usual 4 an hour'],
    ...change,
  };
}

export function microsoftBlock(change: Partial<BlockFinding> = {}): BlockFinding {
  return {
    kind: 'blocklist',
    key: 'block:microsoft-consumer:203.0.113.17',
    at: T0,
    since: T0,
    ip: '203.0.113.17',
    relay: 'relay1',
    provider: 'microsoft-consumer',
    code: 'S3140',
    reply: "550 5.7.1 Unfortunately, messages from [203.0.113.17] weren't sent. (S3140)",
    refusals: 3,
    customers: ['acme'],
    ...change,
  };
}
