// The MIME parser, postal-mime, made fit for long mails: it keeps every line of a part by itself and joins them at the part's end, which takes
// it most of its time when there are tens of thousands. Here they are joined as they come.
import PostalMime, { type Email } from 'postal-mime';

/** Lines and their ends that may wait to be joined. */
const MOST_PIECES = 4_096;

/** A line as it is, the end of one, or what base64 held. */
type Piece = Uint8Array | string | ArrayBuffer;

/** What its types leave out (version 4). With a version that lacks it reading is slow again, and as right as before. */
interface Inside {
  currentNode?: { contentDecoder?: { chunks?: Piece[] } | null };
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
  parser.processLine = (line, isFinal) => {
    const pieces = parser.currentNode?.contentDecoder?.chunks;
    if (pieces && pieces.length >= MOST_PIECES) pieces.splice(0, pieces.length, joined(pieces));
    return processLine(line, isFinal);
  };
}

function joined(pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.map(bytesOf));
}

function bytesOf(piece: Piece): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece);
  return piece instanceof ArrayBuffer ? Buffer.from(piece) : piece;
}
