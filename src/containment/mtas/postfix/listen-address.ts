// Where the policy server listens: a TCP address or a unix socket, and what may be in the way.
import { lstat, unlink } from 'node:fs/promises';
import net from 'node:net';
import { UserError } from '../../../errors.js';

export type ListenAddress = { host: string; port: number } | { path: string };

/**
 * Makes a socket path free. A socket file on which nobody answers is what a killed process left, and is removed; one that is
 * answered, or a file of another kind, is not ours to remove: UserError.
 */
export async function claimSocketPath(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket())
    throw new UserError(`policy listener: ${path} exists and is not a socket; remove it or choose another path`);
  if (await isAnswered(path)) throw new UserError(`policy listener: another process answers on ${path}`);
  await unlink(path);
}

/** Names what stands in the way of listening; anything unexpected is passed on as it is. */
export function listenError(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const where = 'path' in address ? address.path : `${address.host}:${address.port}`;
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another process listens there',
    EADDRNOTAVAIL: 'this machine does not have that address',
    EACCES: 'permission denied',
    ENOENT: 'its directory does not exist',
    ENOTFOUND: 'that name does not resolve',
  };
  const reason = reasons[error.code ?? ''];
  return reason ? new UserError(`policy listener: cannot listen on ${where}: ${reason}`, { cause: error }) : error;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = net.connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      // Permission or a full queue: somebody may well be there.
      else if (error.code === 'EAGAIN' || error.code === 'EACCES') resolve(true);
      else reject(error);
    });
  });
}
