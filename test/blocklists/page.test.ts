// The page of the documentation says what the catalogue says.
import { expect, test } from 'vitest';
import { blocklistsPage } from '../tools/blocklists-page.js';

test('docs/blocklists.md is the catalogue', async () => {
  await expect(blocklistsPage()).toMatchFileSnapshot('../../docs/blocklists.md');
});
