package multikey

import (
	"crypto/ed25519"
	"math/big"
	"slices"
)

// The field and the curve of Ed25519: -x² + y² = 1 + d·x²·y² modulo p (RFC 8032 §5.1).
var (
	fieldP = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	curveD = curve()
)

// curve is d = -121665/121666.
func curve() *big.Int {
	d := new(big.Int).ModInverse(big.NewInt(121666), fieldP)
	d.Mul(d, big.NewInt(-121665))
	return d.Mod(d, fieldP)
}

// CheckEd25519 reports what makes 32 bytes unfit for a public key: they are not the one spelling of a point on the curve
// (ErrPoint), or of one whose order divides 8 (ErrWeak). Under such a key a signature may fit any text, and the checks of
// crypto/ed25519 let it pass.
func CheckEd25519(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize {
		return ErrPoint
	}
	bytes := slices.Clone(key)
	sign := bytes[31] >> 7
	bytes[31] &= 0x7f
	slices.Reverse(bytes)
	y := new(big.Int).SetBytes(bytes)
	if y.Cmp(fieldP) >= 0 {
		return ErrPoint
	}
	one := big.NewInt(1)
	y2 := new(big.Int).Mul(y, y)
	y2.Mod(y2, fieldP)
	dy2 := new(big.Int).Mul(curveD, y2)
	dy2.Mod(dy2, fieldP)

	// x² = (y² - 1) / (d·y² + 1); the divisor is never 0, since -1/d is no square.
	x2 := new(big.Int).Add(dy2, one)
	x2.ModInverse(x2, fieldP)
	x2.Mul(x2, new(big.Int).Sub(y2, one))
	x2.Mod(x2, fieldP)
	switch {
	case big.Jacobi(x2, fieldP) < 0, x2.Sign() == 0 && sign == 1:
		return ErrPoint
	case x2.Sign() == 0 || y.Sign() == 0:
		return ErrWeak // orders 1, 2 and 4
	}
	// A point of order 8 doubles to one with y = 0, which is so where x² = -y².
	if sum := new(big.Int).Add(x2, y2); sum.Mod(sum, fieldP).Sign() == 0 {
		return ErrWeak
	}
	return nil
}
