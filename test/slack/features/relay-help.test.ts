// What /relay help gives as examples, through the real app.
import { expect, it } from 'vitest';
import { ABUSE, OUTSIDER, openDesk, TECH, testConfig, told } from '../../helpers/slack-desk.js';

async function helpOf(change: Record<string, unknown>): Promise<string> {
  const desk = await openDesk({ config: testConfig(change) });
  await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'help' });
  return told(desk, TECH);
}

it('gives a customer and an address of ours as examples, which can be tried', async () => {
  const help = await helpOf({ relays: [{ host: 'relay1', outbound_ip: '192.0.2.10' }] });

  expect(help).toContain('/relay why Acme Mills');
  expect(help).toContain('/blcheck 192.0.2.10');
  expect(help).toContain('/dnscheck acme.example');
  expect(help).not.toMatch(/example\.com|203\.0\.113\.21/);
});

it('gives made-up ones where the configuration names none', async () => {
  const help = await helpOf({ customers: [] });

  for (const example of ['why kim@example.com', '/blcheck 203.0.113.21', '/dnscheck example.com'])
    expect(help).toContain(example);
});

it('says to somebody who is not on the desk what of it they may type', async () => {
  const desk = await openDesk();
  await desk.slack.command({ user: OUTSIDER, channel: ABUSE, command: '/relay', text: 'help' });
  expect(told(desk, OUTSIDER)).toContain('You are not on the abuse desk. In a channel that gets its alerts or digests');
  expect(await helpOf({})).not.toContain('You are not on the abuse desk');
});
