// The card in each state, as a technician reads it. The snapshots are for reading: a change in them is a change in what people see.
import { describe, expect, it } from 'vitest';
import type {
  CompromiseIncident,
  CompromiseSubject,
  Incident,
  ListedEntry,
  ListingIncident,
  ListingSubject,
} from '../../../src/incidents/incident.js';
import type { WasNoise } from '../../../src/incidents/noise/noise.js';
import type { Run } from '../../../src/incidents/running.js';
import { UNATTRIBUTED } from '../../../src/mail/customer.js';
import type { CardView } from '../../../src/slack/messages/card.js';
import { incidentCard } from '../../../src/slack/messages/card.js';
import { confirmForm } from '../../../src/slack/messages/consequences.js';
import type { ContainmentView } from '../../../src/slack/messages/containment-lines.js';
import type { DelistingRequest, ListingView } from '../../../src/slack/messages/listing/listing-card.js';
import type { NoiseLine } from '../../../src/slack/messages/noise/noise.js';
import { history } from '../../../src/slack/messages/private.js';

const T = Date.UTC(2026, 2, 3, 10, 42);

const stolen: CompromiseIncident = {
  id: 12,
  kind: 'compromise',
  state: 'open',
  rev: 3,
  key: 'k',
  customer: 'acme',
  subject: {
    kind: 'compromise',
    shape: 'single',
    senders: ['kim@acme.example'],
    senderCount: 1,
    logins: ['kim@acme.example'],
    sharedLogins: [],
    clientIps: ['192.0.2.9', '192.0.2.10', '198.51.100.4', '198.51.100.5'],
    messages: 55,
    recipients: 148,
    confidence: 0.98,
    evidenceOf: { from: T - 27 * 60_000, to: T - 5 * 60_000 },
  },
  evidence: ['148 recipients in 27 min, usual 6 an hour', '143 never written to before', '38 % unknown users'],
  occurrences: 1,
  since: T - 27 * 60_000,
  openedAt: T,
  openedBy: 'relaywarden',
  lastSeenAt: T,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  channel: 'C0ABUSE001',
  messageTs: '1.1',
};
const machine: CompromiseIncident = {
  ...stolen,
  subject: {
    ...stolen.subject,
    shape: 'multiple',
    senders: ['a@x.example', 'b@y.example', 'c@z.example', 'd@q.example'],
    senderCount: 1200,
    logins: [],
  },
};
const listing: ListingIncident = {
  ...stolen,
  kind: 'listing',
  customer: null,
  subject: {
    kind: 'listing',
    isFirstLook: false,
    entries: [
      {
        target: '203.0.113.22',
        list: 'microsoft-consumer',
        listName: 'Microsoft',
        inDns: false,
        impact: 'high',
        confidence: 'high',
        scope: 'address',
        codes: ['S3140'],
        meanings: [],
        text: '550 5.7.1 part of their network is on our block list (S3140) <!channel>',
        removalUrl: 'https://removal.example/',
        customers: ['acme', 'boreal'],
        refusals: 39,
        firstSeenAt: T - 27 * 60_000,
        lastSeenAt: T,
      },
    ],
  },
  evidence: ['39 messages of 2 customers refused'],
};
const seenClear: Incident = {
  ...listing,
  subject: {
    ...listing.subject,
    entries: listing.subject.entries.map((entry) => ({ ...entry, clearedAt: T })),
  },
};
const block: ContainmentView = {
  id: 1,
  incidentId: 12,
  action: 'block-sender',
  customer: 'acme',
  customerName: 'Acme Mills',
  senders: ['kim@acme.example'],
  logins: ['kim@acme.example'],
  route: null,
  reason: null,
  placedAt: T,
  placedBy: 'Ann',
  effectiveAt: T,
  failure: null,
  hits: 41,
  lastHitAt: T,
  liftedAt: null,
  liftedBy: null,
  liftReason: null,
  outOfForceAt: null,
  ownSenders: null,
  toldOthers: null,
};
const base: CardView = {
  incident: stolen,
  containments: [],
  customerName: 'Acme Mills',
  partnerName: 'Northwind Partners',
  messagesPerDay: 1240,
  hitNames: [],
  targets: { senders: ['kim@acme.example'], logins: ['kim@acme.example'] },
  routeName: 'reserve',
};
const ofMachine = {
  ...base,
  incident: machine,
  targets: { senders: (machine.subject as { senders: string[] }).senders, logins: [] },
};
/** Of the 1,200. */
const ofThree = { ...block, senders: ofMachine.targets.senders.slice(0, 3), logins: [] };
const contained = { ...stolen, state: 'contained' as const };
const resolved = {
  ...stolen,
  state: 'resolved' as const,
  resolvedAt: T,
  resolvedBy: 'Ann',
  resolution: 'Found: phished · Done: password changed',
};

