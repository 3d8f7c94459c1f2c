// /blcheck of an address that is on no list, and whose mail a receiver refuses all the same.
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/blocklists/check.js';
import { takeListed } from '../../../src/incidents/listings/take-seen.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { unresolvedIncidents } from '../../../src/incidents/store.js';
import { eventually } from '../../helpers/eventually.js';
import { ANN } from '../../helpers/incidents.js';
import { ABUSE, openDesk, openListing, TECH } from '../../helpers/slack-desk.js';

const REFUSED = '203.0.113.17';

const answer = (target: string, verdict: CheckResult['verdict']): CheckResult => ({
  ...{ target, list: 'zen', zone: 'zen.example', verdict },
  ...{ codes: verdict === 'listed' ? ['127.0.0.2'] : [], meanings: [], text: '', ms: 3 },
});

async function check(target: string, results: CheckResult[]) {
  const desk = await openDesk({ results, context: { outboundAddresses: () => [REFUSED, '198.51.100.1'] } });
  await openListing(desk);
  const ask = async () => {
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: target });
    return eventually(() => {
      const shown = desk.slack.ephemerals(TECH).findLast(({ text }) => !text.startsWith('Checking'));
      expect(shown).toBeDefined();
      return { text: shown?.text ?? '', blocks: JSON.stringify(shown?.blocks) };
    });
  };
  return { desk, ask };
}

describe('/blcheck of an address that a receiver refuses', () => {
  it('says so in one line with the way to its incident, and is not green', async () => {
    const { ask } = await check(REFUSED, [answer(REFUSED, 'clear')]);
    const { text, blocks } = await ask();

    expect(text).toContain('is not on the one list that was asked, but mail from it is refused.');
    expect(blocks).not.toContain('green_circle');
    expect(blocks).toMatch(
      /:no_entry: \*Microsoft[^*]* refuses mail from it\* \(S3140\), last <!date\^\d+[^>]+>: <https:[^|]+\|incident 1>"/,
    );
  });

  it('says it beside what is listed, and of which address of a network', async () => {
    const listed = await check(REFUSED, [answer(REFUSED, 'listed')]);
    expect((await listed.ask()).blocks).toContain('refuses mail from it');

    const network = await check('203.0.113.16/30', [answer('203.0.113.16', 'clear'), answer(REFUSED, 'unknown')]);
    const { text, blocks } = await network.ask();
    expect(text).toContain('1 list could not tell, but mail from it is refused.');
    expect(blocks).toContain(`refuses mail from \`${REFUSED}\`*`);
  });

  it('says nothing of it for another address, nor when somebody resolved it', async () => {
    const other = await check('198.51.100.1', [answer('198.51.100.1', 'clear')]);
    expect((await other.ask()).blocks).toContain(':large_green_circle:');

    const { desk, ask } = await check(REFUSED, [answer(REFUSED, 'clear')]);
    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'lifted' });
    expect((await ask()).blocks).not.toContain('no_entry');
  });
});

describe('/blcheck of an address for examples', () => {
  it('names an address that mail leaves from to ask about instead, and asks about that one as ever', async () => {
    const { ask } = await check('203.0.113.21', [answer('203.0.113.21', 'clear')]);
    const { blocks } = await ask();
    expect(blocks).toContain(`Check the address that the mail leaves from, \`${REFUSED}\` for instance.`);

    const ours = await check('198.51.100.1', [answer('198.51.100.1', 'clear')]);
    expect((await ours.ask()).blocks).not.toContain('for instance');
  });
});

describe('/blcheck of what is in an incident already', () => {
  const listed = answer(REFUSED, 'listed');
  const withIncident = async (results: CheckResult[]) => {
    const { desk, ask } = await check(REFUSED, results);
    takeListed(desk.ctx, [{ ...listed, at: desk.ctx.now() }], ANN);
    desk.ctx.outbox.wake();
    await desk.settled();
    return { desk, ask };
  };

  it('shows the way to that incident, and no button to open one', async () => {
    const { desk, ask } = await withIncident([listed]);
    const [{ id } = { id: 0 }] = unresolvedIncidents(desk.ctx.db).filter(({ key }) => key.startsWith('listing:'));
    const { blocks } = await ask();

    expect(id).toBeGreaterThan(0);
    expect(blocks).toMatch(new RegExp(`Stands in <https:[^|]+\\|incident ${id}> \\(open\\)`));
    expect(blocks).toContain(`Go to incident ${id}`);
    expect(blocks).not.toContain('Open incident');
  });

  it('says that it was resolved although the list has us still', async () => {
    const { desk, ask } = await withIncident([listed]);
    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'the list will not take us off' });
    const { blocks } = await ask();

    expect(blocks).toContain('(resolved)');
    expect(blocks).not.toContain('Open incident');
  });

  it('still opens what is in none', async () => {
    const { ask } = await withIncident([listed, { ...listed, list: 'other' }]);
    const { blocks } = await ask();

    expect(blocks).toContain('Go to incident');
    expect(blocks).toContain('Open incident');
  });
});
