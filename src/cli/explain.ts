import { nearest } from '../input/nearest.ts';
import { exampleHazard } from '../migrations/rule-example.ts';
import { rulePageBody } from '../migrations/rules/page.ts';
import { rules } from '../migrations/rules/rules.ts';
import { type Command, exitCodes, parseFlags, UsageError } from './command.ts';

export const explainCommand: Command = {
  usage: `Usage: safety-gate explain <rule> [--format text|json]

Says what a rule of lint looks for, why, on what it fires, the safer way, and how to acknowledge it. "safety-gate rules" lists them all.
`,
  async run(args, io) {
    const { values, positionals } = parseFlags(args, { format: { type: 'string', default: 'text' } });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) throw new UsageError('name one rule; "safety-gate rules" lists them');
    if (values.format !== 'text' && values.format !== 'json') {
      throw new UsageError(`--format ${values.format}: one of text, json`);
    }
    const rule = rules.find(({ id }) => id === name);
    if (rule === undefined) {
      const near = nearest(
        name,
        rules.map(({ id }) => id),
      );
      const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : '"safety-gate rules" lists them';
      io.stderr.write(`safety-gate explain: no rule "${name}"; ${hint}\n`);
      return exitCodes.failed;
    }
    const { check: _, ...facts } = rule;
    const example = await exampleHazard(rule);
    const { message, fix } = example ?? {};
    const told = { ...facts, ...(example === undefined ? {} : { example: { message, fix } }) };
    io.stdout.write(values.format === 'json' ? `${JSON.stringify(told, null, 2)}\n` : rulePageBody(rule, example));
    return exitCodes.fine;
  },
};
