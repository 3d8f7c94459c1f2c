// A process of its own that takes mail events over HTTP and counts them, so that a test can kill it:
// intake-child.ts SPOOL TRAFFIC_DB CUSTOMERS TOKEN. Prints the port, then a JSON line of what waits, ten times a second.
import { readCountedBatches } from '../../src/detection/live/counted-batches.js';
import { startLive } from '../../src/detection/live/live.js';
import { SpoolWriter } from '../../src/intake/spool-writer.js';
import { readDirectory } from '../../src/partners/load.js';
import { startWeb } from '../../src/web/server.js';

const [dir = '', trafficDb = '', customers = '', token = ''] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

startLive({
  files: [],
  directory: readDirectory(customers),
  trafficDb,
  spool: dir,
  onFinding() {},
  onError: (error) => print({ error: error.message }),
});
const counted = readCountedBatches(trafficDb);
const spool = new SpoolWriter({ dir, maxBytes: 1e9, countedFingerprint: (id) => counted.fingerprint(id) });
const web = await startWeb('127.0.0.1:0', () => [], {
  token,
  spool,
  onError: (error) => print({ error: error.message }),
});
print({ port: web.port });
setInterval(() => print({ waiting: spool.level().batches }), 100);
