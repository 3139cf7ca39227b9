/** Writes one page for each rule into this folder: node docs/rules/generate.ts */
import { writeFileSync } from 'node:fs';
import { exampleHazard } from '../../src/migrations/rule-example.ts';
import { rulePage } from '../../src/migrations/rules/page.ts';
import { rules } from '../../src/migrations/rules/rules.ts';

for (const rule of rules) {
  writeFileSync(new URL(`./${rule.id}.md`, import.meta.url), rulePage(rule, await exampleHazard(rule)));
}
