// Loaded into a bot by NODE_OPTIONS: ends it with SIGKILL right before the first SQL statement that KILL_BEFORE matches. No handler, no
// finally block and no flush runs, as when the machine loses power, but at a point that a test can name.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../package.json', import.meta.url));
const Database = require('better-sqlite3');
const point = new RegExp(process.env.KILL_BEFORE ?? '(?!)', 'i');
const { prepare } = Database.prototype;

Database.prototype.prepare = function prepareUnlessKilled(source, ...rest) {
  if (point.test(source)) process.kill(process.pid, 'SIGKILL');
  return prepare.call(this, source, ...rest);
};
