/** Writes frameworks.md into this folder: node docs/generate-frameworks.ts */
import { writeFileSync } from 'node:fs';
import { frameworks } from '../src/migrations/frameworks/frameworks.ts';
import { frameworksPage } from '../src/migrations/frameworks/page.ts';

writeFileSync(new URL('./frameworks.md', import.meta.url), frameworksPage(frameworks));
