// Every message the app can make, in every state and with hostile text, is one that Slack takes and that nobody outside can bend.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../../src/audit/record.js';
import type { CheckResult } from '../../../src/blocklists/check.js';
import type { Look } from '../../../src/hygiene/look.js';
import type { Incident, IncidentState } from '../../../src/incidents/incident.js';
import { SEVERITIES } from '../../../src/incidents/listings/severity.js';
import { NOISE_KINDS, NOISE_REASONS, type Teaching } from '../../../src/incidents/noise/noise.js';
import { alertMessage } from '../../../src/slack/messages/alert.js';
import type { Message } from '../../../src/slack/messages/blocks.js';
import { textInput } from '../../../src/slack/messages/blocks.js';
import { type CardView, incidentCard } from '../../../src/slack/messages/card.js';
import { checkProgress, checkResult } from '../../../src/slack/messages/check-result.js';
import type { ContainmentView } from '../../../src/slack/messages/containment-lines.js';
import { type DigestView, digestMessage } from '../../../src/slack/messages/digest.js';
import { dnscheckProgress, dnscheckResult, lookNote } from '../../../src/slack/messages/dnscheck.js';
import { dnscheckNews } from '../../../src/slack/messages/dnscheck-news.js';
import { heldListMessage } from '../../../src/slack/messages/held-list.js';
import { homeView } from '../../../src/slack/messages/home.js';
import type { ListingView } from '../../../src/slack/messages/listing/listing-card.js';
import { listingNote } from '../../../src/slack/messages/listing/listing-note.js';
import type { KnownAbout } from '../../../src/slack/messages/noise/explained.js';
import { type WhyView, whyMessage } from '../../../src/slack/messages/noise/explanation.js';
import { type NoiseLine, noiseList, undoneNote } from '../../../src/slack/messages/noise/noise.js';
import { noiseForm } from '../../../src/slack/messages/noise/noise-form.js';
import { brokeDown, history, lostRace, noteSaved, notPossible, refusal } from '../../../src/slack/messages/private.js';
import { EMOJI } from '../../../src/slack/messages/text/spoken.js';
import { timelineReply } from '../../../src/slack/messages/timeline.js';
import { checkTokens, faultsOf, viewFaults } from '../../helpers/block-kit.js';

const T = Date.UTC(2026, 2, 3, 10, 42);

const HOSTILE = [
  '<!channel> free money',
  '<!here|x>@evil.example',
  '<https://evil.example|Mark resolved>',
  '`rm` ``` *bold* _it_ ~no~',
  '&lt;!channel&gt; &amp; & <',
  '\u202Egnp.exe\u200B\u0000\u0007',
  '\u2067moc.elpmaxe@\u2069\u200fkim\u061c\u202a',
  'a\nb\r\nc\u2028d > quoted',
  '&'.repeat(10_000),
  '<'.repeat(5_000),
  '😀👨‍👩‍👧'.repeat(3_000),
  `${'x'.repeat(149)}😀`,
  '',
];
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 4000 }),
  fc.string({ maxLength: 60 }),
);
const few = fc.array(hostile, { maxLength: 30 });
const when = fc.integer({ min: T - 1e9, max: T });
const maybe = <V>(arb: fc.Arbitrary<V>) => fc.option(arb, { nil: null });
const size = fc.nat({ max: 10_000_000 });

