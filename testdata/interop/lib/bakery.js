'use strict';
// Mozilla's bakery as it bakes PNGs under a Node that it was not written for: its BitWriter poses as a Buffer, which
// today's Buffers do not let it. What it writes is its own.

const BitWriter = require('bitwriter');

for (const name of ['length', 'parent', 'offset']) {
  Object.defineProperty(BitWriter.prototype, name, {
    get() { return this['_' + name]; },
    set(value) { this['_' + name] = value; },
  });
}
BitWriter.prototype._makeArrayLike = function () {
  for (let n = 0; n < this.length; n++) {
    Object.defineProperty(this, n, { get: () => this._buffer[n], set: (value) => { this._buffer[n] = value; }, configurable: true });
  }
};
BitWriter.prototype._copyBuffer = function (data) {
  (data._buffer ?? data).copy(this._buffer, this.position());
  return this.move(data.length);
};

const concat = Buffer.concat;
Buffer.concat = (list, ...rest) => concat(list.map((part) => (part instanceof BitWriter ? part.out() : part)), ...rest);

module.exports = require('openbadges-bakery');
