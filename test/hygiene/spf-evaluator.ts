// SPF evaluated in the plainest way (RFC 7208 section 4), apart from src/: what a record means before and after our advice.
import type { Ask } from '../../src/hygiene/ask.js';

export interface Host {
  txt?: string[];
  a?: string[];
  aaaa?: string[];
  mx?: string[];
}
export type World = Readonly<Record<string, Host>>;
export type Result = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror';

const RESULTS: Record<string, Result> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' };
const ASKING = ['include', 'a', 'mx', 'exists', 'redirect'];

class PermError extends Error {}

/** What a receiver makes of mail from the domain by way of an IPv4 address. */
export function evaluate(world: World, domain: string, ip: string): Result {
  const counts = { terms: 0, voids: 0 };
  try {
    return check(domain);
  } catch (error) {
    if (error instanceof PermError) return 'permerror';
    throw error;
  }

  function check(name: string): Result {
    const records = (world[name]?.txt ?? []).filter((text) => /^v=spf1( |$)/i.test(text));
    if (records.length > 1) throw new PermError('several');
    if (records[0] === undefined) return 'none';
    const words = records[0].split(/ +/).slice(1).filter(Boolean);
    const terms = words.map(readWord);
    for (const { mechanism, sign, value } of terms) {
      if (mechanism === 'modifier' || mechanism === 'redirect') continue;
      if (fits(name, mechanism, value)) return RESULTS[sign] ?? 'neutral';
    }
    const redirect = terms.filter(({ mechanism }) => mechanism === 'redirect');
    if (redirect.length > 1) throw new PermError('two redirects');
    if (redirect[0] === undefined) return 'neutral';
    count();
    const result = check(expanded(redirect[0].value, name));
    if (result === 'none') throw new PermError('redirect to nothing');
    return result;
  }

  function fits(name: string, mechanism: string, value: string): boolean {
    if (ASKING.includes(mechanism)) count();
    const [host = '', bits = '32'] = value.split('/');
    const target = host === '' ? name : expanded(host, name);
    switch (mechanism) {
      case 'all':
        return true;
      case 'ip4':
        return isIn(ip, host, Number(bits));
      case 'ip6':
        return false;
      case 'include': {
        const result = check(target);
        if (result === 'none') throw new PermError('include of nothing');
        return result === 'pass';
      }
      case 'a':
        return found(world[target]?.a).some((address) => isIn(ip, address, Number(bits)));
      case 'mx':
        return found(world[target]?.mx).some((mx) =>
          (world[mx]?.a ?? []).some((address) => isIn(ip, address, Number(bits))),
        );
      default:
        return found(world[target]?.a).length > 0;
    }
  }

  function count(): void {
    if (++counts.terms > 10) throw new PermError('too many look-ups');
  }

  function found(values: string[] = []): string[] {
    if (values.length === 0 && ++counts.voids > 2) throw new PermError('too many void look-ups');
    return values;
  }

  function expanded(text: string, name: string): string {
    const reversed = ip.split('.').reverse().join('.');
    return text
      .replace('%{ir}', reversed)
      .replace('%{i}', ip)
      .replace('%{v}', 'in-addr')
      .replace('%{d}', name)
      .toLowerCase();
  }
}

function readWord(word: string): { sign: string; mechanism: string; value: string } {
  const [, redirect] = /^redirect=(.+)$/i.exec(word) ?? [];
  if (redirect !== undefined) return { sign: '+', mechanism: 'redirect', value: redirect };
  if (/^[a-z][a-z0-9._-]*=/i.test(word)) return { sign: '+', mechanism: 'modifier', value: '' };
  const [, sign = '', mechanism = '', rest = ''] =
    /^([+\-~?]?)(all|include|a|mx|ip4|ip6|exists)((?:[:/].*)?)$/i.exec(word) ?? [];
  if (mechanism === '') throw new PermError(word);
  const value = rest.startsWith(':') ? rest.slice(1) : rest;
  if (/^ip4$/i.test(mechanism) && !/^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(value)) throw new PermError(word);
  if (/^(include|exists)$/i.test(mechanism) && (value === '' || /[,;:]/.test(value))) throw new PermError(word);
  return { sign: sign || '+', mechanism: mechanism.toLowerCase(), value };
}

function isIn(ip: string, network: string, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(network) / size);
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** The world as our own code asks it. */
export function asking(world: World): Ask {
  return async (name, type) => {
    const host = world[name.toLowerCase()];
    const values = { TXT: host?.txt, A: host?.a, AAAA: host?.aaaa, MX: host?.mx, PTR: undefined }[type] ?? [];
    if (values.length > 0) return { kind: 'found', values: [...values] };
    return { kind: 'missing', rcode: host ? 'NOERROR' : 'NXDOMAIN' };
  };
}