const compromise = fc.record({
  kind: fc.constant('compromise' as const),
  shape: fc.constantFrom('single' as const, 'multiple' as const),
  senders: few,
  senderCount: size,
  logins: few,
  sharedLogins: few,
  clientIps: few,
  messages: size,
  recipients: size,
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  isCold: fc.boolean(),
  wasNoise: fc.record({
    ...{ teaching: fc.nat(), incidentId: fc.nat(), at: when, byName: hostile, note: maybe(hostile), now: few },
    reason: fc.constantFrom(...NOISE_REASONS),
  }),
});
const entry = fc.record({
  target: hostile,
  list: hostile,
  listName: hostile,
  inDns: fc.boolean(),
  codes: few,
  text: hostile,
  impact: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const, 'low' as const),
  confidence: fc.constantFrom('high' as const, 'medium' as const, 'low' as const),
  scope: fc.constantFrom('address' as const, 'range' as const, 'network' as const, 'domain' as const),
  meanings: few,
  removalUrl: fc.oneof(hostile, fc.constant('https://removal.example/?ip=192.0.2.1')),
  customers: few,
  refusals: size,
  firstSeenAt: when,
  lastSeenAt: when,
  isFirstLook: fc.boolean(),
  bounce: fc.record({ at: when, queueId: hostile, recipientDomain: hostile }),
  isConfirmed: fc.boolean(),
});
const gone = fc.tuple(entry, when).map(([value, clearedAt]) => ({ ...value, clearedAt }));
const listing = fc.record({
  kind: fc.constant('listing' as const),
  entries: fc.array(fc.oneof(entry, gone), { minLength: 1, maxLength: 120 }),
  isFirstLook: fc.boolean(),
  earlierIncident: fc.nat(),
});
const facts = {
  id: fc.integer({ min: 1, max: 1e9 }),
  state: fc.constantFrom<IncidentState>('open', 'contained', 'resolved'),
  rev: fc.nat(),
  key: fc.oneof(hostile, fc.constant('listing:storm')),
  evidence: few,
  occurrences: fc.integer({ min: 1, max: 1e6 }),
  since: when,
  openedAt: when,
  openedBy: hostile,
  lastSeenAt: when,
  resolvedAt: maybe(when),
  resolvedBy: maybe(hostile),
  resolution: maybe(hostile),
  channel: hostile,
  messageTs: maybe(hostile),
};
const incident: fc.Arbitrary<Incident> = fc.oneof(
  fc.record({ ...facts, kind: fc.constant('compromise' as const), customer: hostile, subject: compromise }),
  fc.record({ ...facts, kind: fc.constant('listing' as const), customer: fc.constant(null), subject: listing }),
);
const containment: fc.Arbitrary<ContainmentView> = fc.record({
  id: fc.integer({ min: 1, max: 1e6 }),
  incidentId: fc.integer({ min: 1, max: 1e6 }),
  action: fc.constantFrom('block-sender' as const, 'suspend-outbound' as const, 'reroute' as const),
  customer: hostile,
  customerName: hostile,
  senders: few,
  logins: few,
  route: maybe(hostile),
  reason: maybe(hostile),
  placedAt: when,
  placedBy: hostile,
  effectiveAt: maybe(when),
  failure: maybe(hostile),
  hits: size,
  lastHitAt: maybe(when),
  liftedAt: maybe(when),
  liftedBy: maybe(hostile),
  liftReason: maybe(hostile),
  outOfForceAt: maybe(when),
  ownSenders: fc.constant(null),
  toldOthers: fc.constant(null),
});
const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
const mend = fc.oneof(
  fc.record({ action: fc.constantFrom('open-compromise', 'dnscheck-address'), label: hostile, arg: fc.constant('x') }),
  fc.record({ action: fc.constant('show-incident'), label: hostile, url: fc.constant('https://x.slack.example/p1') }),
);
const point = fc.record(
  {
    id: fc.constantFrom('suspect' as const, 'compromise' as const, 'quiet' as const, 'ptr' as const),
    isMet: fc.boolean(),
    text: hostile,
    mend,
    otherwise: mend,
    opensAt: when,
  },
  { requiredKeys: ['id', 'isMet', 'text'] },
);
const request = fc.record({
  id: fc.integer({ min: 1, max: 1e6 }),
  incidentId: fc.constant(12),
  target: hostile,
  list: hostile,
  attempt: fc.integer({ min: 1, max: 9 }),
  requestedAt: when,
  requestedBy: hostile,
  requestedByName: hostile,
  reference: maybe(hostile),
  claim: hostile,
  overrideReason: maybe(hostile),
  earlierRequest: maybe(fc.nat()),
  state: fc.constantFrom('waiting' as const, 'cleared' as const, 'refused' as const, 'overdue' as const),
  answer: maybe(hostile),
  halfAt: when,
  fullAt: when,
  halfDoneAt: maybe(when),
  fullDoneAt: maybe(when),
  closedAt: maybe(when),
});
const trouble = fc.record(
  {
    id: fc.constantFrom('spam' as const, 'ptr' as const, 'dedicated' as const, 'again' as const),
    state: fc.constantFrom('ok' as const, 'bad' as const, 'unknown' as const),
    text: hostile,
    mend,
    opensAt: when,
  },
  { requiredKeys: ['id', 'state', 'text'] },
);
const suspect = fc.record(
  {
    customer: fc.constant('acme'),
    customerName: hostile,
    likelihood: fc.double({ min: 0, max: 1, noNaN: true }),
    evidence: few,
    incidentId: fc.integer({ min: 1, max: 1e6 }),
    isLinked: fc.boolean(),
    link: fc.constant('https://northrelay.slack.com/archives/C0ABUSE001/p1'),
  },
  { requiredKeys: ['customer', 'customerName', 'likelihood', 'evidence', 'isLinked'] },
);
const around: fc.Arbitrary<ListingView> = fc.record(
  {
    impact: fc.record({
      share,
      messages: size,
      customers: size,
      addresses: fc.nat({ max: 99 }),
      cleanAddresses: fc.nat({ max: 99 }),
      cleanRelays: fc.nat({ max: 99 }),
    }),
    suspects: fc.array(suspect, { maxLength: 8 }),
    gate: fc.record({ isOpen: fc.boolean(), points: fc.array(point, { maxLength: 40 }) }),
    requests: fc.array(request, { maxLength: 40 }),
    snds: few,
    notices: fc.record({ sent: fc.nat({ max: 99 }), drafted: fc.nat({ max: 99 }) }),
    overdue: fc.array(fc.record({ request, troubles: fc.array(trouble, { maxLength: 6 }) }), { maxLength: 5 }),
    relisted: fc.array(
      fc.tuple(request, hostile).map(([row, listName]) => ({ ...row, listName })),
      { maxLength: 5 },
    ),
  },
  { requiredKeys: [] },
);
const teaching: fc.Arbitrary<Teaching> = fc.record({
  id: fc.integer({ min: 1, max: 1e6 }),
  incidentId: fc.integer({ min: 1, max: 1e6 }),
  customer: hostile,
  key: maybe(
    fc.oneof(
      hostile,
      hostile.map((name) => `acme|login:${name}`),
    ),
  ),
  sender: maybe(hostile),
  kind: fc.constantFrom(...NOISE_KINDS),
  reason: fc.constantFrom(...NOISE_REASONS),
  note: maybe(hostile),
  marked: fc.constant({
    ...{ shape: 'single' as const, recipients: 60, senderCount: 1, clientIps: [], lastedMs: 1, signs: [] },
    hasForeignSenders: false,
  }),
  at: when,
  by: hostile,
  byName: hostile,
  until: when,
  undoneAt: maybe(when),
  undoneBy: maybe(hostile),
  undoneByName: maybe(hostile),
  matched: size,
  lastMatchedAt: maybe(when),
  notedAt: maybe(when),
});
const noiseLine: fc.Arbitrary<NoiseLine> = fc.record({
  ...{ teaching, customerName: hostile, runs: size, recipients: size, isInForce: fc.boolean() },
  ongoing: fc.record({ runs: size, recipients: size }),
});
const card: fc.Arbitrary<CardView> = fc.record(
  {
    incident,
    containments: fc.array(containment, { maxLength: 40 }),
    customerName: hostile,
    targets: fc.record({ senders: few, logins: few }),
    partnerName: fc.option(hostile, { nil: undefined }),
    messagesPerDay: fc.option(size, { nil: undefined }),
    hitNames: few,
    routeName: fc.option(hostile, { nil: undefined }),
    listing: around,
    noise: noiseLine,
    run: fc.record({
      ...{ lastAt: when, wasRefused: fc.boolean() },
      state: fc.constantFrom(
        'on' as const,
        'tried' as const,
        'stopped' as const,
        'silent' as const,
        'unknown' as const,
      ),
    }),
  },
  {
    requiredKeys: [
      'incident',
      'containments',
      'customerName',
      'targets',
      'partnerName',
      'messagesPerDay',
      'hitNames',
      'routeName',
    ],
  },
);
const auditRow: fc.Arbitrary<AuditRow> = fc.record({
  seq: fc.integer({ min: 1, max: 1e6 }),
  at: when,
  actor: hostile,
  actorName: hostile,
  verb: fc.oneof(
    fc.constantFrom(
      'open',
      'block-sender',
      'suspend-outbound',
      'reroute',
      'lift',
      'resolve',
      'reopen',
      'note',
      'check-again',
      'in-force',
      'join',
      'listed-again',
      'request-delisting',
      'record-answer',
      'no-culprit',
      'unsay-no-culprit',
      'withdraw-request',
      'held-by-other',
      'loose-by-other',
      're-check',
      'overdue',
      'delisted',
      'relisted',
      'link',
      'open-compromise',
      'unlink',
      'cleared',
      'mark-noise',
      'undo-noise',
      'held-back',
    ),
    hostile,
  ),
  subject: hostile,
  outcome: fc.constantFrom('done' as const, 'refused' as const, 'lost-race' as const, 'failed' as const),
  reason: maybe(hostile),
  details: fc.oneof(
    fc.record({
      action: hostile,
      customer: hostile,
      customers: few,
      route: hostile,
      why: hostile,
      result: hostile,
      hits: size,
      stillInForce: size,
    }),
    fc.record({ target: hostile, listName: hostile, targets: size, lists: size, left: size }),
    fc.record({
      ...{ target: hostile, list: hostile, listName: hostile, result: hostile, claim: hostile, by: hostile },
      ...{ attempt: size, fullAt: when, closedAt: when, waitedMs: size, reference: hostile, override: fc.boolean() },
      answer: fc.constantFrom('none', 'accepted', 'refused'),
      shut: few,
      troubles: fc.array(fc.oneof(trouble, hostile), { maxLength: 8 }),
      isUnqualified: fc.boolean(),
    }),
    fc.record({
      ...{ noise: fc.constantFrom(...NOISE_REASONS), scope: fc.constantFrom('sender', 'entry', 'customer', 'x') },
      ...{ sender: maybe(hostile), kind: fc.constantFrom(...NOISE_KINDS), until: when, lifted: fc.array(fc.nat()) },
      ...{ liftedActions: fc.array(fc.constantFrom('block-sender', 'reroute', 'other')) },
      ...{ stillInForce: fc.nat(), messages: size, recipients: size, undone: few, differs: few },
    }),
    fc.constant({}),
  ),
  prevHash: fc.constant(''),
  hash: fc.constant(''),
});
const result: fc.Arbitrary<CheckResult> = fc.record({
  target: hostile,
  list: hostile,
  zone: hostile,
  verdict: fc.constantFrom('listed' as const, 'clear' as const, 'refused' as const, 'unknown' as const),
  codes: few,
  meanings: few,
  text: hostile,
  ms: size,
});
const listingRow = fc.record({
  id: fc.nat(),
  target: hostile,
  list: hostile,
  listName: hostile,
  severity: fc.constantFrom(...SEVERITIES),
  codes: few,
  text: maybe(hostile),
  incidentId: maybe(fc.nat()),
  firstSeenAt: when,
  lastSeenAt: when,
  clearedAt: maybe(when),
  clearedBy: maybe(hostile),
  clearOnceAt: maybe(when),
});
const open = fc.array(
  fc.record({
    incident,
    customerName: hostile,
    link: fc.constantFrom(undefined, 'https://northrelay.slack.com/archives/C0ABUSE001/p1'),
    severity: fc.constantFrom(undefined, ...SEVERITIES),
  }),
  { maxLength: 40 },
);
const dnsPoint = fc.record(
  {
    state: fc.constantFrom('ok' as const, 'bad' as const, 'unknown' as const),
    text: hostile,
    record: hostile,
    selector: hostile,
    advice: fc.oneof(
      hostile,
      hostile.map((text) => `TXT at x: v=spf1 ${text}`),
    ),
    lastKnown: fc.record({
      state: fc.constantFrom('ok' as const, 'bad' as const),
      text: hostile,
      record: hostile,
      at: when,
    }),
  },
  { requiredKeys: ['state', 'text'] },
);
const look: fc.Arbitrary<Look> = fc.oneof(
  fc.record({
    kind: fc.constant('address' as const),
    ip: hostile,
    lookedAt: when,
    ptr: dnsPoint,
    helo: dnsPoint,
    spf: dnsPoint,
  }),
  fc.record({
    ...{ kind: fc.constant('domain' as const), domain: hostile, lookedAt: when },
    ...{ spf: dnsPoint, dkim: fc.array(dnsPoint, { maxLength: 3 }), dmarc: dnsPoint },
  }),
);
const known = fc.record({
  state: fc.constantFrom('ok' as const, 'bad' as const),
  text: hostile,
  at: when,
  record: hostile,
});
const dnsChanges = fc.array(
  fc.record({
    ...{ name: fc.oneof(fc.constantFrom('PTR', 'SPF', 'HELO', 'DMARC', 'DKIM s1'), hostile), of: hostile },
    ...{ isAddress: fc.boolean(), customerName: hostile, before: known, after: known },
  }),
  { maxLength: 40 },
);
const share01 = fc.double({ min: 0, max: 1, noNaN: true });
const nats = fc.double({ min: -40, max: 40, noNaN: true });
const knownAbout: fc.Arbitrary<KnownAbout> = fc.record(
  {
    customer: fc.oneof(hostile, fc.constant('unattributed')),
    customerName: hostile,
    entry: fc.record({ kind: fc.constantFrom('login' as const, 'address' as const, 'sender' as const), name: hostile }),
    scope: fc.constantFrom('sender' as const, 'entry' as const, 'strangers' as const),
    name: hostile,
    isDeclaredBulk: fc.boolean(),
    knownSince: when,
    hoursKnown: fc.double({ min: 0, max: 5000, noNaN: true }),
    activity: fc.record({ since: when, lastAt: when, messages: size, recipients: size, senders: size }),
    evidence: nats,
    needed: nats,
    learned: fc.double({ min: -2.3, max: 2.3, noNaN: true }),
    confidence: share01,
    isAlarm: fc.boolean(),
    signs: fc.array(fc.record({ group: hostile, weight: nats, sentence: hostile }), { maxLength: 20 }),
    habit: fc.record({
      messagesADay: fc.double({ min: 0, max: 1e6, noNaN: true }),
      recipientsAnHour: fc.double({ min: 0, max: 1e6, noNaN: true }),
      newRecipientShare: share01,
      unknownUserShare: share01,
    }),
  },
  {
    requiredKeys: [
      ...([
        'customer',
        'customerName',
        'entry',
        'scope',
        'name',
        'isDeclaredBulk',
        'knownSince',
        'hoursKnown',
      ] as const),
      ...(['evidence', 'needed', 'confidence', 'isAlarm', 'signs', 'habit'] as const),
    ],
  },
);
const senders = fc.array(
  fc.record({
    ...{ customer: hostile, customerName: hostile, sender: hostile },
    ...{ messages: size, refused: size, complaints: size, newRecipients: size },
  }),
  { maxLength: 5 },
);
const digest: fc.Arbitrary<DigestView> = fc.record({
  from: when,
  to: when,
  open,
  resolved: open,
  inForce: fc.array(containment, { maxLength: 40 }),
  lifted: fc.array(containment, { maxLength: 40 }),
  opened: fc.array(listingRow, { maxLength: 40 }),
  requests: fc.array(
    fc.tuple(request, hostile).map(([row, listName]) => ({ ...row, listName })),
    { maxLength: 40 },
  ),
  cleared: fc.array(listingRow, { maxLength: 40 }),
  volumes: fc.array(
    fc.record({ customerName: hostile, messages: size, recipients: size, bounced: size, refused: size }),
    { maxLength: 30 },
  ),
  senders: fc.record({ byRefusals: senders, byComplaints: senders, byNewRecipients: senders }),
  dnsChanges,
  troubles: few,
  noise: fc.record({ lines: fc.array(noiseLine, { maxLength: 20 }), idle: fc.nat({ max: 99 }) }),
});

