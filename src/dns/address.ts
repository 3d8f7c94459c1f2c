// Where DNS servers are: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`.
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { UserError } from '../errors.js';

export interface ServerAddress {
  /** An address, never a name: who resolves names cannot look up a name first. */
  host: string;
  port: number;
}

const DNS_PORT = 53;

/** Reads a server as people write it. Throws UserError when it is not an address with an optional port. */
export function parseServer(text: string): ServerAddress {
  const [, bracketed, bracketedPort] = /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? [];
  const [, plain, plainPort] = /^([^:]+)(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  const port = Number(bracketedPort ?? plainPort ?? DNS_PORT);
  if (isIP(host) === 0 || port < 1 || port > 65535) {
    throw new UserError(
      `"${text}" is no DNS server: write an address with an optional port, e.g. 192.0.2.53:53 or [2001:db8::53]:53`,
    );
  }
  return { host, port };
}

/** The inverse of `parseServer`, the port always shown. */
export function formatServer({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The servers this machine is set up to ask (resolv.conf). */
export function systemServers(): ServerAddress[] {
  return getServers().map(parseServer);
}
