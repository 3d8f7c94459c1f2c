// Why a delivery failed, as Exim logs it → what the remote host said. Exim 4.8x and before:
//   SMTP error from remote mailer after RCPT TO:<a@b>: host mx.b [192.0.2.1]: 550 5.1.1 no such user
// since then the host is an item of the line:
//   SMTP error from remote mail server after pipelined MAIL FROM:<c@d> SIZE=1770: 550 5.7.1 blocked
// Line ends of a reply are logged as the two characters \n.
import { type LoggedHost, readHost } from './fields.js';

const MAX_REPLY = 4_000;
const REMOTE = /^(?:SMTP|LMTP) error (?:from remote mail(?:er| server) )?after /;
const GREETING = 'after initial connection: ';
const GREETED = /^SMTP error from remote mail(?:er| server) after initial connection: /;
const CODE = /^[245]\d\d[ -]/;
const STATUS = /^[245]\d\d[ -]#?([245]\.\d{1,3}\.\d{1,3})(?!\d)/;

interface RemoteReply {
  /** The remote host's words, behind `after initial connection: ` when it greeted with them; or Exim's own reason where none was heard. */
  reply: string;
  dsn: string;
  /** Host of lines in the older form. */
  host?: LoggedHost;
}

export function readReply(text: string): RemoteReply {
  const cut = unescaped(withoutTime(text.slice(0, MAX_REPLY)));
  const said = REMOTE.test(cut) ? afterCommand(cut) : cut;
  const old = said.startsWith('host ') ? readHost(said, 5) : undefined;
  const isOld = old?.host.ip !== undefined && said[old.next] === ':';
  const reply = isOld ? said.slice(old.next + 2) : said;
  // What is no reply code was said by Exim: then all of it, which tells when it happened.
  const isHeard = CODE.test(reply);
  // In place of a greeting: that it was is part of what it says.
  const heard = GREETED.test(cut) ? `${GREETING}${reply}` : reply;
  return {
    reply: isHeard ? heard : cut,
    dsn: STATUS.exec(reply)?.[1] ?? '',
    ...(isOld ? { host: old.host } : {}),
  };
}

/** Behind the command it answers: `RCPT TO:<a@b>: …`, whose address is outsiders' text, or `DATA: …`. */
function afterCommand(text: string): string {
  const bracket = /(?:TO|FROM):</.exec(text.slice(0, 100));
  const from = bracket ? text.indexOf('>', bracket.index) : 0;
  const colon = text.indexOf(': ', Math.max(from, 0));
  return colon < 0 ? text : text.slice(colon + 2);
}

/** `log_selector = +deliver_time` puts ` DT=0.123s` behind the text of a failure. */
function withoutTime(text: string): string {
  const at = text.lastIndexOf(' DT=');
  return at >= 0 && at > text.length - 24 && /^ DT=[\d.]{1,14}s?$/.test(text.slice(at)) ? text.slice(0, at) : text;
}

function unescaped(text: string): string {
  return text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\\t', ' ').trim();
}
