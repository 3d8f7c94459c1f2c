// Mail to partners, over the submission server in the configuration. The only user of nodemailer.
import { createTransport } from 'nodemailer';

interface MailSettings {
  /** `smtp://host:port` or `smtps://user:password@host:port`. */
  smtp: string;
  from: string;
  replyTo?: string | undefined;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same for every try, so that a mail that arrives twice is known as one (RFC 5322 section 3.6.4). Without brackets. */
  messageId: string;
}

export interface Mailer {
  /** Resolves when the server has taken it. Throws MailRefused when it never will; all else is worth another try. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The server refuses this recipient or message for good. */
export class MailRefused extends Error {
  override name = 'MailRefused';
}

const TIMEOUT_MS = 15_000;

/** Opens no connection before the first mail. */
export function createMailer({ smtp, from, replyTo }: MailSettings): Mailer {
  const { protocol, hostname, port, username, password } = new URL(smtp);
  const isTls = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (isTls ? 465 : 25),
    secure: isTls,
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, messageId }) {
      const headers = { 'Auto-Submitted': 'auto-generated' };
      const envelope = { from, to, ...(replyTo ? { replyTo } : {}) };
      try {
        await transport.sendMail({ ...envelope, subject, text, messageId: `<${messageId}>`, headers });
      } catch (error) {
        throw isForGood(error) ? new MailRefused((error as Error).message, { cause: error }) : error;
      }
    },
    close: () => transport.close(),
  };
}

/** A 5xx about this mail. One about us (log-in, greeting) is for the postmaster to mend, and then the mail goes. */
function isForGood(error: unknown): boolean {
  const { responseCode, command, code } = error as { responseCode?: number; command?: string; code?: string };
  if (code === 'EENVELOPE' && responseCode === undefined) return true;
  return (responseCode ?? 0) >= 500 && ['RCPT TO', 'DATA'].includes(command ?? '');
}
