// A look at one address that sends mail: its reverse name, the name it greets with, and the SPF of that name.
import { whereItLeads } from './alias.js';
import type { Ask } from './ask.js';
import type { AddressLook, DnsRecord, Point } from './look.js';
import { isGenericName, isSameAddress, reverseNameOf } from './reverse-name.js';
import { adding, completed, mending, sentences } from './spf/advice.js';
import { newRecord, spfAt } from './spf/edit.js';
import { useless } from './spf/look.js';
import { byAddress, isBehind, type OurPart, ourPart } from './spf/ours.js';
import { verifySpf } from './spf/verify.js';
import { findSpf } from './spf/walk.js';

export interface OwnAddress {
  ip: string;
  /** Name that it greets with; undefined when nobody told us. */
  helo?: string | undefined;
  /** Domains of our own that bounces and the like are sent under. */
  bounceDomains?: readonly string[];
}

/** Reverse names followed; a mail host has one. */
const NAMES_AT_MOST = 10;

interface Reverse {
  point: Point;
  /** Names that lead back to the address. */
  confirmed: string[];
}

/** All addresses of ours, and what our own records include in their place: `include:spf.relay.example`. */
interface OwnAddresses {
  addresses: readonly OwnAddress[];
  include?: string | undefined;
}

/** Looks at it; `at` is now, ms. A record to publish names `all` that send under its name. Never throws for what the DNS says. */
export async function lookAtAddress(
  ask: Ask,
  address: OwnAddress,
  at: number,
  all: OwnAddresses = { addresses: [] },
): Promise<AddressLook> {
  const reverse = await lookAtReverse(ask, address);
  const helo = await lookAtGreeting(ask, address, reverse);
  const spf = await lookAtIdentities(ask, address, reverse, all);
  const [ptr, greeting, sending] = await Promise.all(
    [reverse.point, helo, spf].map((point) => whereItLeads(ask, point)),
  );
  return {
    kind: 'address',
    ip: address.ip,
    lookedAt: at,
    ptr: ptr ?? reverse.point,
    helo: greeting ?? helo,
    spf: sending ?? spf,
  };
}

async function lookAtReverse(ask: Ask, { ip, helo }: OwnAddress): Promise<Reverse> {
  const found = await ask(reverseNameOf(ip) ?? ip, 'PTR');
  const wanted = `PTR of ${ip}: ${helo ?? 'the name that the host greets with'}`;
  const advice = `Have whoever runs the address range set the ${wanted}`;
  const asked = helo?.includes('.') ? { publish: [pointer(ip, helo)] } : {};
  if (found.kind === 'unknown') return { point: { state: 'unknown', text: found.why }, confirmed: [] };
  if (found.kind === 'missing')
    return { point: { state: 'bad', text: 'there is no reverse name', advice: `${advice}.`, ...asked }, confirmed: [] };
  const names = found.values.slice(0, NAMES_AT_MOST);
  const record = [...found.values].sort().join('\n');
  const back = await Promise.all(names.map(async (name) => ({ name, leads: await leadsTo(ask, name, ip) })));
  const confirmed = back.filter(({ leads }) => leads === 'yes').map(({ name }) => name);
  const good =
    confirmed.find((name) => name === helo?.toLowerCase()) ?? confirmed.find((name) => !isGenericName(name, ip));
  if (good) return { confirmed, point: { state: 'ok', text: `${good}, and back to ${ip}`, record } };
  if (confirmed[0])
    return {
      confirmed,
      point: {
        state: 'bad',
        text: `${confirmed[0]} looks like the name of a home or office line, not of a mail server`,
        record,
        advice: `${advice}.`,
        ...asked,
      },
    };
  const silent = back.find(({ leads }) => leads === 'unknown');
  if (silent) return { confirmed, point: { state: 'unknown', text: `${silent.name} could not be looked up`, record } };
  const first = names[0] ?? '';
  return {
    confirmed,
    point: {
      state: 'bad',
      text: `${first} does not lead back to ${ip}`,
      record,
      advice: `Publish the address of ${first}, or have the ${wanted} set.`,
      publish: [addressAt(first, ip)],
    },
  };
}

function pointer(ip: string, host: string): DnsRecord {
  return { name: reverseNameOf(ip) ?? ip, type: 'PTR', value: host.toLowerCase() };
}

function addressAt(name: string, ip: string): DnsRecord {
  return { name, type: ip.includes(':') ? 'AAAA' : 'A', value: ip };
}

async function leadsTo(ask: Ask, name: string, ip: string): Promise<'yes' | 'no' | 'unknown'> {
  const found = await ask(name, ip.includes(':') ? 'AAAA' : 'A');
  if (found.kind === 'unknown') return 'unknown';
  return found.kind === 'found' && found.values.some((value) => isSameAddress(value, ip)) ? 'yes' : 'no';
}

