/**
 * Where a worker's or child's entry file lies: `NAME.ts` beside the asking module in a checkout,
 * `dist/NAME.js` beside the bundle that the asking module was built into (build.js lists the entries).
 */
export function entryUrl(name: string, askingModule: string): URL {
  const extension = askingModule.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, askingModule);
}
