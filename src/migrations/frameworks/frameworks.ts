import type { Framework, SourceFile } from './framework.ts';
import { plain } from './plain.ts';

/** Every framework, one line each, in the order in which they are asked whether files are theirs. */
export const frameworks: readonly [Framework, ...Framework[]] = [plain];

/** The framework of that id; undefined for no such framework. */
export function frameworkNamed(id: string): Framework | undefined {
  return frameworks.find((framework) => framework.id === id);
}

/** The first framework that takes the files for its own; plain SQL takes all. */
export function detectFramework(files: readonly SourceFile[]): Framework {
  return frameworks.find((framework) => framework.detect(files)) ?? plain;
}
