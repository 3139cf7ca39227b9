import { describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { UnsupportedServerVersion } from '../../src/migrations/server-version.ts';

const files = [{ path: 'a.sql', sql: 'SELECT 1' }];

describe('the server version', () => {
  test.each(['9', '9.6', '11', '11.22'])(
    '%s of PostgreSQL is refused: it did more than was measured',
    async (version) => {
      await expect(lint({ serverVersion: version, files })).rejects.toThrow(UnsupportedServerVersion);
      await expect(lint({ serverVersion: version, files })).rejects.toThrow(
        `"${version}": the analysis knows PostgreSQL 12`,
      );
    },
  );

  test('of one newer than those measured is judged as the newest, and the report says so', async () => {
    const { problems, verdict } = await lint({ serverVersion: '19', files });
    expect(problems).toEqual([
      { path: 'serverVersion', message: 'PostgreSQL 19 is judged as 18, the newest whose effects were measured' },
    ]);
    expect(verdict).toBe('pass');
  });

  test.each([
    ['postgresql', '12'],
    ['postgresql', '18.4'],
    ['mysql', '8.0'],
    ['mariadb', '10.11'],
  ] as const)('%s %s is known', async (dialect, serverVersion) => {
    expect((await lint({ dialect, serverVersion, files })).problems).toEqual([]);
  });
});
