// A name server on loopback and an asker at it, for tests of looks.
import { onTestFinished } from 'vitest';
import { Resolver } from '../../src/dns/resolver.js';
import { type Ask, createAsk } from '../../src/hygiene/ask.js';
import { type DnsQuestion, type DnsReply, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';

/** Only silence waits so long. */
const TIMEOUT_MS = 600;

export interface TestDns {
  ask: Ask;
  resolver: Resolver;
  server: string;
  /** Questions that arrived, `TXT name`. */
  asked: string[];
  /** Answers from now on. */
  table: Record<string, DnsReply>;
}

/** Starts it. Rows are by name, or by `TYPE name`; a name without a row does not exist. */
export async function startDns(table: Record<string, DnsReply> = {}): Promise<TestDns> {
  const asked: string[] = [];
  const dns = { table };
  const answer = (question: DnsQuestion) => {
    asked.push(`${question.type} ${question.name}`);
    return dns.table[`${question.type} ${question.name}`] ?? fromTable(dns.table)(question);
  };
  const server = await startDnsServer({ answer });
  const resolver = new Resolver({ servers: [server], timeoutMs: TIMEOUT_MS, tries: 1 });
  onTestFinished(async () => {
    resolver.close();
    await server.close();
  });
  return Object.assign(dns, { ask: createAsk(resolver), resolver, asked, server: `127.0.0.1:${server.port}` });
}

/** SPF records by domain. */
export function spf(records: Record<string, string>): Record<string, DnsReply> {
  return Object.fromEntries(Object.entries(records).map(([name, text]) => [name, { txt: [text] }]));
}
