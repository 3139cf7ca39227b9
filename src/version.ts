/** As in package.json, which a bundle does not have beside it; test/version.test.ts holds the two together. */
export const version = '0.1.0';
