// What became of the mail that came as a report.

/** Since the worker started. */
export interface ReportStats {
  complaints: number;
  lateBounces: number;
  /** Reports that nothing is counted for: wanted mail, failed authentication, delays, our own notifications, messages that are not ours. */
  withoutEffect: number;
  /** Mails that are no reports. */
  others: number;
}

export const NO_REPORTS: Readonly<ReportStats> = { complaints: 0, lateBounces: 0, withoutEffect: 0, others: 0 };
