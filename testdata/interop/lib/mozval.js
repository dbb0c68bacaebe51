'use strict';
// Mozilla's validator, as it ran on the Node.js of its days. There const was another word for var; today a constant
// that is read before its line throws, so that the validator would crash on every required property that is missing
// instead of reporting it.

const fs = require('node:fs');
const Module = require('node:module');

const file = require.resolve('openbadges-validator');
const validator = new Module(file, module);
validator.filename = file;
validator.paths = Module._nodeModulePaths(require('node:path').dirname(file));
require.cache[file] = validator;
validator._compile(fs.readFileSync(file, 'utf8').replace(/\bconst\b/g, 'var'), file);

module.exports = validator.exports;
