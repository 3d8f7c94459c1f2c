// Where the mail server hands us the mail of the address that reports go to: LMTP (RFC 2033). A mail is accepted once it is in the
// spool to stay, and never otherwise: until then it is the mail server's, which tries again. A second try of the same bytes is the same
// batch, so that nothing counts twice.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { UserError } from '../../errors.js';
import { parseIp } from '../../mail/ip.js';
import { fingerprintOf } from '../spool.js';
import type { Put, SpoolWriter } from '../spool-writer.js';

/** A report with a whole newsletter in it is far smaller. */
const MAX_BYTES = 10 * 1_048_576;
const MAX_CLIENTS = 50;
const IDLE_MS = 60_000;
/** What is being received when we stop has this long to come to its end. */
const CLOSE_MS = 5_000;

interface LmtpOptions {
  /** `host:port`, `[::1]:port`; port 0 takes a free one. */
  listen: string;
  /** Others than this machine may come too. LMTP knows no password: whoever reaches it can report whom he likes. */
  isOpen: boolean;
  spool: Pick<SpoolWriter, 'put'>;
  /** Mail could not be kept; the client was told to come again. */
  onError: (error: Error) => void;
  maxBytes?: number;
}

export interface Lmtp {
  port: number;
  stop(): Promise<void>;
}

/** Listens; throws UserError for what the operator can mend. */
export async function startLmtp(options: LmtpOptions): Promise<Lmtp> {
  const { host, port } = addressOf(options);
  const server = buildServer(options);
  await new Promise<void>((listening, failed) => {
    server.once('error', (cause) =>
      failed(new UserError(`intake.lmtp.listen: cannot listen on ${options.listen}: ${cause.message}`, { cause })),
    );
    server.listen(port, host, () => listening());
  });
  // What goes wrong on a single connection ends with it: clients come and go.
  server.on('error', () => {});
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}

function addressOf({ listen, isOpen }: LmtpOptions): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  const isLoopback = host === 'localhost' || parseIp(host)?.range() === 'loopback';
  if (!isLoopback && !isOpen)
    throw new UserError(
      `intake.lmtp.listen: ${host} is not on loopback, and LMTP knows no password. Set intake.lmtp.beyondLoopback to true if only your mail server can reach it.`,
    );
  return { host, port: Number(listen.slice(colon + 1)) };
}

function buildServer(options: LmtpOptions): SMTPServer {
  const { maxBytes = MAX_BYTES } = options;
  return new SMTPServer({
    lmtp: true,
    name: 'relaywarden',
    size: maxBytes,
    rejectOversized: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideSTARTTLS: true,
    hideENHANCEDSTATUSCODES: false,
    authOptional: true,
    disableReverseLookup: true,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_MS,
    closeTimeout: CLOSE_MS,
    logger: false,
    onData: (stream, _session, answer) => {
      receive(stream, options, maxBytes).then(
        () => answer(null, 'OK: kept'),
        (error: Error) => answer(error),
      );
    },
  });
}

/** An answer to the client: a code and words it may show its people. */
function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

async function receive(stream: SMTPServerDataStream, { spool, onError }: LmtpOptions, maxBytes: number): Promise<void> {
  const pieces = await piecesOf(stream, maxBytes);
  const fingerprint = fingerprintOf(pieces);
  let put: Put;
  try {
    put = await spool.put({ key: fingerprint, kind: 'report', bytes: pieces, fingerprint });
  } catch (error) {
    onError(error as Error);
    throw refusal(451, 'Error: the report cannot be kept now, try again later');
  }
  if (put === 'full') throw refusal(452, 'Error: too many reports wait, try again later');
}

/** The whole mail; what is beyond the limit is read and let go of. A client that leaves early has sent nothing. */
async function piecesOf(stream: SMTPServerDataStream, maxBytes: number): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= maxBytes) pieces.push(piece);
    else pieces.length = 0;
  }
  if (size > maxBytes) throw refusal(552, `Error: reports may have ${maxBytes} bytes`);
  return pieces;
}
