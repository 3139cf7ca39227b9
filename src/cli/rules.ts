import { isOn } from '../migrations/judge-file.ts';
import { rules } from '../migrations/rules/rules.ts';
import { type LintSettings, type RuleSetting, settingsOfFile } from '../migrations/settings.ts';
import { type Command, exitCodes, parseFlags, UsageError } from './command.ts';
import { configFile, readConfigFile } from './lint-config.ts';

/** A rule as `safety-gate rules` lists it. */
export interface ListedRule {
  readonly id: string;
  /** What its findings count as: its own severities, or the one that the configuration gives. */
  readonly severity: string;
  readonly on: boolean;
  readonly dialects: readonly string[];
  readonly title: string;
}

/** Every rule, with what the settings make of it where no path says otherwise. */
function listRules(settings: LintSettings): readonly ListedRule[] {
  const given = settingsOfFile('', { ...settings, paths: [] });
  const severityOf = (own: readonly string[], setting: RuleSetting | undefined): string =>
    setting === undefined || setting === 'off' ? own.join(', ') : setting;
  return rules.map((rule) => ({
    id: rule.id,
    severity: severityOf(rule.severities, given.rule(rule.id)),
    on: isOn(rule, given),
    dialects: rule.dialects,
    title: rule.title,
  }));
}

function table(listed: readonly ListedRule[]): string {
  const idWidth = Math.max(...listed.map(({ id }) => id.length));
  const severityWidth = Math.max(...listed.map(({ severity }) => severity.length));
  const lines = listed.map(
    ({ id, severity, on, title }) =>
      `${on ? 'on ' : 'off'}  ${severity.padEnd(severityWidth)}  ${id.padEnd(idWidth)}  ${title}`,
  );
  return `${lines.join('\n')}\n`;
}

export const rulesCommand: Command = {
  usage: `Usage: safety-gate rules [--format text|json] [--config FILE]

Lists the rules of lint: whether a rule is on, its severity, its name and what it looks for. The configuration counts as in
lint; settings for single paths do not. "safety-gate explain RULE" says more about one.
`,
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      format: { type: 'string', default: 'text' },
      config: { type: 'string' },
    });
    if (positionals.length > 0)
      throw new UsageError(`"${positionals[0]}": rules takes no names; write safety-gate explain ${positionals[0]}`);
    if (values.format !== 'text' && values.format !== 'json') {
      throw new UsageError(`--format ${values.format}: one of text, json`);
    }
    const listed = listRules(await settingsIn(configFile(values.config, io)));
    io.stdout.write(values.format === 'json' ? `${JSON.stringify(listed, null, 2)}\n` : table(listed));
    return exitCodes.fine;
  },
};

async function settingsIn(file: string | undefined): Promise<LintSettings> {
  if (file === undefined) return {};
  const { lintDefaults } = await import('../config/lint-defaults.ts');
  return lintDefaults(await readConfigFile(file)).settings ?? {};
}
