// The MIME parser, postal-mime, made fit for long mails: it keeps every line of a part by itself and joins them at the part's end, which takes
// it most of its time when there are tens of thousands. Here they are joined as they come. In base64 it takes a line apart at its padding, and
// one of a million padded units (`AA==AA==`) would hold up the log worker for seconds: here it is decoded in one go.
import PostalMime, { type Email } from 'postal-mime';

/** Lines and their ends that may wait to be joined. */
const MOST_PIECES = 4_096;

/** A line as it is, the end of one, or what base64 held. */
type Piece = Uint8Array | string | ArrayBuffer;

/** Of a part. The one for base64 has a remainder: what is left of a line when it is decoded by fours. */
interface Decoder {
  chunks?: Piece[];
  remainder?: string;
  update?(line: Uint8Array): void;
}

/** What its types leave out (version 4). With a version that lacks it reading is slow again, and as right as before. */
interface Inside {
  currentNode?: { contentDecoder?: Decoder | null };
  processLine(line: Uint8Array, isFinal: boolean): Promise<void>;
}

/** Takes a mail apart. Throws for what postal-mime gives up. */
export async function parseMime(mail: Buffer): Promise<Email> {
  const parser = new PostalMime({ forceRfc822Attachments: true, maxNestingDepth: 32, maxHeadersSize: 1_048_576 });
  joinAsTheyCome(parser as unknown as Inside);
  return parser.parse(mail);
}

function joinAsTheyCome(parser: Inside): void {
  const processLine = parser.processLine?.bind(parser);
  if (!processLine) return;
  let known: Decoder | null | undefined;
  parser.processLine = (line, isFinal) => {
    const decoder = parser.currentNode?.contentDecoder;
    if (decoder && decoder !== known) decodeByLine(decoder);
    known = decoder;
    const pieces = decoder?.chunks;
    if (pieces && pieces.length >= MOST_PIECES) pieces.splice(0, pieces.length, joined(pieces));
    return processLine(line, isFinal);
  };
}

/** Has the decoder of base64 make one piece of each line, whatever is padded in it. */
function decodeByLine(decoder: Decoder): void {
  const { chunks } = decoder;
  if (!chunks || decoder.remainder === undefined || !decoder.update) return;
  const decode = base64Decoder();
  decoder.update = (line) => {
    const bytes = decode(line);
    if (bytes.length > 0) chunks.push(bytes);
  };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 64;
const NOTHING = 65;
/** What each byte stands for: six bits, a pad, or nothing (RFC 2045 section 6.8). */
const MEANINGS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  const value = BASE64.indexOf(letter);
  return letter === '=' ? PAD : value < 0 ? NOTHING : value;
});

/**
 * A function from the lines of a part to the bytes they hold. A pad ends a unit: bits that are left then are no byte. What else is not of
 * base64 is passed over.
 */
function base64Decoder(): (line: Uint8Array) => Uint8Array {
  let bits = 0;
  let bitCount = 0;
  return (line) => {
    const bytes = new Uint8Array(Math.ceil((line.length * 3) / 4) + 1);
    let length = 0;
    for (const byte of line) {
      const meaning = MEANINGS[byte] as number;
      if (meaning === PAD) bitCount = 0;
      if (meaning >= PAD) continue;
      bits = ((bits << 6) | meaning) & 0xffff;
      bitCount += 6;
      if (bitCount < 8) continue;
      bitCount -= 8;
      bytes[length++] = bits >> bitCount;
    }
    return bytes.subarray(0, length);
  };
}

function joined(pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.map(bytesOf));
}

function bytesOf(piece: Piece): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece);
  return piece instanceof ArrayBuffer ? Buffer.from(piece) : piece;
}
