// The words of Postfix policy delegation (SMTPD_POLICY_README): requests of `name=value` lines, each ended by an empty line, and
// replies of one `action=` line and an empty one. Pure: bytes in, requests out, whatever the pieces they arrive in.

/** Attributes by name, as sent. A later line of the same name wins; unknown names are kept and ignored by who reads them. */
export type PolicyRequest = ReadonlyMap<string, string>;

export type Parsed = { kind: 'request'; attributes: PolicyRequest } | { kind: 'bad'; reason: string };

export interface Bounds {
  /** Bytes of one request without its empty line. */
  requestBytes: number;
  /** Characters of one line. */
  lineLength: number;
  /** Lines of one request. */
  attributes: number;
}

/**
 * Postfix cuts what clients send at 2,048 bytes (`line_length_limit`) and sends 33 attributes at version 3.12, most of them short.
 * A certificate subject may be longer than a line, so these leave room and still bound what a connection can hold.
 */
const BOUNDS: Bounds = { requestBytes: 65_536, lineLength: 16_384, attributes: 128 };

/** Pieces kept apart before they are joined: a client that sends single bytes costs neither much copying nor many buffers. */
const MAX_PIECES = 64;

const NEWLINE = 10;
const REQUEST_END = Buffer.from('\n\n');

export interface PolicyParser {
  /** Takes the next piece and returns what it completes, in order. After something bad it returns nothing any more. */
  push(piece: Buffer): Parsed[];
  /** Reports whether a request has begun and not ended. */
  isMidRequest(): boolean;
}

/** Makes the parser of one connection. Whoever breaks a bound or the form is out of step with us: nothing after it is read. */
export function createPolicyParser(bounds: Bounds = BOUNDS): PolicyParser {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isBroken = false;

  function keep(rest: Buffer): void {
    pending = rest.length > 0 ? [rest] : [];
    pendingBytes = rest.length;
  }

  /** Keeps a piece; returns all that is pending once a request ends in it or has become too long. */
  function hold(piece: Buffer): Buffer | undefined {
    const last = pending.at(-1);
    const endsHere =
      piece.includes(REQUEST_END) || (piece[0] === NEWLINE && (last === undefined || last.at(-1) === NEWLINE));
    pending.push(piece);
    pendingBytes += piece.length;
    if (pending.length > MAX_PIECES) pending = [Buffer.concat(pending, pendingBytes)];
    const isTooLong = pendingBytes - 1 > bounds.requestBytes;
    return endsHere || isTooLong ? Buffer.concat(pending, pendingBytes) : undefined;
  }

  return {
    push(piece) {
      if (isBroken || piece.length === 0) return [];
      const bytes = pendingBytes === 0 ? piece : hold(piece);
      if (bytes === undefined) return [];
      const { parsed, rest } = readRequests(bytes, bounds);
      isBroken = parsed.at(-1)?.kind === 'bad';
      keep(isBroken ? Buffer.alloc(0) : rest);
      return parsed;
    },
    isMidRequest: () => pendingBytes > 0,
  };
}

/** The line that answers a request. `action` must not hold a line break; one that does would answer the next request too. */
export function encodeReply(action: string): string {
  if (/[\r\n\0]/.test(action)) throw new Error(`policy reply: line break in action ${JSON.stringify(action)}`);
  return `action=${action}\n\n`;
}

function readRequests(bytes: Buffer, bounds: Bounds): { parsed: Parsed[]; rest: Buffer } {
  const parsed: Parsed[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes[start] === NEWLINE ? start : bytes.indexOf(REQUEST_END, start);
    // An unfinished request may already hold the first of the two line ends.
    const length = end >= 0 ? end - start : bytes.length - 1 - start;
    if (length > bounds.requestBytes) {
      parsed.push({ kind: 'bad', reason: `request longer than ${bounds.requestBytes} bytes` });
      break;
    }
    if (end < 0) break;
    const request = readAttributes(bytes.toString('utf8', start, end), bounds);
    parsed.push(request);
    if (request.kind === 'bad') break;
    start = end + REQUEST_END.length;
  }
  // A copy: a rest of some bytes must not keep the whole piece in memory.
  return { parsed, rest: Buffer.from(bytes.subarray(start)) };
}

function readAttributes(text: string, bounds: Bounds): Parsed {
  const lines = text.split('\n');
  if (lines.length > bounds.attributes) return { kind: 'bad', reason: `more than ${bounds.attributes} attributes` };
  const attributes = new Map<string, string>();
  for (const line of lines) {
    if (line.length > bounds.lineLength)
      return { kind: 'bad', reason: `line longer than ${bounds.lineLength} characters` };
    const equals = line.indexOf('=');
    if (equals < 1) return { kind: 'bad', reason: 'line without name=value' };
    attributes.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return { kind: 'request', attributes };
}
