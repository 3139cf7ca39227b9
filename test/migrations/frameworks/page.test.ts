import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { frameworks } from '../../../src/migrations/frameworks/frameworks.ts';
import { frameworksPage } from '../../../src/migrations/frameworks/page.ts';

test('docs/frameworks.md is fresh: node docs/generate-frameworks.ts', () => {
  const page = readFileSync(new URL('../../../docs/frameworks.md', import.meta.url), 'utf8');
  expect(page).toBe(frameworksPage(frameworks));
});
