// Mail addresses as they stand in envelopes and logs (RFC 5321 section 4.1.2). Pure.
import { domainToASCII, domainToUnicode } from 'node:url';

/** The null sender `<>` of bounces, as we keep it. */
export const NULL_SENDER = '';

/**
 * The form under which an envelope address or SASL login is compared: no angle brackets, lower case.
 * RFC 5321 lets a receiver treat local parts as case-sensitive; no relay customer means two people by that.
 */
export function normaliseAddress(address: string): string {
  const trimmed = address.trim();
  const bare = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
  return bare.toLowerCase();
}

/** Local domains as the configuration names them, to be looked up by loginKey. */
export function localSet(localDomains: readonly string[] = []): ReadonlySet<string> {
  return new Set(localDomains.map((domain) => domain.toLowerCase()));
}

/**
 * A SASL login under the form it is compared by: lower case, without a local domain (lower case; what Postfix appends to a bare
 * login, `smtpd_sasl_local_domain`). Any other domain behind a login is part of it. '' for none.
 */
export function loginKey(login: string, localDomains: ReadonlySet<string>): string {
  const key = login.trim().toLowerCase();
  const at = key.lastIndexOf('@');
  return at > 0 && localDomains.has(key.slice(at + 1)) ? key.slice(0, at) : key;
}

/** The domain behind the last `@`, lower case, without a closing dot; '' when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return '';
  const domain = address.slice(at + 1).toLowerCase();
  return domain.endsWith('.') ? domain.slice(0, -1) : domain;
}

/**
 * The form under which an address, a login or a domain of the customer file finds that of a log: normalised, and what stands behind the
 * last `@`, all of it where there is none, in ASCII (`xn--…`, RFC 5891). The file has a domain as people write it; most logs have it so.
 */
export function addressKey(text: string): string {
  const plain = normaliseAddress(text);
  if (!NOT_ASCII.test(plain)) return plain;
  const from = plain.lastIndexOf('@') + 1;
  return plain.slice(0, from) + (domainToASCII(plain.slice(from)) || plain.slice(from));
}

/** Every form in which a log may have an address or domain: its key, and in letters of its own script. */
export function formsOf(text: string): string[] {
  const key = addressKey(text);
  if (!key.includes('xn--')) return [key];
  const from = key.lastIndexOf('@') + 1;
  const inLetters = domainToUnicode(key.slice(from)) || key.slice(from);
  return [...new Set([key, key.slice(0, from) + inLetters, normaliseAddress(text)])];
}

const NOT_ASCII = /[^\0-\x7f]/;
