// Who a message came from, as smtpd(8) writes it behind `client=`, with a queue id or NOQUEUE before it:
// pc.example[192.0.2.11]:40123, sasl_method=LOGIN, sasl_username=ann@x.example, sasl_sender=S, orig_queue_id=ID, orig_client=pc[192.0.2.1]
import { type Page, word } from '../page.js';

const METHOD = word(', sasl_method=');
const LOGIN = word(', sasl_username=');
const SASL_SENDER = word(', sasl_sender=');
export const ORIGINAL_ID = word(', orig_queue_id=');
export const ORIGINAL_CLIENT = word(', orig_client=');
const COMMA = 0x2c;

/** Where the login begins behind the client, of which `from` is the first comma; -1 for none. */
export function startOfLogin(page: Page, from: number, end: number): number {
  const at = page.has(METHOD, from) ? page.findByte(COMMA, from + METHOD.length, end) : from;
  return at >= 0 && page.has(LOGIN, at) ? at + LOGIN.length : -1;
}

/** A login may hold a comma: it ends before the fields that can follow it. */
export function endOfLogin(page: Page, from: number, end: number): number {
  let at = page.findByte(COMMA, from, end);
  while (at >= 0 && !page.has(SASL_SENDER, at) && !page.has(ORIGINAL_ID, at) && !page.has(ORIGINAL_CLIENT, at)) {
    at = page.findByte(COMMA, at + 1, end);
  }
  return at < 0 ? end : at;
}
