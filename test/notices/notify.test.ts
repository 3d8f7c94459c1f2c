import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditOf } from '../../src/audit/verify.js';
import { notices, outbox } from '../../src/db/schema.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { noticesOf } from '../../src/notices/heard.js';
import { type Mail, MailRefused } from '../../src/notices/mailer.js';
import { notifyPartners } from '../../src/notices/notify.js';
import { noticeEffects } from '../../src/notices/send.js';
import { EffectImpossible, type OutboxRow, startOutbox } from '../../src/outbox/run.js';
import { timelineReply } from '../../src/slack/messages/timeline.js';
import { eventually } from '../helpers/eventually.js';
import { ANN, BEN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const TEMPLATE = { subject: 'Listed', body: 'Hello {partner}: {customers}' };
const PARTNERS = [
  { id: 'p-01', name: 'Example IT', contact: 'it@example-it.example', customers: ['Kvist AS'] },
  { id: 'p-02', name: 'Vest Data', contact: 'desk@vest.example', customers: ['Vestmar AS', 'Granvik AS'] },
];

const ON_MICROSOFT = [{ target: '203.0.113.17', list: 'microsoft-consumer' }];

function setUp() {
  const db = freshDb();
  const deps = incidentDeps(db);
  const { incident } = openFromFinding(deps, microsoftBlock());
  const tell = (change: Partial<Parameters<typeof notifyPartners>[1]> = {}) =>
    notifyPartners(deps, {
      incidentId: incident.id,
      actor: ANN,
      kind: 'listed',
      template: TEMPLATE,
      targets: ['203.0.113.17'],
      partners: PARTNERS,
      ...change,
    });
  const queued = () => db.select().from(outbox).where(eq(outbox.kind, 'partner.notice')).all();
  return { db, deps, incident, tell, queued };
}

/** What the outbox would do with the rows, over a mail server that does `send`. */
async function run(deps: ReturnType<typeof setUp>['deps'], rows: OutboxRow[], send: (mail: Mail) => Promise<void>) {
  const handler = noticeEffects({ ...deps, mailer: { send, close() {} }, mailDomain: 'relay.example' })[
    'partner.notice'
  ];
  const outcomes: unknown[] = [];
  for (const row of rows) outcomes.push(await handler(row).catch((error: unknown) => error));
  return outcomes;
}

/** What is told of the latest letter. */
function lineOf(db: ReturnType<typeof setUp>['db'], incidentId: number): string {
  const row = auditOf(db, `incident:${incidentId}`).find(({ verb }) => verb === 'notice');
  return row ? timelineReply(row, String).text : '';
}

describe('telling partners', () => {
  it('sends each its own text, once, and keeps it on record', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    const sent: Mail[] = [];

    expect(tell().kind).toBe('done');
    const rows = queued();
    await run(deps, [...rows, ...rows], async (mail) => void sent.push(mail));

    expect(sent.map(({ to, text }) => [to, text])).toEqual([
      ['it@example-it.example', 'Hello Example IT: Kvist AS'],
      ['desk@vest.example', 'Hello Vest Data: Vestmar AS, Granvik AS'],
    ]);
    expect(noticesOf(db, incident.id).map(({ state }) => state)).toEqual(['sent', 'sent']);
    const record = auditOf(db, `incident:${incident.id}`).map(({ verb, actorName }) => `${actorName}: ${verb}`);
    expect(record).toContain('Ann: notify-partners');
  });

  it('is done once, however many press, and tells a partner that came later', () => {
    const { tell, queued } = setUp();
    const [first] = PARTNERS;

    expect(tell({ partners: first ? [first] : [] }).kind).toBe('done');
    expect(tell({ actor: BEN }).kind).toBe('done');
    expect(tell({ actor: BEN })).toMatchObject({ kind: 'not-possible', why: 'Every partner has been told already.' });
    expect(queued()).toHaveLength(2);
  });

  it('tells a partner of what is listed beside it later, once, and each letter is sent', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    const partners = PARTNERS.slice(0, 1);
    const both = { partners, targets: ['203.0.113.17', '203.0.113.18'], template: { ...TEMPLATE, subject: 'Both' } };

    expect([tell({ partners }), tell(both)].map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect([tell(both), tell({ partners })].map(({ kind }) => kind)).toEqual(['not-possible', 'not-possible']);
    expect(noticesOf(db, incident.id).map(({ targets }) => targets)).toEqual([['203.0.113.17'], both.targets]);
    const sent: string[] = [];
    await run(deps, queued(), async ({ subject }) => void sent.push(subject));
    expect(sent).toEqual(['Listed', 'Both']);
  });

  it('tells of the end though a further letter was over before it could be sent', async () => {
    const { deps, incident, tell, queued } = setUp();
    const partners = PARTNERS.slice(0, 1);
    const sent: string[] = [];
    const send = async ({ subject }: Mail) => void sent.push(subject);
    tell({ partners });
    await run(deps, queued(), send);
    tell({ partners, targets: ['203.0.113.17', '203.0.113.18'], template: { ...TEMPLATE, subject: 'Both' } });
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Lifted, they say' });
    tell({ kind: 'clear', partners, template: { ...TEMPLATE, subject: 'Clear' } });

    await run(deps, queued().slice(1), send);
    expect(sent).toEqual(['Listed', 'Clear']);
  });

  it('tells of no end where the beginning was refused once, and over before it could be sent again', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    const partners = PARTNERS.slice(0, 1);
    const sent: string[] = [];
    tell({ partners });
    await run(deps, queued(), async () => Promise.reject(new MailRefused('550 no such user')));
    tell({ partners });
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Lifted, they say' });
    tell({ kind: 'clear', partners, template: { ...TEMPLATE, subject: 'Clear' } });

    await run(deps, queued().slice(1), async ({ subject }) => void sent.push(subject));
    expect(sent).toEqual([]);
    expect(noticesOf(db, incident.id).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
  });

  it('leaves the buttons that others see good', () => {
    const { incident, tell } = setUp();

    expect(tell()).toMatchObject({ kind: 'done', incident: { rev: incident.rev } });
  });

  it('keeps beginning and end apart', () => {
    const { tell, queued } = setUp();
    tell();

    expect(tell({ kind: 'clear' }).kind).toBe('done');
    expect(queued()).toHaveLength(4);
  });

  it('says whose address is missing', () => {
    const { tell } = setUp();

    const outcome = tell({ partners: [{ id: 'p-03', name: 'Nord', contact: undefined, customers: [] }] });
    expect(outcome).toMatchObject({
      kind: 'not-possible',
      why: expect.stringContaining('No mail address is known of Nord'),
    });
  });

  it('mails nothing that a person has sent by hand', () => {
    const { db, incident, tell, queued } = setUp();

    tell({ isByHand: true });
    expect(queued()).toHaveLength(0);
    expect(noticesOf(db, incident.id).every(({ state, sentAt }) => state === 'sent' && sentAt !== null)).toBe(true);
  });

  it('tries again while the server is away, with the same Message-ID', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });
    const ids: string[] = [];

    const [away] = await run(deps, queued(), async ({ messageId }) => {
      ids.push(messageId);
      throw new Error('connection refused');
    });
    expect(away).toMatchObject({ message: 'connection refused' });
    expect(noticesOf(db, incident.id)[0]?.state).toBe('queued');

    await run(deps, queued(), async ({ messageId }) => void ids.push(messageId));
    expect(new Set(ids).size).toBe(1);
  });

  it('has its partner by the id where it was queued before names were', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });
    const rows = queued().map((row) => ({ ...row, payload: { noticeId: noticesOf(db, incident.id)[0]?.id } }));

    await run(deps, rows, async () => Promise.reject(new MailRefused('550 no such user')));

    expect(lineOf(db, incident.id)).toContain('The notice to p-01 could NOT be delivered');
  });

  it('shows a refusal, and goes to another address when somebody tells the partner again', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });

    const [refused] = await run(deps, queued(), async () => Promise.reject(new MailRefused('550 no such user')));
    expect(refused).toBeInstanceOf(EffectImpossible);
    expect((refused as Error).message).toContain('the notice to Example IT was refused');
    expect(noticesOf(db, incident.id)).toMatchObject([{ state: 'failed', error: '550 no such user' }]);
    expect(lineOf(db, incident.id)).toMatch(/The notice to Example IT could NOT be delivered \(550 no such user\)/);

    const again = { actor: BEN, partners: PARTNERS.slice(0, 1).map((one) => ({ ...one, contact: 'boss@it.example' })) };
    expect(tell(again).kind).toBe('done');
    expect(tell(again)).toMatchObject({ kind: 'not-possible', why: 'Every partner has been told already.' });
    const sent: string[] = [];
    await run(deps, queued().slice(1), async ({ to }) => void sent.push(to));
    expect(sent).toEqual(['boss@it.example']);
    expect(lineOf(db, incident.id)).toContain('Told Example IT');
    expect(db.select().from(notices).all()).toMatchObject([{ state: 'failed' }, { state: 'sent', error: null }]);
  });

  it('sends nothing of what was over before the mail server came back', async () => {
    const { db, deps, incident, tell } = setUp();
    const server = { isAway: true, sent: [] as string[] };
    const mailer = {
      async send({ subject }: Mail) {
        if (server.isAway) throw new Error('connection refused');
        server.sent.push(subject);
      },
      close() {},
    };
    const runner = startOutbox({ db, handlers: noticeEffects({ ...deps, mailer, mailDomain: 'relay.example' }) });
    onTestFinished(() => runner.stop());
    const [partner] = PARTNERS;
    const partners = partner ? [partner] : [];
    const states = () => noticesOf(db, incident.id).map(({ kind, state }) => `${kind} ${state}`);

    tell({ partners });
    await runner.settled();
    takeCleared(deps, ON_MICROSOFT);
    tell({ kind: 'clear', partners, template: { ...TEMPLATE, subject: 'Clear' } });
    server.isAway = false;
    await eventually(() => expect(states()).toEqual(['listed failed', 'clear failed']));
    expect(server.sent).toEqual([]);

    openFromFinding(deps, microsoftBlock({ at: T0 + 60_000 }));
    tell({ partners });
    await eventually(() => expect(states()).toEqual(['listed failed', 'clear failed', 'listed sent']));
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Lifted, they say' });
    tell({ kind: 'clear', partners, template: { ...TEMPLATE, subject: 'Clear' } });
    await eventually(() => expect(server.sent).toEqual(['Listed', 'Clear']));
  });

  it('is sent once when the note of it cannot be written, and noted later', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });
    const sent: string[] = [];
    const mailer = { send: async ({ messageId }: Mail) => void sent.push(messageId), close() {} };
    const handler = noticeEffects({ ...deps, mailer, mailDomain: 'relay.example' })['partner.notice'];
    const [row] = queued();
    const attempt = () => handler(row as OutboxRow).catch((error: unknown) => error);

    db.$client.exec("create trigger full before update on notices begin select raise(abort, 'disk is full'); end");
    expect([await attempt(), await attempt()]).toMatchObject([
      { message: 'disk is full' },
      { message: 'disk is full' },
    ]);
    db.$client.exec('drop trigger full');
    await attempt();

    expect(sent).toHaveLength(1);
    expect(noticesOf(db, incident.id)).toMatchObject([{ state: 'sent' }]);
  });

  it('sends nothing when it was over before it could be sent, although nobody told of the end', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Lifted, they say' });
    const sent: Mail[] = [];

    await run(deps, queued(), async (mail) => void sent.push(mail));

    expect(sent).toEqual([]);
    expect(noticesOf(db, incident.id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('over') }]);
  });

  it('says in the thread, once for all letters of a press, that they were out of date before they could go', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell();
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Lifted, they say' });
    const lines = () => db.select().from(outbox).where(eq(outbox.kind, 'incident.timeline')).all();
    const before = lines().length;

    await run(deps, queued(), async () => {});

    const rows = auditOf(db, `incident:${incident.id}`).filter(({ verb }) => verb === 'notice');
    const told = lines().slice(before);
    expect(told.map(({ key }) => key)).toEqual([`timeline:${rows[0]?.seq}`]);
    const [text] = rows.map((row) => timelineReply(row, (id) => id).text);
    expect(text).toMatch(/^2 letters to partners not sent: it was over before any mail could be sent/);
  });

  it('does not call over what is listed again', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    tell({ partners: PARTNERS.slice(0, 1) });
    const sent: Mail[] = [];
    const send = async (mail: Mail) => void sent.push(mail);
    await run(deps, queued(), send);
    tell({ kind: 'clear', partners: PARTNERS.slice(0, 1) });

    await run(deps, queued(), send);

    expect(sent).toHaveLength(1);
    const [, clear] = noticesOf(db, incident.id);
    expect(clear).toMatchObject({ kind: 'clear', state: 'failed', error: expect.stringContaining('listed again') });
  });

  it('sends the beginning, once, of what stands again by the time the mail server is back', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    const partners = PARTNERS.slice(0, 1);
    const clear = { ...TEMPLATE, subject: 'Clear' };
    const sent: string[] = [];
    const send = async ({ subject }: Mail) => void sent.push(subject);
    tell({ partners });
    takeCleared(deps, ON_MICROSOFT);
    tell({ kind: 'clear', partners, template: clear });
    openFromFinding(deps, microsoftBlock({ at: T0 + 60_000 }));

    await run(deps, queued(), send);
    expect(sent).toEqual(['Listed']);
    expect(noticesOf(db, incident.id).map(({ state }) => state)).toEqual(['sent', 'failed']);

    const again = setUp();
    again.tell({ partners });
    again.tell({ kind: 'clear', partners, template: clear });
    again.tell({ partners, template: { ...TEMPLATE, subject: 'Listed again' } });
    await run(again.deps, again.queued(), send);
    expect(sent).toEqual(['Listed', 'Listed again']);
  });

  it('says what has come to an end while it waited, and keeps what was sent', async () => {
    const { db, deps, incident, tell, queued } = setUp();
    const target = '203.0.113.17';
    takeListed(deps, [{ target, list: 'zen', codes: [], meanings: [], text: '', at: T0 + 1 }]);
    tell({ partners: PARTNERS.slice(0, 1) });
    takeCleared(deps, [{ target, list: 'spamhaus-zen' }]);
    const sent: Mail[] = [];

    await run(deps, queued(), async (mail) => void sent.push(mail));

    const text =
      'Hello Example IT: Kvist AS\n\nOver since this was written:\n  203.0.113.17 on Spamhaus ZEN, over since 03 Mar 2026 02:15 UTC\n';
    expect(sent).toMatchObject([{ text }]);
    expect(noticesOf(db, incident.id)).toMatchObject([{ state: 'sent', body: text }]);
  });

  it('calls the end of a receiver’s own block no end of a listing', async () => {
    const { deps, tell, queued } = setUp();
    takeListed(deps, [{ target: '203.0.113.17', list: 'zen', codes: [], meanings: [], text: '', at: T0 + 1 }]);
    tell({ partners: PARTNERS.slice(0, 1) });
    takeCleared(deps, ON_MICROSOFT);
    const sent: Mail[] = [];

    await run(deps, queued(), async (mail) => void sent.push(mail));

    expect(sent[0]?.text).toMatch(
      /\n\nOver since this was written:\n {2}203\.0\.113\.17 refused by microsoft-consumer, over since .* UTC\n$/,
    );
  });

  it('is for listings only', () => {
    const { deps, tell } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());

    expect(tell({ incidentId: incident.id }).kind).toBe('not-possible');
  });
});
