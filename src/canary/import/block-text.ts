import { stringify } from 'yaml';
import type { ImportedPolicy } from './imported.ts';

const tools = { kayenta: 'Kayenta', flagger: 'Flagger', argo: 'Argo Rollouts' } as const;

/** The block as YAML, ready for safety-gate.yml; what it lacks stands in its comments. */
export function blockText(
  { from, name, lost, canary }: ImportedPolicy & { readonly canary: NonNullable<ImportedPolicy['canary']> },
  service: string | undefined,
): string {
  const place =
    service === undefined ? 'a service of safety-gate.yml' : `service ${JSON.stringify(service)} in safety-gate.yml`;
  const lines = [
    `# ${oneLine(name)}, from ${tools[from]}; put it under ${place}`,
    ...lost.map(({ line, text }) => `# not expressed${line === null ? '' : `, line ${line}`}: ${oneLine(text)}`),
  ];
  return `${lines.join('\n')}\n${stringify({ canary }, { lineWidth: 0 })}`;
}

/** A name may hold a line break, and what follows it must not become YAML. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
