import type { Format } from './format.ts';

/** The report as it is: the contract for machines. */
export const json: Format = {
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};
