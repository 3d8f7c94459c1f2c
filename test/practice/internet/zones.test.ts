import { promises } from 'node:dns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CheckResult, checkTargets } from '../../../src/blocklists/check.js';
import { chooseLists } from '../../../src/blocklists/choice.js';
import { blocklists } from '../../../src/blocklists/operators/index.js';
import { parseTargets } from '../../../src/blocklists/target.js';
import { Resolver } from '../../../src/dns/resolver.js';
import { pointsOf } from '../../../src/hygiene/look.js';
import { lookAtEach } from '../../../src/hygiene/round.js';
import { ourSubjects } from '../../../src/hygiene/subjects.js';
import { practiceConfig } from '../../../src/practice/config.js';
import { startDnsServer } from '../../../src/practice/internet/dns-server.js';
import { createWorld } from '../../../src/practice/internet/world.js';
import { answerZones, targetOf } from '../../../src/practice/internet/zones.js';
import { hygieneWorld } from '../../../src/wiring/hygiene.js';
import { BEGIN, HOUR_MS, rehearse } from './company.js';

const RELAY2 = '203.0.113.12';

describe('the practice blocklists', () => {
  it('say nothing against an address that never sent spam; three give no verdict, each in its way', async () => {
    const ask = await dnsAround(createWorld(), () => BEGIN);

    expect(await ask(RELAY2)).toEqual({
      thistle: 'clear',
      owlpost: 'clear',
      marshlight: 'clear',
      kettle: 'clear',
      portcullis: 'refused',
      hollow: 'unknown',
      wildgrass: 'unknown',
    });
  });

  it('list the relay that sends spam after a while, and let go once it has been quiet', async () => {
    const { world, run } = await rehearse();
    let now = BEGIN;
    const ask = await dnsAround(world, () => now);
    const at = async (hours: number) => {
      now = BEGIN + hours * HOUR_MS;
      return ask(RELAY2);
    };

    await run(2);
    expect(await at(0.3)).toMatchObject({ thistle: 'clear', owlpost: 'clear' });
    expect(await at(1)).toMatchObject({ thistle: 'listed', owlpost: 'clear' });
    expect(await at(2)).toMatchObject({ thistle: 'listed', owlpost: 'listed', kettle: 'clear' });
    expect(await at(9)).toMatchObject({ thistle: 'clear', owlpost: 'clear' });
  });

  it('list the domain that spam is sent under', async () => {
    const { world, run } = await rehearse();
    await run(3);
    const ask = await dnsAround(world, () => BEGIN + 3 * HOUR_MS);

    expect(await ask('opal-reiser.example')).toEqual({ inkwell: 'listed' });
    expect(await ask('mail.opal-reiser.example')).toEqual({ inkwell: 'listed' });
    expect(await ask('steinvik-skole.example')).toEqual({ inkwell: 'clear' });
  });

  it('have test entries where they are sound', async () => {
    const ask = await dnsAround(createWorld(), () => BEGIN);
    const sound = { thistle: 'listed', owlpost: 'listed', marshlight: 'listed', kettle: 'listed' };

    expect(await ask('127.0.0.2')).toMatchObject(sound);
    expect(await ask('127.0.0.1')).toMatchObject({ thistle: 'clear', owlpost: 'clear', kettle: 'clear' });
  });

  it('know rented addresses, IPv6 too', async () => {
    const ask = await dnsAround(createWorld(), () => BEGIN);

    expect(await ask('198.18.40.9')).toMatchObject({ marshlight: 'listed', thistle: 'clear' });
    expect(await ask('2001:db8::25')).toMatchObject({ marshlight: 'clear', portcullis: 'refused' });
    expect(targetOf('2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0')).toBe('127.0.0.2');
  });

  it('stand beside the names of our own hosts', async () => {
    const answer = answerZones(createWorld(), () => BEGIN);

    expect(answer({ name: 'relay2.northrelay.example', type: 'A', over: 'udp' })).toMatchObject({ a: [RELAY2] });
    expect(answer({ name: '12.113.0.203.in-addr.arpa', type: 'PTR', over: 'udp' })).toMatchObject({
      ptr: ['relay2.northrelay.example'],
    });
    expect(answer({ name: 'elsewhere.example', type: 'A', over: 'udp' })).toBeUndefined();
  });
});

it('the practice DNS answers reverse questions on the wire', async () => {
  const dns = await startDnsServer({ answer: answerZones(createWorld(), () => BEGIN) });
  onTestFinished(() => dns.close());
  const resolver = new promises.Resolver();
  resolver.setServers([`${dns.host}:${dns.port}`]);

  expect(await resolver.reverse(RELAY2)).toEqual(['relay2.northrelay.example']);
});

/** The practice DNS on a socket, asked by the product's own check: list → verdict. */
async function dnsAround(world: ReturnType<typeof createWorld>, now: () => number) {
  const dns = await startDnsServer({ answer: answerZones(world, now) });
  onTestFinished(() => dns.close());
  const config = practiceConfig({ dataDir: '/tmp', logPath: '/tmp/mail.log', dnsServer: `${dns.host}:${dns.port}` });
  const resolver = new Resolver({ servers: config.dns.servers, timeoutMs: 600, tries: 1 });
  onTestFinished(() => resolver.close());
  const lists = chooseLists(blocklists, config.blocklists);
  return async (target: string): Promise<Record<string, CheckResult['verdict']>> => {
    const results: CheckResult[] = [];
    const targets = parseTargets(target, { maxAddresses: 1 });
    await checkTargets({ resolver, lists }, targets, { onResult: (result) => results.push(result) });
    return Object.fromEntries(results.map(({ list, verdict }) => [list, verdict]));
  };
}

describe('the practice company’s mail records', () => {
  it('are in order for our addresses and most customers, and odd for three', async () => {
    const server = await startDnsServer({ answer: answerZones(createWorld(), () => BEGIN) });
    const resolver = new Resolver({ servers: [server], timeoutMs: 60_000, tries: 1 });
    onTestFinished(async () => {
      resolver.close();
      await server.close();
    });
    const config = practiceConfig({ dataDir: '/nowhere', logPath: '/nowhere/mail.log', dnsServer: '127.0.0.1:1' });
    const world = hygieneWorld(config, config);

    const looks = await lookAtEach({ resolver, world, now: () => BEGIN }, ourSubjects(world));

    const bad = looks.flatMap((look) =>
      pointsOf(look)
        .filter(({ point }) => point.state !== 'ok')
        .map(({ name }) => [look.kind === 'address' ? look.ip : look.domain, name]),
    );
    expect(bad).toEqual([
      ['sommerro-bakeri.example', 'DMARC'],
      ['granholt-verksted.example', 'SPF'],
      ['granholt-verksted.example', 'DMARC'],
      ['nordbye-logistikk.example', 'SPF'],
    ]);
    expect(looks.find((look) => look.kind === 'domain' && look.dkim.length > 0)).toMatchObject({
      dkim: [{ state: 'ok' }],
    });
  });
});
