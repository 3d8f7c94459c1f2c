// Writes a made-up provider's log, who is who, and what happened: `npx tsx test/tools/provider.ts --seed 1 --customers 200 --days 4
// --out DIR [--traditional]` → DIR/mail.log, DIR/customers.json, DIR/labels.json.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { labelsOf } from './provider/labels.js';
import { provider } from './provider/provider.js';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      customers: { type: 'string', default: '200' },
      days: { type: 'string', default: '1' },
      out: { type: 'string', default: 'provider' },
      traditional: { type: 'boolean', default: false },
    },
  });
  const { world, chunks } = provider({
    seed: Number(values.seed),
    customers: Number(values.customers),
    days: Number(values.days),
    form: values.traditional ? 'traditional' : 'rfc3339',
  });
  mkdirSync(values.out, { recursive: true });
  await pipeline(chunks(), createWriteStream(join(values.out, 'mail.log')));
  const write = (name: string, value: object) =>
    writeFileSync(join(values.out, name), `${JSON.stringify(value, null, 1)}\n`);
  write('customers.json', world.directory());
  write('labels.json', labelsOf(world));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
