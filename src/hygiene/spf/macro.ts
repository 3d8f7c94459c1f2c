// SPF macros (RFC 7208 section 7), expanded as for one mail of ours.
import expandMacros from 'mailauth/lib/spf/macro.js';

export interface SpfMail {
  /** Sender, `postmaster@domain` for a greeting. */
  sender: string;
  ip: string;
  helo: string;
}

/**
 * Puts the domain that a record stands under in place of `%{d}` and its kin. The library takes the sender's domain for it, also within
 * an include, where it is another (section 7.2).
 */
export function withDomain(text: string, domain: string): string {
  return text.replace(
    /%\{d(\d{0,3})(r?)([.\-+,/_=]*)\}/gi,
    (_, digits: string, reverse: string, delimiters: string) => {
      const splitAt = new Set(delimiters === '' ? '.' : delimiters);
      const parts = splitBy(domain, splitAt);
      if (reverse !== '') parts.reverse();
      return parts.slice(digits === '' || Number(digits) === 0 ? 0 : -Number(digits)).join('.');
    },
  );
}

/** A domain-spec without its macros; undefined when they make no sense. */
export function expand(text: string, domain: string, mail: SpfMail): string | undefined {
  try {
    return expandMacros(withDomain(text, domain), mail).replace(/\.$/, '').toLowerCase();
  } catch {
    return undefined;
  }
}

function splitBy(text: string, delimiters: ReadonlySet<string>): string[] {
  const parts = [''];
  for (const char of text) {
    if (delimiters.has(char)) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
