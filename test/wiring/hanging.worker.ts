// The policy thread as it is, until the test says 1: then it waits for what never comes, and takes no turn any more.
import { workerData } from 'node:worker_threads';
import '../../src/wiring/policy.worker.js';

const { hang } = workerData as { hang: Int32Array };
setInterval(() => Atomics.wait(hang, 0, 1), 20).unref();