const noise: NoiseLine = {
  teaching: {
    ...{ id: 3, incidentId: 12, customer: 'acme', key: 'acme|login:kim@acme.example', sender: 'kim@acme.example' },
    ...{
      kind: 'single',
      reason: 'newsletter',
      note: null,
      at: T,
      by: 'U0ANN',
      byName: 'Ann',
      until: T + 30 * 86_400_000,
    },
    marked: {
      ...{ shape: 'single', recipients: 148, senderCount: 1, clientIps: [], lastedMs: 1, signs: [] },
      hasForeignSenders: false,
    },
    ...{ undoneAt: null, undoneBy: null, undoneByName: null, matched: 2, lastMatchedAt: T, notedAt: T },
  },
  customerName: 'Acme Mills',
  runs: 2,
  recipients: 300,
  isInForce: true,
};
const wasNoise: WasNoise = {
  ...{ teaching: 3, incidentId: 9, at: T - 5 * 86_400_000, byName: 'Ann', reason: 'newsletter', note: 'Asked Kim' },
  now: ['38 % unknown users (57 of 150)', '2 other senders: a@x.example, b@x.example'],
};

const ofBounces: CardView = {
  ...base,
  targets: { senders: [], logins: [] },
  incident: {
    ...stolen,
    subject: { ...(stolen.subject as CompromiseSubject), senders: ['<>'], logins: [], clientIps: ['192.0.2.8'] },
    evidence: ['82 % unknown users (74 of 90)'],
  },
};

const STATES: [string, CardView][] = [
  ['a stolen mailbox, open', base],
  ['a stolen mailbox that still sends', { ...base, run: { state: 'on', lastAt: T, wasRefused: false } }],
  ['one that fell silent', { ...base, run: { state: 'silent', lastAt: T - 3 * 3_600_000, wasRefused: false } }],
  [
    'one that still tries',
    { ...base, incident: contained, containments: [block], run: { state: 'tried', lastAt: T, wasRefused: true } },
  ],
  ['one of which nobody knows', { ...base, run: { state: 'unknown', lastAt: T - 3_600_000, wasRefused: false } }],
  ['blocking', { ...base, incident: contained, containments: [{ ...block, effectiveAt: null, hits: 0 }] }],
  ['blocked, with proof', { ...base, incident: { ...contained, occurrences: 14 }, containments: [block] }],
  ['blocked, without proof yet', { ...base, incident: contained, containments: [{ ...block, hits: 0 }] }],
  [
    'failed',
    {
      ...base,
      incident: contained,
      containments: [{ ...block, effectiveAt: null, failure: 'the policy server is down' }],
    },
  ],
  ['lifted', { ...base, containments: [{ ...block, liftedAt: T, liftedBy: 'Ann' }] }],
  ['resolved', { ...base, incident: resolved }],
  ['resolved, still blocked', { ...base, incident: resolved, containments: [block] }],
  [
    'a cold start',
    {
      ...base,
      incident: {
        ...stolen,
        subject: { ...(stolen.subject as CompromiseSubject), confidence: 0.71, isCold: true },
        evidence: [...stolen.evidence, 'a fourth reason that is behind Why?'],
      },
    },
  ],
  ['marked as noise', { ...base, incident: { ...resolved, resolution: 'Noise: newsletter' }, noise }],
  [
    'marked as noise and taken back',
    {
      ...base,
      incident: { ...resolved, resolution: 'Noise: newsletter' },
      noise: { ...noise, isInForce: false, teaching: { ...noise.teaching, undoneAt: T, undoneByName: 'Ben' } },
    },
  ],
  [
    'noise that became something else',
    { ...base, incident: { ...stolen, subject: { ...(stolen.subject as CompromiseSubject), wasNoise } } },
  ],
  ['bounces to strangers', ofBounces],
  ['a machine, open', ofMachine],
  [
    'a machine, suspended',
    {
      ...ofMachine,
      incident: { ...machine, state: 'contained' },
      containments: [{ ...block, action: 'suspend-outbound' }],
    },
  ],
  ['a machine, blocked in part', { ...ofMachine, containments: [ofThree] }],
  [
    'nobody’s',
    {
      ...base,
      incident: { ...stolen, customer: 'unattributed' },
      customerName: 'an unknown customer',
      partnerName: undefined,
      messagesPerDay: undefined,
    },
  ],
  [
    'a listing, open',
    { ...base, incident: listing, customerName: '', partnerName: undefined, hitNames: ['Acme Mills', 'Boreal Foods'] },
  ],
  [
    'a listing, re-routed',
    {
      ...base,
      incident: { ...listing, state: 'contained' },
      customerName: '',
      partnerName: undefined,
      containments: [{ ...block, action: 'reroute', route: 'reserve', senders: [], logins: [] }],
    },
  ],
  ['a listing, seen clear', { ...base, incident: seenClear, customerName: '', partnerName: undefined }],
];

