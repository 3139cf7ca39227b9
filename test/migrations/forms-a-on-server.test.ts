import { afterAll, test } from '@jest/globals';
import { openServer } from '../../src/trace/server.ts';
import { createTestDatabase } from '../support/databases.ts';
import { compareForms, formGroupsOf } from './compare-forms.ts';

const server = await createTestDatabase();
afterAll(() => server?.drop());

if (server === undefined) test.skip('there is no PostgreSQL at hand', () => {});
else
  compareForms(
    { name: 'PostgreSQL', major: server.major, open: () => openServer(server.url) },
    formGroupsOf(0, 2, server.major),
  );
