// How commands write: words to a terminal and JSON elsewhere, one clear error when nothing can be written, and no trace left on a terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { main } from '../../../src/cli.js';
import { restoreOnSignal } from '../../../src/commands/terminal/progress.js';
import { runFromSource, sourceArgs, startFromSource } from '../../helpers/command.js';
import { eventually } from '../../helpers/eventually.js';
import { tempDir } from '../../helpers/temp.js';

const MAIL = resolve('test/fixtures/reports/dsn-1.eml');

/** What a command of this process writes to stdout, which is said to be a terminal. */
async function onTerminal(...args: string[]): Promise<string> {
  const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    await main(args);
    return stdout.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    stdout.mockRestore();
    Object.defineProperty(process.stdout, 'isTTY', before ?? { value: undefined, configurable: true });
  }
}

describe('output', () => {
  it('is words on a terminal and JSON where it is asked for', async () => {
    const [words, json] = [await onTerminal('report', MAIL), await onTerminal('report', MAIL, '--json')];

    expect(words).toContain(MAIL);
    expect(() => JSON.parse(words)).toThrow();
    expect(JSON.parse(json)).toMatchObject({ kind: 'dsn' });
  });

  it.runIf(existsSync('/dev/full'))('that cannot be written ends with one clear error', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, sourceArgs(['catalogue', 'list']), {
      stdio: ['ignore', full, 'pipe'],
      cwd: tempDir(),
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    const [code] = await once(child, 'close');

    expect(stderr).toBe('relaywarden: the output cannot be written: the disk is full.\n');
    expect(code).toBe(2);
  });

  it('that nobody takes from stderr is not missed', async () => {
    const child = startFromSource(['classify', 'none'], { cwd: tempDir() });
    child.stderr.destroy();
    const [code, signal] = await once(child, 'exit');

    expect({ code, signal }).toEqual({ code: 2, signal: null });
  });

  it('says so when there was nothing to classify', async () => {
    expect(await runFromSource(['classify'], { cwd: tempDir(), input: '\n' })).toEqual({
      ...{ code: 0, stdout: '', stderr: 'There is no reply in stdin.\n' },
    });
  });

  it('is none when Ctrl-C ends a replay that waits for its first line, and the exit code is 130', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const before = new Set(process.listeners('SIGINT'));
    const ended = main(['replay', '-', '--customers', resolve('test/fixtures/customers.json')]);
    const added = () => process.listeners('SIGINT').find((each) => !before.has(each));
    await eventually(() => expect([added(), stdin.listenerCount('readable')]).toEqual([expect.anything(), 1]));
    added()?.('SIGINT');

    expect(await ended).toBe(130);
    expect(told.mock.calls.map(([text]) => text).filter((text) => !String(text).startsWith('\r'))).toEqual([
      'Paste log lines; Ctrl-D ends.\n',
    ]);
  });

  it('leaves a terminal as it was when Ctrl-C ends a command with a bar', () => {
    const before = new Set(process.listeners('SIGINT'));
    const stop = vi.fn();
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => true);
    restoreOnSignal({ stop });
    const [added] = process.listeners('SIGINT').filter((each) => !before.has(each));
    added?.('SIGINT');
    kill.mockRestore();

    expect(stop).toHaveBeenCalledOnce();
  });
});