const microsoft = (listing.subject as ListingSubject).entries[0] as ListedEntry;
const css: ListedEntry = {
  ...microsoft,
  target: '203.0.113.17',
  list: 'spamhaus-zen',
  listName: 'Spamhaus ZEN',
  inDns: true,
  impact: 'critical',
  codes: ['127.0.0.3'],
  meanings: ['CSS: sender of low reputation'],
  text: 'https://check.spamhaus.example/?q=203.0.113.17',
  customers: [],
  refusals: 0,
};
const lateral: ListedEntry = {
  ...css,
  list: 'uce3',
  listName: 'UCEPROTECT 3',
  impact: 'low',
  scope: 'network',
  text: '',
};
const many = (change: Partial<ListingSubject>): Incident => ({
  ...listing,
  subject: {
    ...(listing.subject as ListingSubject),
    entries: [
      lateral,
      css,
      { ...css, target: '203.0.113.18', text: '' },
      { ...css, list: 'b', listName: 'Barracuda', clearedAt: T },
    ],
    ...change,
  },
});
const listed = { ...base, customerName: '', partnerName: undefined, targets: { senders: [], logins: [] } };
const asked: DelistingRequest = {
  id: 5,
  incidentId: 12,
  target: '203.0.113.17',
  list: 'spamhaus-zen',
  attempt: 1,
  requestedAt: T,
  requestedBy: 'U0ANN',
  requestedByName: 'Ann',
  reference: '4711',
  claim: 'It is clean.',
  overrideReason: null,
  earlierRequest: null,
  state: 'waiting',
  answer: null,
  halfAt: T + 6 * 3_600_000,
  fullAt: T + 12 * 3_600_000,
  halfDoneAt: null,
  fullDoneAt: null,
  closedAt: null,
};
const around: ListingView = {
  impact: { share: 0.041, messages: 51_200, customers: 212, addresses: 4, cleanAddresses: 3, cleanRelays: 3 },
  suspects: [
    {
      customer: 'kvist',
      customerName: 'Kvist AS',
      likelihood: 0.62,
      evidence: ['41 % unknown users (311 of 760)'],
      incidentId: 9,
      isLinked: true,
      link: 'https://northrelay.slack.com/archives/C0ABUSE001/p1',
    },
    { customer: 'acme', customerName: 'Acme Mills', likelihood: 0.21, evidence: ['12 spam replies'], isLinked: false },
  ],
  gate: {
    isOpen: false,
    points: [
      { id: 'suspect', isMet: true, text: 'the cause is named' },
      {
        id: 'compromise',
        isMet: false,
        text: 'incident 9 (Kvist AS) is open: nothing holds it back',
        mend: {
          action: 'show-incident',
          label: 'Incident 9',
          url: 'https://northrelay.slack.com/archives/C0ABUSE001/p1',
        },
      },
      {
        id: 'quiet',
        isMet: false,
        text: 'Kvist AS is quiet since 2026-03-03 09:15 UTC, not yet 4 h',
        opensAt: T + 3 * 3_600_000,
      },
      { id: 'ptr', isMet: true, text: 'PTR of 203.0.113.17 passes: mx1.relay.example' },
    ],
  },
  notices: { sent: 1, drafted: 3 },
};
const LISTINGS: [string, CardView][] = [
  ['several addresses, the gate locked', { ...listed, incident: many({}), listing: around }],
  [
    'several addresses, the gate open',
    { ...listed, incident: many({}), listing: { ...around, gate: { isOpen: true, points: [] }, suspects: [] } },
  ],
  [
    'one that was asked to take us off',
    {
      ...listed,
      incident: many({ entries: [css], earlierIncident: 7 }),
      listing: { ...around, gate: { isOpen: true, points: [] }, suspects: [], requests: [asked] },
    },
  ],
  [
    'one refusal of a receiver, and what SNDS says',
    {
      ...listed,
      incident: many({
        entries: [
          {
            ...microsoft,
            refusals: 1,
            isConfirmed: false,
            bounce: { at: T, queueId: '4drSDD4sVZz2vpH', recipientDomain: 'hotmail.com' },
          },
        ],
      }),
      listing: {
        snds: ['Microsoft SNDS: 203.0.113.22 was RED on 2026-03-02 (800 recipients, complaints 0.3%, 4 trap hits)'],
      },
    },
  ],
  ['a first look', { ...listed, incident: many({ isFirstLook: true, entries: [{ ...css, isFirstLook: true }] }) }],
  [
    'a storm',
    {
      ...listed,
      incident: {
        ...many({
          entries: Array.from({ length: 300 }, (_, i) => ({
            ...css,
            target: `198.51.100.${i % 250}`,
            list: `l${i % 2}`,
            listName: `List ${i % 2}`,
          })),
        }),
        key: 'listing:storm',
      },
    },
  ],
];

