// What a mail tells us: a feedback report, a non-delivery report, or neither. Replies of people and of their vacation programs,
// challenges, read receipts and list mail are neither, whatever they look like.
import { type ArfReport, readArf } from './arf.js';
import { attachedMessages } from './copied-message.js';
import { type DsnReport, readDsn } from './dsn.js';
import { firstOf } from './fields.js';
import { type ReportMail, readMail, wordsOf } from './read-mail.js';

interface OtherMail {
  kind: 'other';
  from?: string;
  subject?: string;
}

export type Report = ArfReport | DsnReport | OtherMail;

/** Reports are forwarded, and forwarded again, as attachments. */
const MAX_DEPTH = 3;

/** Reads any bytes. Never throws for what they hold. */
export async function readReport(bytes: Buffer): Promise<Report> {
  const mail = await readMail(bytes);
  return (await reportIn(mail, 0)) ?? other(mail);
}

/** A report itself comes before one it holds: what came back may have been a report. */
async function reportIn(mail: ReportMail, depth: number): Promise<ArfReport | DsnReport | undefined> {
  const report = readArf(mail) ?? (isReceipt(mail) ? undefined : readDsn(mail));
  if ((report && !isVague(report)) || depth >= MAX_DEPTH) return report;
  for (const bytes of attachedMessages(mail).slice(0, 5)) {
    const inner = await reportIn(await readMail(bytes), depth + 1);
    if (inner) return inner;
  }
  return report;
}

/** It says that something failed and not what: a gateway may have wrapped the report that does. */
function isVague(report: ArfReport | DsnReport): boolean {
  return report.kind === 'dsn' && (report.recipients.length === 0 || report.readFrom === 'copy');
}

/** RFC 8098: read, deleted, displayed; it has recipients too. A mailbox that refuses may say so in the same form (RFC 5429 section 2.1.2). */
function isReceipt({ header, parts }: ReportMail): boolean {
  const isRefusal = /\brejected\b/i.test((firstOf(header, 'auto-submitted') ?? '').slice(0, 200));
  return !isRefusal && parts.some(({ type }) => type === 'message/disposition-notification');
}

function other({ header }: ReportMail): OtherMail {
  const from = firstOf(header, 'from');
  const subject = firstOf(header, 'subject');
  return {
    kind: 'other',
    ...(from === undefined ? {} : { from: wordsOf(from).slice(0, 500) }),
    ...(subject === undefined ? {} : { subject: wordsOf(subject).slice(0, 500) }),
  };
}
