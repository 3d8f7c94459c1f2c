// `relaywarden report`: what was read in feedback reports and non-delivery reports. A line of JSON for each mail, or words for people.
import { UserError } from '../errors.js';
import { mailFiles, mailsIn } from '../intake/reports/mailbox.js';
import { type Report, readReport } from '../intake/reports/read-report.js';
import { reportText } from './report-text.js';
import { endQuietlyOnClosedPipe, inviteToType, isForPeople, makeGroup, printLine } from './terminal/options.js';
import { progressBar } from './terminal/progress.js';

interface Options {
  text?: boolean;
  json?: boolean;
}

export function reportCommand(onExit: (code: number) => void) {
  // It reads no configuration.
  return makeGroup(
    'report',
    'read feedback reports (ARF) and non-delivery reports (DSN)',
    'relaywarden report complaint.eml\n  relaywarden report --text ~/Maildir\n  formail -s cat < mbox | relaywarden report -',
  )
    .argument('<file...>', 'mails, mailbox files (mbox) and folders (Maildir too); - is stdin, gzip is unpacked')
    .option('--json', 'a line of JSON for each mail (the default where stdout is no terminal)')
    .option('--text', 'a few lines of words for each mail (the default on a terminal)')
    .addHelpText(
      'after',
      '\nExit 0 when every mail was read, 2 when a file or a mail could not be; the others are read all the same.',
    )
    .action(async (files: string[], options: Options) => onExit(await run(files, options)));
}

async function run(paths: readonly string[], options: Options): Promise<number> {
  const text = isForPeople(options);
  endQuietlyOnClosedPipe();
  const { files, troubles } = await filesOf(paths);
  if (files.includes('-')) inviteToType('a mail with its header');
  const bar = files.length > 1 ? progressBar(files.length, 'files') : undefined;
  for (const file of files) {
    for await (const mail of mailsIn(file)) {
      if ('trouble' in mail) {
        troubles.push(mail.trouble);
        continue;
      }
      const report = await readReport(mail.bytes);
      if (isNoMail(report, mail.bytes)) troubles.push(`${mail.from} is no mail: there is no header in it`);
      else await printLine(shown(report, mail.from, text));
    }
    bar?.increment();
  }
  bar?.stop();
  if (troubles.length === 1 && files.length <= 1) throw new UserError(`${troubles[0]}.`);
  for (const trouble of troubles) process.stderr.write(`relaywarden: ${trouble}.\n`);
  return troubles.length > 0 ? 2 : 0;
}

/** As much of a mail as may be its header. */
const HEADER_BYTES = 64 * 1024;
/** What stands before a mail in a mailbox file, or in nearly every header (RFC 5322 section 3.6, RFC 2045 section 3). */
const MAIL_SIGNS =
  /^From |^(?:return-path|received|date|sender|reply-to|to|cc|message-id|delivered-to|mime-version|content-type|x-[\w-]+)[ \t]*:/im;

function isNoMail(report: Report, bytes: Buffer): boolean {
  if (report.kind !== 'other' || report.from !== undefined || report.subject !== undefined) return false;
  const [header = ''] = bytes
    .toString('latin1', 0, HEADER_BYTES)
    .trimStart()
    .split(/\r?\n\r?\n/, 1);
  return !MAIL_SIGNS.test(header);
}

function shown(report: Report, from: string, asText: boolean): string {
  return asText ? reportText(report, from) : JSON.stringify({ mail: from, ...report });
}

/** Every file there is, and why the others are not. */
async function filesOf(paths: readonly string[]): Promise<{ files: string[]; troubles: string[] }> {
  const files: string[] = [];
  const troubles: string[] = [];
  for (const path of paths) {
    try {
      const found = await mailFiles(path);
      if (found.length === 0) troubles.push(`There is no mail in ${path}`);
      files.push(...found);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      troubles.push(error.message);
    }
  }
  return { files, troubles };
}