describe('the card of a listing:', () => {
  it.each(LISTINGS)('%s', (_name, view) => {
    expect(readable(view)).toMatchSnapshot();
  });

  it('has at most two buttons beside the menu, and one primary among them', () => {
    for (const [, view] of LISTINGS) {
      const buttons = buttonsOf(view).filter(({ type }) => type === 'button');
      expect(buttons.length).toBeLessThanOrEqual(2);
      expect(buttons.slice(1).map(({ style }) => style)).not.toContain('primary');
    }
  });

  it('is never longer than Slack takes: the sample goes first, the buttons never', () => {
    const long = '"'.repeat(3000);
    const entries = Array.from({ length: 40 }, (_, i) => ({
      ...css,
      target: `192.0.2.${i}`,
      meanings: [long],
      text: long,
    }));
    const requests = entries.map(({ target }) => ({ ...asked, target, answer: long, requestedByName: long }));
    const points = Array.from({ length: 9 }, () => ({ id: 'ptr' as const, isMet: false, text: long }));
    const view = {
      ...listed,
      incident: many({ entries }),
      listing: { ...around, requests, gate: { isOpen: false, points } },
    };
    const { blocks } = incidentCard({ ...view, containments: Array(20).fill({ ...block, customerName: long }) });

    expect(JSON.stringify(blocks).length).toBeLessThan(12_000);
    expect(blocks.at(-1)?.type).toBe('actions');
    expect(JSON.stringify(blocks)).not.toContain('> \\"');
  });

  it('has the open points of the checklist, and of the others how many are met', () => {
    const [, locked] = LISTINGS[0] as [string, CardView];
    const points = (around.gate?.points ?? []).map((point) => ({ ...point, isMet: true }));
    const open = readable({ ...locked, listing: { ...around, gate: { isOpen: true, points } } });

    expect(readable(locked)).toContain('To ask for removal: 2 of 4 points met');
    expect(readable(locked)).not.toContain('the cause is named');
    expect(open).toContain(':white_check_mark: To ask for removal: 4 of 4 points met');
    expect(open).not.toMatch(/PTR|white_large_square/);
  });

  it('names two of those it hit, and how many more', () => {
    const hitNames = ['Acme Mills', 'Boreal', 'Kvist AS', 'Late Ltd'];
    expect(readable({ ...listed, incident: many({}), hitNames })).toContain(
      'Refused so far: Acme Mills, Boreal and 2 more',
    );
  });

  it('has a line of what a receiver said; the whole of it is in the history', () => {
    const text =
      `host mx.hotmail.example[192.0.2.67] said: 550 5.7.1 ${'Unfortunately, messages from this address were not sent. '.repeat(5)}`.trim();
    const bounce = { at: T, queueId: '4drSDD4sVZz2vpH', recipientDomain: 'hotmail.com' };
    const incident = many({ entries: [{ ...microsoft, text, bounce }] });

    const said = readable({ ...listed, incident })
      .split('\n')
      .find((line) => line.startsWith('> '));
    expect(said).toMatch(/^> 550 5\.7\.1 Unfortunately.*…$/);
    expect(said?.length).toBeLessThan(85);
    const shown = JSON.stringify(history(incident, [], 0, () => '').blocks);
    expect(shown).toContain(text);
    expect(shown).toContain('message 4drSDD4sVZz2vpH to hotmail.com, <!date');
    const byHost = many({ entries: [{ ...microsoft, text, bounce: { ...bounce, recipientDomain: '' } }] });
    expect(JSON.stringify(history(byHost, [], 0, () => '').blocks)).toContain('message 4drSDD4sVZz2vpH, <!date');
    expect(JSON.stringify(history(stolen, [], 0, () => '').blocks)).not.toContain('> ');
  });

  it('says at its foot what its time is of, and has none where only lists were asked', () => {
    const footOf = (...entries: Partial<ListedEntry>[]) =>
      readable({ ...listed, incident: many({ entries: entries.map((entry) => ({ ...microsoft, ...entry })) }) });

    expect(footOf({ refusals: 3 })).toMatch(/:red_circle: Open · last refusal <!date/);
    expect(footOf({ refusals: 3 }, { inDns: true, refusals: 0 })).toMatch(/Open · last news <!date/);
    expect(footOf({ inDns: true, refusals: 0 })).toMatch(/:red_circle: Open$/m);
  });

  it('carries what the person saw: which listing is asked about first, and how many were open', () => {
    const [, view] = LISTINGS[0] as [string, CardView];
    expect(menuOf(view)).toContain('request-delisting:12:3:spamhaus-zen|203.0.113.17');
    expect(menuOf(view)).toContain('resolve:12:3:3');
    const [, open] = LISTINGS[1] as [string, CardView];
    const request = buttonsOf(open).find(({ action_id: id }) => id === 'request-delisting');
    expect(request).toMatchObject({ style: 'primary', value: '12:3:spamhaus-zen|203.0.113.17' });
  });

  it('leaves out of the menu what is too long for it, and keeps the entry', () => {
    const entries = [
      { ...css, target: `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`, scope: 'domain' as const },
    ];
    const view = { ...listed, incident: many({ entries }), listing: around };
    expect(menuOf(view)).toContain('request-delisting:12:3');
  });
});

