// Customers come and go while their incidents are open: what was decided holds after the restart, or everybody is told that it does not.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDb } from '../../src/db/open.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { contain } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { eventually } from '../helpers/eventually.js';
import { ANN, incidentDeps, stolenMailbox } from '../helpers/incidents.js';
import { whyNoPostfix } from './postfix/harness.js';
import type { Bot } from './whole-way/bot.js';
import { CUSTOMERS, type Mailbox, mailbox } from './whole-way/company.js';
import { cardOf } from './whole-way/desk.js';
import { firstAnswer } from './whole-way/policy.js';
import { ABUSE_DESK, startWorld, type World } from './whole-way/world.js';

const whyNot = whyNoPostfix();
const [kvist, granvik, vestmar] = [mailbox('kvist'), mailbox('granvik'), mailbox('vestmar')];

describe.skipIf(whyNot)(`customers that come and go${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let world: World;
  let bot: Bot | undefined;

  beforeAll(async () => {
    world = await startWorld({ channel: ABUSE_DESK });
    decide(world);
  });
  afterAll(async () => {
    const code = await bot?.stop();
    await world?.stop();
    expect(code).toBe(0);
  });

  async function restartWith(customers: readonly unknown[]): Promise<void> {
    await bot?.stop();
    const config = JSON.parse(readFileSync(world.configPath, 'utf8')) as object;
    writeFileSync(world.configPath, JSON.stringify({ ...config, customers }));
    bot = await world.startBot();
  }
  const answer = (from: Mailbox) => firstAnswer(world.policyPort, from);

  it('keep what can be kept, and say what cannot', async () => {
    const left = CUSTOMERS.filter(({ id }) => id !== 'kvist' && id !== 'granvik');
    const withNews = left.map((one) =>
      one.id === 'vestmar' ? { ...one, domains: [...one.domains, 'ny.example'], sasl_domains: ['ny.example'] } : one,
    );
    await restartWith(withNews);

    expect(await answer(kvist)).toMatch(/^REJECT/);
    expect(await answer(mailbox('kvist', 'bo'))).toBe('DUNNO');
    expect(await answer({ ...vestmar, address: 'new@ny.example' })).toMatch(/^REJECT .*Vestmar AS is suspended/);
    expect(await answer(granvik)).toBe('DUNNO');
    await cardOf(world, granvik.address, /Suspension FAILED.*names no \\"granvik\\"/s);
    await eventually(async () => {
      const alerts = (await world.slack.messages(ABUSE_DESK)).filter(({ text }) => /NOT in force any more/.test(text));
      expect(alerts).toHaveLength(1);
    });
  });

  it('say it once, however often the bot restarts', async () => {
    await restartWith(CUSTOMERS.filter(({ id }) => id !== 'granvik'));

    expect(await answer(granvik)).toBe('DUNNO');
    const alerts = (await world.slack.messages(ABUSE_DESK)).filter(({ text }) => /NOT in force any more/.test(text));
    expect(alerts).toHaveLength(1);
  });

  it('are held again when the file names them again', async () => {
    await restartWith(CUSTOMERS);

    expect(await answer(granvik)).toMatch(/^REJECT .*Granvik AS is suspended/);
    expect(await answer(kvist)).toMatch(/^REJECT/);
    await cardOf(world, granvik.address, /Contained.*Outbound suspended/s);
  });
});

/** What was decided before the bot was stopped: Kvist's mailbox is blocked, Granvik and Vestmar are suspended. */
function decide({ dataDir }: World): void {
  const { db, close } = openDb(join(dataDir, 'relaywarden.db'));
  const domains = Object.fromEntries(CUSTOMERS.map(({ id }) => [`${id}.example`, id]));
  const now = Date.now();
  const deps = {
    ...incidentDeps(db, () => now),
    channelFor: () => ABUSE_DESK,
    ownerOfDomain: (domain: string) => domains[domain],
  };
  const open = ({ customer, address }: Mailbox, change: Partial<CompromiseFinding> = {}) =>
    openFromFinding(
      deps,
      stolenMailbox({
        ...{ key: `compromise:${customer}:${address}`, customer, senders: [address], logins: [address] },
        ...{ at: now, since: now - 60_000, ...change },
      }),
    ).incident.id;
  contain(deps, { incidentId: open(kvist, { logins: [] }), actor: ANN, action: 'block-sender' });
  contain(deps, { incidentId: open(granvik), actor: ANN, action: 'suspend-outbound' });
  contain(deps, { incidentId: open(vestmar), actor: ANN, action: 'suspend-outbound' });
  close();
}
