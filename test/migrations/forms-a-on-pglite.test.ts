import { openEmbedded } from '../../src/trace/embedded.ts';
import { compareForms, formGroupsOf } from './compare-forms.ts';

const major = 18; // PGlite's
compareForms({ name: 'PGlite', major, open: () => openEmbedded() }, formGroupsOf(0, 2, major));
