// A report in words, for whoever looks at one mail. What outsiders wrote is cut and loses what a terminal would obey.
import type { AboutMessage } from '../intake/reports/about.js';
import type { ArfReport } from '../intake/reports/arf.js';
import type { DsnReport } from '../intake/reports/dsn.js';
import type { Report } from '../intake/reports/read-report.js';
import { isAccusation } from '../mail/event.js';

/** A few lines, an empty one at the end. */
export function reportText(report: Report, source: string): string {
  return [plain(source), ...linesFor(report), ''].join('\n');
}

function linesFor(report: Report): string[] {
  if (report.kind === 'arf') return arfLines(report);
  if (report.kind === 'dsn') return dsnLines(report);
  return [
    `  no report: ${plain(report.subject ?? 'a mail without a subject')}${report.from ? ` from ${plain(report.from)}` : ''}`,
  ];
}

function arfLines(report: ArfReport): string[] {
  const { feedbackType, reporter, userAgent, sourceIp, arrivalDate, originalRcptTo, about } = report;
  return [
    `  ${plain(feedbackType)} report of ${plain(reporter || 'nobody named')}${userAgent ? ` (${plain(userAgent)})` : ''}`,
    ...(isAccusation(report) ? [] : ['  no complaint, so it counts as nothing']),
    ...line('came from', sourceIp),
    ...line('arrived', arrivalDate),
    ...line('recipient', originalRcptTo.join(', ')),
    ...aboutLines(about),
  ];
}

function dsnLines({ recipients, failedRecipients, reportingMta, reporter, about }: DsnReport): string[] {
  const told = recipients.map(({ action, finalRecipient, status, meaning, diagnosticCode }) =>
    plain(`    ${action} ${finalRecipient} ${status}${meaning ? ` (${meaning})` : ''} ${diagnosticCode ?? ''}`),
  );
  return [`  ${failedRecipients} failed, says ${plain(reportingMta ?? reporter)}`, ...told, ...aboutLines(about)];
}

function aboutLines({ returnPath, from, subject, messageId, queueIds }: AboutMessage): string[] {
  return [
    ...line('sender', returnPath ?? from),
    ...line('subject', subject),
    ...line('message id', messageId),
    ...line('queue ids', queueIds.join(' ')),
  ];
}

function line(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`  ${name}: ${plain(value)}`];
}

/** Control characters would move the cursor, or worse. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 500);
}
