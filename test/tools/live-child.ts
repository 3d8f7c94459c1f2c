// A process of its own that follows a log with live detection, so that a test can kill it: live-child.ts LOG TRAFFIC_DB CUSTOMERS.
// Prints a JSON line per finding, and one with the statistics twice a second.
import { startLive } from '../../src/detection/live/live.js';
import { readDirectory } from '../../src/partners/load.js';

const [log = '', trafficDb = '', customers = ''] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const live = startLive({
  files: [{ path: log, format: 'postfix' }],
  directory: readDirectory(customers),
  trafficDb,
  onFinding: (finding) => void print({ finding }),
  onError: (error) => print({ error: error.message }),
});
setInterval(() => print({ stats: live.stats() }), 100).unref();
process.on('SIGTERM', async () => {
  await live.stop();
  process.exit(0);
});
