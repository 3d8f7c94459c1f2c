// What /relay help gives as examples, through the real app.
import { expect, it } from 'vitest';
import { ABUSE, openDesk, TECH, testConfig, told } from '../../helpers/slack-desk.js';

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
