// A process of its own with the policy server and its exported table, so that a test can kill it: mta-child.ts JSON. Says `listening`.
import type { Containment } from '../../../src/containment/containment.js';
import { type MtaOf, mtaOf } from './mta-of.js';

const { how, inForce } = JSON.parse(process.argv[2] ?? '') as { how: MtaOf; inForce: Containment[] };
await mtaOf(how).start(inForce);
process.stdout.write('listening\n');
