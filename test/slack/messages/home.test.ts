// The Home tab says how things stand in the words of the cards.
import { expect, it } from 'vitest';
import { contain } from '../../../src/incidents/contain.js';
import { containmentsInForce } from '../../../src/incidents/store.js';
import { readOpen } from '../../../src/slack/digest.js';
import { homeView } from '../../../src/slack/messages/home.js';
import { ANN } from '../../helpers/incidents.js';
import { openDesk, openListing, testConfig } from '../../helpers/slack-desk.js';

it('calls no listing contained whose mail takes another way, and counts what is in force by kinds', async () => {
  const config = testConfig({ routes: [{ name: 'second', transport: 'smtp:[192.0.2.9]' }] });
  const desk = await openDesk({ config });
  await openListing(desk);
  const customers = ['acme', 'boreal'];
  contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'reroute', route: 'second', customers });

  const open = readOpen({ ...desk.ctx, workspaceUrl: () => undefined });
  const inForce = containmentsInForce(desk.ctx.db).map((row) => ({ ...row, customerName: row.customer }));
  const home = JSON.stringify(homeView({ at: desk.ctx.now(), open, inForce, listed: [], health: [], help: ['help'] }));

  expect(home).toContain(', mail re-routed · ');
  expect(home).not.toMatch(/contained/i);
  expect(home).toContain('*2 re-routes in force*');
});
