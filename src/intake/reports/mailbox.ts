// Mails on disk: a file with one, a mailbox file with many (mbox, RFC 4155), a Maildir, a folder of files. One mail at a time in memory.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTrouble, UserError } from '../../errors.js';
import { unpacked } from '../unpacked.js';
import { MAX_MAIL_BYTES } from './read-mail.js';

/** A mail's bytes, or why there are none. `from` says where it stood, for people. */
type StoredMail = { from: string; bytes: Buffer } | { from: string; trouble: string };

/** The files behind a name: itself, or what a folder holds (a Maildir's `new` and `cur`). Throws UserError. */
export async function mailFiles(path: string): Promise<string[]> {
  if (path === '-') return ['-'];
  const found = await stat(path).catch((error: Error) => error);
  if (found instanceof Error) throw new UserError(`${path} cannot be read: ${fileTrouble(found)}`, { cause: found });
  if (!found.isDirectory()) return [path];
  const names = await filesOf(path);
  const boxes = await Promise.all(['new', 'cur'].map((box) => filesOf(join(path, box)).catch(() => [])));
  const inBoxes = boxes.flat();
  return inBoxes.length > 0 ? inBoxes : names;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** Every mail of a file; `-` is stdin. What cannot be read is told in its place. */
export async function* mailsIn(path: string, maxBytes = MAX_MAIL_BYTES): AsyncGenerator<StoredMail> {
  const name = path === '-' ? 'stdin' : path;
  const input = unpacked(path === '-' ? process.stdin : createReadStream(path));
  let number = 0;
  try {
    for await (const mail of splitMailbox(input, maxBytes)) {
      number++;
      const from = mail.isFirst && mail.isLast ? name : `${name}, mail ${number}`;
      if (mail.bytes.length > maxBytes) yield { from, trouble: `${from} is larger than ${maxBytes / 1_048_576} MiB` };
      else if (mail.bytes.subarray(0, 500).includes(0)) yield { from, trouble: `${from} is no mail: it is no text` };
      else if (mail.bytes.toString('latin1', 0, 1_000).trim() === '') yield { from, trouble: `${from} is empty` };
      else yield { from, bytes: mail.bytes };
    }
  } catch (error) {
    yield {
      from: name,
      trouble: `${name} cannot be read: ${error instanceof UserError ? error.message : fileTrouble(error as Error)}`,
    };
  }
}

interface Split {
  /** One byte more than `maxBytes` when there were more. */
  bytes: Buffer;
  isFirst: boolean;
  isLast: boolean;
}

// From MAILER-DAEMON  Sun Sep  7 21:40:07 2008
const FROM_LINE = /^From \S.{0,300}\d\d:\d\d/;

/** A mailbox file begins with a `From ` line; in one that does, each such line behind an empty one begins a mail. */
async function* splitMailbox(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Split> {
  let pieces: Buffer[] = [];
  let size = 0;
  let isMailbox: boolean | undefined;
  let isFirst = true;
  let wasEmpty = true;
  for await (const line of linesOf(input)) {
    isMailbox ??= FROM_LINE.test(line.toString('latin1', 0, 400));
    if (isMailbox && wasEmpty && size > 0 && line[0] === 0x46 && FROM_LINE.test(line.toString('latin1', 0, 400))) {
      yield { bytes: Buffer.concat(pieces), isFirst, isLast: false };
      [pieces, size, isFirst] = [[], 0, false];
    }
    wasEmpty = line.length <= 2 && (line[0] === 0x0a || (line[0] === 0x0d && line[1] === 0x0a));
    if (size <= maxBytes) pieces.push(line.subarray(0, maxBytes + 1 - size));
    size += line.length;
  }
  yield { bytes: Buffer.concat(pieces), isFirst, isLast: true };
}

/** Lines with their ends; a very long one comes in pieces. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      yield bytes.subarray(start, end + 1);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > 1_048_576) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest;
}
