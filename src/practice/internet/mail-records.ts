// What the practice company and its customers publish for their mail: mostly in order. One customer's SPF record still names its old
// relay, one has no DMARC record, one lets everybody send.
import type { DnsReply } from './dns-server.js';
import { CLEAN_MTA, CUSTOMERS, RELAYS } from './people.js';

/** What customers put into their SPF record for the practice company. */
export const SPF_INCLUDE = 'spf.northrelay.example';

/** The customer whose mail is signed, and by which key. */
export const SIGNED = { domain: 'lyngmark-tann.example', selector: 'nr1' };
const PUBLIC_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

const OLD_RELAY = 'spf.gammelpost.example';
const OURS = [...RELAYS.flatMap(({ outbound_ip: ip }) => ip ?? []), CLEAN_MTA.ip];

const ODD_SPF: Record<string, string> = {
  'granholt-verksted.example': `v=spf1 include:${OLD_RELAY} ~all`,
  'nordbye-logistikk.example': `v=spf1 include:${SPF_INCLUDE} +all`,
};
const WITHOUT_DMARC = new Set(['sommerro-bakeri.example']);

/** TXT records by name, lower case. */
export const MAIL_RECORDS: ReadonlyMap<string, DnsReply> = new Map<string, DnsReply>([
  [SPF_INCLUDE, text(`v=spf1 ${OURS.map((ip) => `ip4:${ip}`).join(' ')} -all`)],
  [OLD_RELAY, text('v=spf1 ip4:192.0.2.80 -all')],
  [`${SIGNED.selector}._domainkey.${SIGNED.domain}`, text(`v=DKIM1; k=ed25519; p=${PUBLIC_KEY}`)],
  ...CUSTOMERS.flatMap(({ domains }) => domains).flatMap(recordsOf),
]);

function recordsOf(domain: string): [string, DnsReply][] {
  const spf = text(ODD_SPF[domain] ?? `v=spf1 include:${SPF_INCLUDE} -all`);
  const dmarc = text(`v=DMARC1; p=quarantine; rua=mailto:dmarc@${domain}`);
  return [[domain, spf], ...(WITHOUT_DMARC.has(domain) ? [] : [[`_dmarc.${domain}`, dmarc] as [string, DnsReply]])];
}

function text(record: string): DnsReply {
  return { txt: [record] };
}