describe('the card of', () => {
  it.each(STATES)('%s', (_name, view) => {
    expect(readable(view)).toMatchSnapshot();
  });

  it('says when its figures were counted, also where a later finding counted less', () => {
    const incident = { ...stolen, subject: { ...stolen.subject, countedAt: T - 6 * 60_000 } };

    expect(readable({ ...base, incident })).toMatch(/55 messages, 148 recipients since .*\(counted at .*10:36 UTC>\)/);
  });

  it('has the recommended button first, and never two primary ones', () => {
    for (const [, view] of STATES) {
      const styles = buttonsOf(view).map(({ style }) => style);
      expect(styles.slice(1)).not.toContain('primary');
    }
    expect(buttonsOf(base)[0]).toMatchObject({ action_id: 'block-sender', style: 'primary', value: '12:3' });
  });

  it('has the one or two steps that matter now as buttons, and the menu within Slack’s limit', () => {
    const reopened = {
      ...base,
      targets: { senders: ['kim@acme.example', 'lee@acme.example'], logins: [] },
      containments: [block],
    };
    for (const [name, view] of [...STATES, ['open again', reopened] as const]) {
      const buttons = buttonsOf(view).filter(({ type }) => type === 'button');
      expect(buttons.length, name).toBeLessThanOrEqual(
        ['open again', 'a machine, open', 'a machine, blocked in part'].includes(name) ? 3 : 2,
      );
      expect(menuOf(view).length, name).toBeLessThanOrEqual(5);
      // Slack has one confirmation for a whole menu: what needs its own asks in a form.
      expect(buttonsOf(view).at(-1), name).toMatchObject({ type: 'overflow' });
      expect(buttonsOf(view).at(-1)?.confirm, name).toBeUndefined();
      const canLift = buttons.some(({ action_id }) => action_id === 'lift');
      expect(canLift, name).toBe(name === 'resolved, still blocked');
    }
  });

  it('has Why? beside the first step of a machine, too, and the block of its senders behind it', () => {
    const shown = buttonsOf(ofMachine).map(({ action_id }) => action_id);
    expect(shown).toEqual(['suspend-outbound', 'why', 'block-sender', 'incident-menu']);
  });

  it('loses no step to the menu', () => {
    const all = [
      ...buttonsOf(base).map(({ action_id }) => action_id),
      ...menuOf(base).map((value) => value.split(':')[0]),
    ];
    for (const step of ['block-sender', 'reroute', 'suspend-outbound', 'resolve', 'mark-noise', 'why', 'history'])
      expect(all.filter((each) => each === step)).toHaveLength(1);
  });

  it('says how many senders a block leaves out, and which it takes, because they are too many to name', () => {
    const blocking = buttonsOf(ofMachine).find(({ action_id }) => action_id === 'block-sender');

    expect(blocking?.text?.text).toBe('Block 4 of 1,200 senders');
    expect(blocking?.confirm?.text?.text).toBe(
      'Refuses 4 of 1,200 senders of Acme Mills until somebody lifts it: the busiest, for an incident names 200 at the most. 1,196 others go on, and a machine invents more: Suspend outbound stops them all.',
    );
  });

  it('says that it takes nobody of another customer’s domain', () => {
    const { subject } = ofMachine.incident;
    const incident = { ...ofMachine.incident, subject: { ...subject, senderCount: 4 } as CompromiseSubject };
    const targets = { senders: ofMachine.targets.senders.slice(1), logins: [] };
    const asked = buttonsOf({ ...ofMachine, incident, targets }).find(({ action_id }) => action_id === 'block-sender');

    expect(asked?.confirm?.text?.text).toMatch(/lifts it: none of another customer’s domain\. 1 other goes on/);
  });

  it('says of those that were seen since a block that they are more', () => {
    const earlier = { ...block, senders: ofMachine.targets.senders.slice(2), logins: [] };
    const blocking = buttonsOf({ ...ofMachine, containments: [earlier] }).find(
      ({ action_id }) => action_id === 'block-sender',
    );

    expect(blocking?.text?.text).toBe('Block 2 of 1,198 more senders');
    expect(blocking?.confirm?.text?.text).toContain(' 1,196 others go on,');
  });

  it('recommends no suspension that is in force, where a block is asked about', () => {
    const suspension = { ...block, action: 'suspend-outbound' as const, senders: [], logins: [] };
    const incident = { ...machine, state: 'contained' as const };
    const few = { ...incident, subject: { ...machine.subject, senderCount: 4 } as CompromiseSubject };
    const askedOf = (change: Partial<CardView>) => {
      const view = { ...ofMachine, incident, containments: [suspension], ...change };
      return JSON.stringify(confirmForm(view, 'block-sender', { incident: 12, rev: 3 }).blocks);
    };

    const suspended = 'lifts it. Outbound is suspended already, so nothing goes on until that is lifted.';
    expect(askedOf({ incident: few })).toContain(suspended);
    expect(askedOf({})).toContain('names 200 at the most. Outbound is suspended already');
    expect(askedOf({ containments: [{ ...suspension, liftedAt: T }] })).toContain('Suspend outbound stops them all');
  });

  it('says how much of a machine is blocked, and still has the suspension of all first', () => {
    const view = { ...ofMachine, containments: [ofThree], run: { state: 'on', lastAt: T, wasRefused: false } as Run };
    const text = readable(view);

    expect(text).toContain(
      ':red_circle: *Open* · 3 of 1,200 senders blocked; mail of the others passes\n*Still sending*',
    );
    expect(text).toMatch(/~ Incident 12 · Acme Mills · :red_circle: Open, blocked in part$/m);
    expect(buttonsOf(view)[0]).toMatchObject({ action_id: 'suspend-outbound', style: 'primary' });
    const suspended = { ...block, id: 2, action: 'suspend-outbound' as const, senders: [], logins: [] };
    const stopped = readable({
      ...ofMachine,
      incident: { ...machine, state: 'contained' },
      containments: [ofThree, suspended],
    });
    expect(stopped).toContain('*Contained* · held back until somebody lifts it');
    expect(stopped).toMatch(/~ Incident 12 · Acme Mills · :no_entry: Outbound suspended$/m);
  });

  it('highlights no closing of what goes on because nobody can be suspended', () => {
    const four = { ...ofThree, senders: ofMachine.targets.senders };
    const nobodys = { ...ofMachine, incident: { ...machine, customer: UNATTRIBUTED }, containments: [four] };

    expect(buttonsOf(nobodys).map(({ action_id, style }) => [action_id, style])).toEqual([
      ['why', undefined],
      ['resolve', undefined],
      ['incident-menu', undefined],
    ]);
  });

  it('names no suspension where nobody can be suspended, because the mail is nobody’s', () => {
    const { subject } = ofMachine.incident;
    const incident = { ...ofMachine.incident, customer: UNATTRIBUTED };
    const few = { ...incident, subject: { ...subject, senderCount: 4 } as CompromiseSubject };
    const askedOf = (incident: Incident) =>
      buttonsOf({ ...ofMachine, incident }).find(({ action_id }) => action_id === 'block-sender')?.confirm?.text?.text;

    expect(askedOf(incident)).toMatch(/names 200 at the most\. 1,196 others go on, and a machine invents more\.$/);
    expect(askedOf(few)).toMatch(/lifts it\. A machine that invents senders will invent others\.$/);
  });

  it('leaves nobody out who comes by a login that is blocked with them', () => {
    const { subject } = ofMachine.incident;
    const logins = ['web@acme.example'];
    const incident = { ...ofMachine.incident, subject: { ...subject, logins } as CompromiseSubject };
    const view = { ...ofMachine, incident, targets: { ...ofMachine.targets, logins } };
    const blocking = buttonsOf(view).find(({ action_id }) => action_id === 'block-sender');

    expect(blocking?.text?.text).toBe('Block 1,200 senders');
    expect(blocking?.confirm?.text?.text).toBe(
      'Refuses 1,200 senders of Acme Mills and all mail of the login web@acme.example until somebody lifts it.',
    );
  });

  it('names the times its figures are of, and those of all the mail, so that they add up', () => {
    const text = readable(base);

    expect(text).toMatch(
      /\*One address\* · 98 % sure · judged by its mail of <!date\S+ \{time\}\|2026-03-03 10:15 UTC>–<!date[^|]+\|2026-03-03 10:37 UTC>/,
    );
    expect(text).toMatch(
      /\*Sent so far:\* 55 messages, 148 recipients since <!date\S+ \{time\}\|2026-03-03 10:15 UTC> \(counted at <!date\S+\^\{time\}\|2026-03-03 10:42 UTC>\)/,
    );
  });

  it('says that the reasons are of the worst stretch, and that Why? knows more only while mail goes on unhindered', () => {
    const on: Run = { state: 'on', lastAt: T, wasRefused: false };
    const of = (minutes: number, change: Partial<CompromiseIncident> = {}, run = on) =>
      readable({ ...base, run, incident: { ...stolen, ...change, lastSeenAt: T + minutes * 60_000 } });

    expect(of(9)).toContain('judged by its mail of ');
    expect(of(70)).toContain('judged by its worst mail, <!date^');
    expect(of(70)).toContain(':information_source: Figures of then; *Why?* shows now.');
    const others = [of(9), of(70, contained), of(70, resolved), of(70, {}, { ...on, state: 'silent' })];
    for (const card of others) expect(card).not.toMatch(/of then|went on/);
  });

  it('says of which of several mailboxes the figures of the reasons are', () => {
    const evidenceOf = { from: T - 27 * 60_000, to: T - 5 * 60_000, sender: 'ann@acme.example' };
    const subject = { ...stolen.subject, evidenceOf } as CompromiseSubject;

    expect(readable({ ...base, incident: { ...stolen, subject } })).toContain(
      '· judged by the mail of ann@acme.example, <!date^',
    );
  });

  it('repeats above the buttons which incident it is, whose and how it stands: a phone shows the top no more', () => {
    const lineOf = (change: Partial<CardView>) =>
      readable({ ...base, ...change })
        .split('\n')
        .filter((line) => line.startsWith('~'));
    const waiting = { ...block, effectiveAt: null };

    expect(lineOf({})).toEqual(['~ Incident 12 · kim@acme.example · :red_circle: Open']);
    expect(lineOf({ incident: contained, containments: [block] })).toEqual([
      '~ Incident 12 · kim@acme.example · :no_entry: Sender blocked',
    ]);
    expect(lineOf({ incident: contained, containments: [waiting] })[0]).toMatch(
      / · :hourglass_flowing_sand: Blocking…$/,
    );
    expect(lineOf({ incident: contained, containments: [{ ...waiting, failure: 'down' }] })[0]).toMatch(
      / · :warning: Block FAILED$/,
    );
    // What is open again is not held back by what is still in force.
    expect(lineOf({ containments: [block] })[0]).toMatch(/ · :red_circle: Open, blocked in part$/);
    expect(lineOf({ incident: resolved, containments: [block] })[0]).toMatch(/ · :white_check_mark: Resolved$/);
    expect(lineOf(ofMachine)).toEqual(['~ Incident 12 · Acme Mills · :red_circle: Open']);
    expect(lineOf(ofBounces)).toEqual(['~ Incident 12 · Acme Mills · :red_circle: Open']);
    expect(lineOf({ incident: seenClear })[0]).toMatch(
      /^~ Incident 12 · 203\.0\.113\.22 · :large_green_circle: Seen clear/,
    );
  });

  it('has a line for each fact, of many addresses the first, so that a phone shows it whole', () => {
    const text = readable(ofMachine);

    expect(text).toContain('*Customer:* Acme Mills · partner Northwind Partners\n');
    expect(text).toContain('\n*Senders:* a@x.example and 1,199 more\n');
    expect(text).toContain('\n*From IP:* 192.0.2.9 and 3 more\n');
    expect(text).not.toContain('| ');
  });

  it('says in one line what one press re-routed for several customers, and by itself what is not in force yet', () => {
    const rerouted = { ...block, action: 'reroute' as const, route: 'reserve', senders: [], logins: [] };
    const containments = [
      { ...rerouted, id: 1, customerName: 'Acme Mills', hits: 3 },
      { ...rerouted, id: 2, customerName: 'Boreal', hits: 0 },
      { ...rerouted, id: 3, customerName: 'Kvist AS', hits: 1200 },
      { ...rerouted, id: 4, customerName: 'Late Ltd', effectiveAt: null },
    ];
    const text = readable({ ...listed, incident: listing, containments });

    expect(text).toMatch(
      /\*Hotmail re-routed\* · 3 customers via reserve by \w+ · 1,203 recipients re-routed since <!date/,
    );
    expect(text).toContain('> Acme Mills (3 recipients), Boreal, Kvist AS (1,200 recipients)');
    expect(text).toMatch(/\*Re-routing…\*/);
  });

  it('says after which incident it is one again', () => {
    const subject = { ...stolen.subject, earlierIncident: 7 };

    expect(readable({ ...base, incident: { ...stolen, subject } })).toContain(
      '~ Incident 12 · kim@acme.example · :red_circle: Open · again after incident 7',
    );
  });

  it('says of bounces what they are and what helps, and recommends no button', () => {
    const text = readable(ofBounces);

    expect(text).toMatch(/# Bounces to strangers from Acme Mills/);
    expect(text).toMatch(/ask the customer to refuse/);
    expect(text).not.toMatch(/Block sender|Compromised|&lt;&gt;|<>/);
    expect(buttonsOf(ofBounces).map(({ style }) => style)).not.toContain('primary');
  });
});

type Loose = Record<string, unknown> & {
  text?: { text: string };
  fields?: { text: string }[];
  elements?: Loose[];
  accessory?: Loose;
  confirm?: { text: { text: string } };
};

/** The values of the menu's entries. */
function menuOf(view: CardView): string[] {
  const menu = buttonsOf(view).find(({ type }) => type === 'overflow');
  return ((menu?.options ?? []) as { value: string }[]).map(({ value }) => value);
}

function buttonsOf(view: CardView): Loose[] {
  const { blocks } = incidentCard(view);
  return ((blocks as unknown as Loose[]).find(({ type }) => type === 'actions')?.elements ?? []) as Loose[];
}

/** The card as lines: what stands where, without the JSON around it. */
function readable(view: CardView): string {
  const { text, blocks } = incidentCard(view);
  return [`notification: ${text}`, ...(blocks as unknown as Loose[]).map(lineOf)].join('\n');
}

function lineOf({ type, text, fields, elements, accessory }: Loose): string {
  if (accessory)
    return `${text?.text} [${accessory.text?.text}: ${accessory.action_id} ${accessory.value ?? accessory.url}]`;
  if (type === 'header') return `# ${text?.text}`;
  if (fields) return fields.map((field) => `| ${field.text.replace('\n', ': ').replaceAll('\n', ' / ')}`).join('\n');
  if (type === 'context') return `~ ${elements?.map((element) => String(element.text)).join(' ')}`;
  if (type !== 'actions') return text?.text ?? '';
  return (elements ?? [])
    .map((element) => {
      if (element.type === 'overflow')
        return `[… ${(element.options as Loose[]).map((option) => option.text?.text).join(', ')}]`;
      const question = element.confirm ? ` asks: ${element.confirm.text.text}` : '';
      return `[${element.style ? `${element.style}: ` : ''}${element.text?.text}]${question}`;
    })
    .join('\n');
}