async function lookAtGreeting(ask: Ask, { ip, helo }: OwnAddress, { point, confirmed }: Reverse): Promise<Point> {
  if (helo === undefined)
    return {
      state: 'unknown',
      text: 'the name it greets other servers with is not known here',
      advice: 'If the address is ours: say in config.yml what it greets with (relays: helo, routes: helo).',
    };
  const name = helo.toLowerCase();
  const record = helo;
  if (!name.includes('.') || name.endsWith('.'))
    return {
      state: 'bad',
      text: `greets as "${helo}", which is no full name`,
      record,
      advice: `Set the MTA's greeting (Postfix: smtp_helo_name) to ${confirmed[0] ?? 'the reverse name of the address'}; if it is already, say so in config.yml (relays: helo).`,
    };
  if (confirmed.includes(name)) return { state: 'ok', text: `greets as ${helo}, its reverse name`, record };
  if (point.state === 'unknown')
    return { state: 'unknown', text: `greets as ${helo}; its reverse name cannot be told now`, record };
  const leads = await leadsTo(ask, name, ip);
  if (leads === 'unknown') return { state: 'unknown', text: `greets as ${helo}, which could not be looked up`, record };
  const back = leads === 'yes' ? '' : ` and ${helo} does not lead to ${ip}`;
  return {
    state: 'bad',
    text: `greets as ${helo}, but the reverse name is ${confirmed[0] ?? 'another or none'}${back}`,
    record,
    advice: confirmed[0]
      ? `Set the MTA's greeting (Postfix: smtp_helo_name) to ${confirmed[0]}, or the PTR of ${ip} to ${helo}.`
      : `Set the PTR of ${ip} to ${helo}${leads === 'yes' ? '' : `, and publish the address of ${helo}`}.`,
    ...(confirmed[0] ? {} : { publish: [pointer(ip, name), ...(leads === 'yes' ? [] : [addressAt(name, ip)])] }),
  };
}

/** SPF of the greeting name, which is what is checked of bounces (RFC 7208 section 2.4), and of the domains that we send under. */
async function lookAtIdentities(
  ask: Ask,
  address: OwnAddress,
  { confirmed, point }: Reverse,
  all: OwnAddresses,
): Promise<Point> {
  const greeting = address.helo?.toLowerCase() ?? confirmed[0];
  const domains = [...new Set([...(greeting?.includes('.') ? [greeting] : []), ...(address.bounceDomains ?? [])])];
  if (domains.length === 0)
    return {
      state: point.state === 'unknown' ? 'unknown' : 'bad',
      text: 'there is no name whose SPF could be looked at',
      advice: 'Mend the reverse name and the greeting first.',
    };
  const points = await Promise.all(
    domains.map(async (domain) => lookAtIdentity(ask, domain, address.ip, await partOf(ask, domain, address, all))),
  );
  const [worst] = [...points].sort((a, b) => RANK[a.state] - RANK[b.state]);
  const records = points.flatMap(({ record }) => record ?? []);
  return {
    ...(worst ?? { state: 'unknown', text: '' }),
    ...(records.length > 0 ? { record: records.join('\n') } : {}),
  };
}

const RANK = { bad: 0, unknown: 1, ok: 2 };

/**
 * What the record of a name must hold: every address that greets with it or that it leads to; for bounces what everybody else includes,
 * too. The record that everybody includes holds all addresses.
 */
async function partOf(
  ask: Ask,
  domain: string,
  address: OwnAddress,
  { addresses, include }: OwnAddresses,
): Promise<OurPart> {
  const isForAll = include !== undefined && (await isBehind(ask, domain, include));
  const hosts = await addressesOf(ask, domain);
  const sends = ({ ip, helo, bounceDomains }: OwnAddress) =>
    isForAll ||
    helo?.toLowerCase() === domain ||
    bounceDomains?.includes(domain) ||
    // What an address greets with need not be known here.
    hosts.some((host) => isSameAddress(host, ip));
  const others = addresses.filter((other) => other.ip !== address.ip && sends(other));
  const ips = [address, ...others].map(({ ip }) => ip);
  return address.bounceDomains?.includes(domain) ? ourPart(ask, { domain, ips, include }) : byAddress(ips);
}

async function addressesOf(ask: Ask, name: string): Promise<string[]> {
  const answers = await Promise.all([ask(name, 'A'), ask(name, 'AAAA')]);
  return answers.flatMap((found) => (found.kind === 'found' ? found.values : []));
}

/** `ours` is what must be in its record. A new one ends in ~all: whether anything else sends under the name is not known here. */
async function lookAtIdentity(ask: Ask, domain: string, ip: string, ours: OurPart): Promise<Point> {
  const found = await findSpf(ask, domain);
  const record = found.kind === 'one' ? { record: found.record.text } : {};
  if (found.kind === 'unknown') return { state: 'unknown', text: `${domain}: ${found.why}` };
  if (found.kind === 'none')
    return {
      state: 'bad',
      text: `${domain} has no SPF record`,
      advice: sentences('Publish this record.', ours.gap),
      publish: spfAt(domain, await completed(ask, domain, newRecord([]), ours)),
    };
  if (found.kind !== 'one') {
    const point = await useless(ask, domain, found.texts, found.kind === 'several', ours);
    return { ...point, state: 'bad', text: `${domain}: ${point.text}` };
  }
  const verdict = await verifySpf(ask, domain, ip);
  switch (verdict.kind) {
    case 'pass':
      return { state: 'ok', text: `${domain} authorises ${ip}`, ...record };
    case 'unknown':
      return { state: 'unknown', text: verdict.why, ...record };
    case 'broken':
      return {
        state: 'bad',
        text: `receivers give up on the record of ${domain}: ${verdict.why}`,
        ...record,
        ...(await mending(ask, domain, found.record, ours, false)),
      };
    case 'not-authorised':
      return {
        state: 'bad',
        text: `${domain} does not authorise ${ip}`,
        ...record,
        ...(await adding(ask, domain, found.record, ours)),
      };
  }
}
