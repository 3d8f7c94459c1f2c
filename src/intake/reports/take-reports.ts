// Reports out of the spool, for the log worker: read, tied to the message, handed on as events. The spool lets the same bytes count
// once; what comes twice in different clothes (a copy for the postmaster, a second try of the reporter) is known here by what it says.
import { isAccusation, type MailEvent } from '../../mail/event.js';
import { type Report, readReport } from './read-report.js';
import { NO_REPORTS, type ReportStats } from './report-stats.js';
import { type OurSide, toEvents } from './to-events.js';

/** Remembered in memory alone: a repetition comes within minutes, and one over a restart costs one complaint too many. */
const REMEMBERED = 50_000;

export class ReportTaker {
  readonly stats: ReportStats = { ...NO_REPORTS };
  private readonly seen = new Set<string>();

  constructor(private readonly ours: OurSide) {}

  /** Reads one mail and hands on its events. */
  async take(bytes: Buffer, take: (event: MailEvent) => void): Promise<void> {
    const report = await readReport(bytes);
    if (report.kind === 'other') {
      this.stats.others++;
      return;
    }
    const events = toEvents(report, this.ours).filter((event) => this.isNew(report, event));
    if (events.length === 0) this.stats.withoutEffect++;
    for (const event of events) {
      if (event.kind !== 'complaint') this.stats.lateBounces++;
      else if (isAccusation(event)) this.stats.complaints++;
      else this.stats.withoutEffect++;
      take(event);
    }
  }

  private isNew(report: Exclude<Report, { kind: 'other' }>, event: MailEvent): boolean {
    const key = identityOf(report, event);
    if (key === undefined) return true;
    if (this.seen.has(key)) return false;
    if (this.seen.size >= REMEMBERED) this.seen.delete(this.seen.values().next().value as string);
    this.seen.add(key);
    return true;
  }
}

/** A complaint is the mail that brings it; a bounce is a message and a recipient. Undefined when nothing tells it from others. */
function identityOf({ reportId, about }: Exclude<Report, { kind: 'other' }>, event: MailEvent): string | undefined {
  if (event.kind === 'complaint') return reportId === undefined ? undefined : `complaint ${reportId}`;
  const message = about.messageId ?? about.queueIds.at(-1);
  return event.kind === 'delivery' && message !== undefined ? `bounce ${message} ${event.recipient}` : undefined;
}
