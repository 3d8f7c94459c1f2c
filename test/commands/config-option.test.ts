import { describe, expect, it } from 'vitest';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

describe('--config', () => {
  it.each([
    ['audit verify'],
    ['audit export'],
    ['db backup copy.db'],
    ['db migrate'],
    ['config check'],
    ['check 198.51.100.7'],
  ])('is obeyed by %s, behind it', async (command) => {
    const ran = await runFromSource([...command.split(' '), '--config', 'elsewhere.yml'], { cwd: tempDir() });

    expect(ran).toEqual({
      code: 2,
      stdout: '',
      stderr: 'relaywarden: There is no elsewhere.yml. Copy config.example.yml to elsewhere.yml and fill it in.\n',
    });
  });
});
