// The state behind the stand-in, when the machine did something else for a while.
import { expect, it, onTestFinished } from 'vitest';
import { startSlackState } from '../../../src/practice/slack/emulator.js';
import { practiceWorkspace } from '../../../src/practice/slack/index.js';

/** Longer than a server of Node keeps a connection that nothing comes over: 5 s. */
const PAUSE_MS = 6_500;

it('answers after a pause of the whole process, as of a computer that slept', async () => {
  const state = await startSlackState(practiceWorkspace, 'xoxb-test');
  onTestFinished(() => state.close());
  await state.asBot('auth.test', {});

  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);

  expect(await state.asBot('auth.test', {})).toMatchObject({ ok: true });
});
