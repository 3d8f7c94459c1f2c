// Fetches the two SNDS tables. The link holds the key and so does every address made of it: neither is ever part of a text.
import { readSndsData, readSndsStatus, type SndsData, type SndsStatus } from './tables.js';

export interface SndsAccess {
  /** Base of the two reports; or with `{report}` where `data` and `ipStatus` go. */
  url: string;
  key: string;
  timeoutMs: number;
}

/** expired: the automated link is gone; they live for 30 days. */
export type SndsFetched =
  | { kind: 'fetched'; data: SndsData[]; status: SndsStatus[] }
  | { kind: 'expired' }
  | { kind: 'unreachable'; text: string }
  | { kind: 'unknown-layout'; text: string };

/** A table of 100,000 rows has some 15 MB; nobody has so many addresses. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Asks for both tables; what goes wrong with either goes wrong with both. Never throws. */
export async function fetchSnds(access: SndsAccess): Promise<SndsFetched> {
  const data = await fetchReport(access, 'data');
  if (data.kind !== 'text') return data;
  const status = await fetchReport(access, 'ipStatus');
  if (status.kind !== 'text') return status;
  const dataTable = readSndsData(data.text);
  if (dataTable.kind !== 'rows') return { kind: 'unknown-layout', text: `IP data: ${dataTable.text}` };
  const statusTable = readSndsStatus(status.text);
  if (statusTable.kind !== 'rows') return { kind: 'unknown-layout', text: `IP status: ${statusTable.text}` };
  return { kind: 'fetched', data: dataTable.rows, status: statusTable.rows };
}

type Report = { kind: 'text'; text: string } | { kind: 'expired' } | { kind: 'unreachable'; text: string };

async function fetchReport(access: SndsAccess, report: 'data' | 'ipStatus'): Promise<Report> {
  try {
    // One clock for the whole answer: a server may also stop in the middle of it. A redirection leads to a sign-in page.
    const response = await fetch(addressOf(access, report), {
      redirect: 'manual',
      signal: AbortSignal.timeout(access.timeoutMs),
    });
    if (response.status === 404 || response.status === 410 || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel();
      return { kind: 'expired' };
    }
    if (!response.ok) {
      await response.body?.cancel();
      return { kind: 'unreachable', text: `SNDS answered ${response.status}` };
    }
    return { kind: 'text', text: await bodyOf(response) };
  } catch (error) {
    return { kind: 'unreachable', text: reasonOf(error) };
  }
}

function addressOf({ url, key }: SndsAccess, report: string): URL {
  const address = new URL(
    url.includes('{report}') ? url.replaceAll('{report}', report) : `${url.replace(/\/+$/, '')}/${report}/`,
  );
  address.searchParams.set('key', key);
  return address;
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('the answer is larger than any report');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In our words: an error's own text may hold the address, and the address holds the key. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'SNDS did not answer in time';
  const code = (error as { cause?: { code?: unknown } }).cause?.code;
  if (typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) return `SNDS cannot be reached (${code})`;
  return error instanceof Error && error.message.startsWith('the answer is larger')
    ? 'SNDS sent more than any report holds'
    : 'SNDS cannot be reached';
}