function expectFine({ text, blocks }: Message): void {
  const faults = faultsOf('message', blocks, text);
  checkTokens(text, 'text', (where, what) => faults.push(`${where}: ${what}`));
  const [emoji] = EMOJI.filter((name) => text.includes(`:${name}:`));
  if (emoji) faults.push(`text: ${emoji} is read out`);
  expect(faults).toEqual([]);
}

describe('every message', () => {
  const many = { numRuns: 150 };

  it('is a card that Slack takes, in every state and whatever outsiders wrote', () => {
    fc.assert(
      fc.property(card, (view) => expectFine(incidentCard(view))),
      many,
    );
  });

  it('is a timeline reply and a history that Slack takes', () => {
    fc.assert(
      fc.property(fc.array(auditRow, { minLength: 1, maxLength: 30 }), incident, hostile, (rows, of, name) => {
        for (const row of rows) expectFine(timelineReply(row, () => name));
        expectFine(history(of, rows, 12_345, () => name));
      }),
      { numRuns: 60 },
    );
  });

  it('is a note that Slack takes', () => {
    const facts = fc.record({
      name: hostile,
      scope: fc.constantFrom('address' as const, 'network' as const),
    });
    fc.assert(fc.property(few, facts, (targets, list) => expectFine(listingNote(targets, list))));
  });

  it('is a held list that Slack takes, and an alert', () => {
    const end = fc.record({
      choice: fc.constantFrom('release' as const, 'ignore' as const, 'passed' as const),
      by: hostile,
      at: when,
    });
    const held = fc.record(
      {
        list: fc.constant('zen'),
        heldAt: when,
        kind: fc.constantFrom('ipv4' as const, 'ipv6' as const, 'domain' as const),
        targets: fc.array(hostile, { maxLength: 60 }),
        listed: size,
        of: size,
        end,
      },
      { requiredKeys: ['list', 'heldAt', 'kind', 'targets', 'listed', 'of'] },
    );
    fc.assert(
      fc.property(held, hostile, few, (view, name, lines) => {
        expectFine(heldListMessage(view, { name }));
        expectFine(heldListMessage(view, { name, lookupUrl: 'https://lookup.example/?q=192.0.2.1' }));
        expectFine(alertMessage(lines.join('\n')));
      }),
      many,
    );
  });

  it('is a check result that Slack takes, private and shared', () => {
    const describe = (name: string) => () => ({ name, removalUrl: name, lookupUrl: 'https://lookup.example/' });
    fc.assert(
      fc.property(fc.array(result, { maxLength: 60 }), hostile, hostile, (results, target, name) => {
        expectFine(checkResult({ id: 'x', target, at: T, results }, describe(name)));
        expectFine(checkResult({ id: 'x', target, at: T, results }, describe(name), name));
        expectFine(checkProgress(target, 3, 10));
      }),
      many,
    );
  });

  it('is a look at the DNS, and news of it, that Slack takes', () => {
    const first = fc.record({ looks: size, ok: size, unknown: size, bad: few });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 4 }), hostile, first, dnsChanges, (looks, text, firstLooks, changes) => {
        expectFine(dnscheckProgress(text, 1, 3));
        expectFine(dnscheckResult({ id: 'x', target: text, at: T, looks, strangers: [text] }));
        expectFine(dnscheckResult({ id: 'x', target: text, at: T, looks, strangers: [] }, text));
        expectFine(lookNote(looks));
        const news = dnscheckNews(firstLooks, changes);
        if (news) expectFine(news);
      }),
      // Looks hold so much that a failure would be made smaller for minutes.
      { ...many, endOnFailure: true },
    );
  });

  it('is a look at ten domains with long records, and news of fifteen, that Slack takes', () => {
    const includes = Array.from({ length: 40 }, (_, i) => `include:spf${i}.provider${i}.example`).join(' ');
    const record = `v=spf1 ${includes} -all`;
    const spf = { state: 'bad' as const, text: 'too many look-ups', record, advice: `Publish TXT: ${record}` };
    const looks = Array.from({ length: 10 }, (_, i) => ({
      ...{ kind: 'domain' as const, domain: `domain${i}.example`, lookedAt: T, spf, dkim: [], dmarc: spf },
    }));
    const changes = Array.from({ length: 15 }, (_, i) => ({
      ...{ name: 'SPF', of: `domain${i}.example`, isAddress: false, customerName: 'Kvist AS' },
      ...{ before: { state: 'ok' as const, text: 'fine', record: `${record} `, at: T }, after: { ...spf, at: T } },
    }));

    const result = dnscheckResult({ id: 'x', target: 'Kvist AS', at: T, looks, strangers: [] });
    expectFine(result);
    expect(JSON.stringify(result.blocks)).toContain('more than fits');
    const news = dnscheckNews({ looks: 0, ok: 0, unknown: 0, bad: [] }, changes);
    if (news) expectFine(news);
    const told = news?.blocks.filter(({ type }) => type === 'section').length ?? 0;
    expect(JSON.stringify(news?.blocks)).toContain(`and ${15 - (told - 1)} more changes`);
  });

  it('is a form whose long text begins as it reads', () => {
    const input = textInput({ id: 'x', label: 'x', most: 3000, initial: 'a\n\u202egnp.exe\u202c\u0007' });
    expect(input.element).toMatchObject({ initial_value: 'a\ngnp.exe' });
  });

  it('is an answer to why, a list of noise and a form that Slack takes', () => {
    const volume = fc.record({ customerName: hostile, messages: size, recipients: size, bounced: size });
    const view: fc.Arbitrary<WhyView> = fc.record(
      {
        query: hostile,
        at: fc.constant(T),
        answer: fc.constantFrom('answered' as const, 'late' as const),
        known: fc.array(knownAbout, { maxLength: 8 }),
        incidents: fc.array(
          fc.record({
            incident,
            customerName: hostile,
            link: fc.constantFrom(undefined, 'https://northrelay.slack.com/archives/C0/p1'),
          }),
          { maxLength: 8 },
        ),
        inForce: fc.array(
          fc.record({
            row: containment,
            incident,
            link: fc.constantFrom(undefined, 'https://northrelay.slack.com/archives/C0/p1'),
          }),
          { maxLength: 8 },
        ),
        noise: fc.array(noiseLine, { maxLength: 8 }),
        volume,
      },
      { requiredKeys: ['query', 'at', 'answer', 'known', 'incidents', 'inForce', 'noise'] },
    );
    const scopes = fc.subarray(['sender' as const, 'entry' as const, 'customer' as const], { minLength: 1 });
    fc.assert(
      fc.property(
        ...([view, fc.array(noiseLine, { maxLength: 30 }), fc.integer(), incident, scopes] as const),
        ...([fc.array(containment, { maxLength: 12 }), fc.boolean(), hostile] as const),
        (why, lines, page, found, taught, inForce, mayLift, customerName) => {
          expectFine(whyMessage(why));
          expectFine(noiseList(lines, page));
          for (const { teaching: each } of lines)
            for (const undone of [
              { kind: 'lost-race', teaching: each, stillBy: undefined } as const,
              {
                kind: 'done',
                teaching: each,
                stillBy: undefined,
                putBack: { incident: found, lifted: inForce },
              } as const,
            ])
              expectFine(undoneNote(undone, 'https://w.slack.example/archives/C1/p1'));
          const state = { incident: 1, rev: 1 };
          const form = noiseForm({ id: 'x', state, incident: found, customerName, scopes: taught, inForce, mayLift });
          expect(viewFaults(form)).toEqual([]);
        },
      ),
      { ...many, endOnFailure: true },
    );
  });

  it('is a digest and a Home tab that Slack takes', () => {
    fc.assert(
      fc.property(digest, few, (view, texts) => {
        expectFine(digestMessage(view));
        const health = texts.map((text) => ({ name: text, ok: text.length % 2 === 0, text }));
        const home = homeView({
          at: T,
          open: view.open,
          inForce: view.inForce,
          listed: view.opened,
          health,
          help: ['*help*'],
        });
        expect(viewFaults(home)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is a private answer that Slack takes', () => {
    fc.assert(
      fc.property(hostile, hostile, auditRow, incident, (verb, why, row, found) => {
        expectFine(lostRace(verb, row));
        expectFine(notPossible(verb, why));
        expectFine(noteSaved(1, why, true));
        expectFine(brokeDown(verb, why, found, 'ab12'));
        expectFine(refusal(verb, 'no.'));
      }),
      many,
    );
  });
});
