import { didYouMean } from '../../input/nearest.ts';
import { type Acknowledgement, acknowledgementWords } from '../acknowledgements.ts';
import type { Finding, Rule } from '../hazard.ts';

/** What is wrong with a comment that acknowledged nothing. */
export function describeIgnoreProblem({ word, rule, reason }: Acknowledgement, ids: readonly string[]): Finding {
  const form = '-- safety-gate: ignore <rule>[,<rule>…] <reason>';
  const said = word === '' ? 'nothing' : `"${word}"`;
  if (!acknowledgementWords.some((known) => known === word)) {
    const message = `the comment says ${said} to safety-gate, which knows ${acknowledgementWords.join(' and ')}${didYouMean(word, acknowledgementWords)}`;
    return { severity: 'warning', message, fix: form };
  }
  if (!ids.includes(rule)) {
    return {
      severity: 'warning',
      message: `the comment ignores "${rule}", which is no rule${didYouMean(rule, ids)}`,
      fix: `${form}\n-- rules: ${ids.join(', ')}`,
    };
  }
  if (reason === '') {
    return {
      severity: 'warning',
      message: `the comment ignores ${rule} without a reason, so the hazard still counts`,
      fix: `-- safety-gate: ${word} ${rule} <why this is safe here>`,
    };
  }
  const where = word === 'ignore-file' ? 'in this file' : 'here';
  return {
    severity: 'warning',
    message: `the comment ignores ${rule}, but there is no such hazard ${where}`,
    fix:
      word === 'ignore-file'
        ? '-- delete the comment'
        : '-- delete the comment, or move it to the line directly above the statement it is meant for',
  };
}

/** Fired by the pipeline itself, since it is about comments and not about statements. */
export const ignoreComment: Rule = {
  id: 'ignore-comment',
  severities: ['warning'],
  title: 'A comment that acknowledges nothing',
  why: 'An acknowledgement is a decision that the next reader has to understand: it names one rule and says why the hazard is fine here. One without a reason is not obeyed; one that matches no hazard would hide the next.',
  dialects: ['postgresql', 'mysql'],
  source: 'docs/rules/ignore-comment.md',
  examples: {
    bad: [
      '-- safety-gate: ignore drop-table\nDROP TABLE invoices;',
      '-- safety-gate: ignore drop-tables not used since March\nSELECT 1;',
    ],
    good: ['-- safety-gate: ignore drop-table nothing has read or written it since release 40\nDROP TABLE invoices;'],
  },
  check: () => [],
};
