package drawing

import "math"

// The functions of package math are made of products and sums that are fused on some machines. These are not.

// sincos is sine and cosine of an angle in degrees; exact for right angles, as those of drawings are.
func sincos(degrees float64) (sin, cos float64) {
	d := math.Mod(degrees, 360)
	quarter := math.Round(d / 90)
	sin, cos = sincosSmall(float64((d - float64(quarter*90)) * (math.Pi / 180)))
	switch int(quarter) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// sincosSmall is for |x| up to pi/4, by their power series.
func sincosSmall(x float64) (sin, cos float64) {
	square := float64(x * x)
	sin, cos = 1, 1
	for n := 20.0; n > 0; n -= 2 {
		sin = 1 - float64(square*sin)/float64(n*(n+1))
		cos = 1 - float64(square*cos)/float64(n*(n-1))
	}
	return float64(x * sin), cos
}

// turn is the angle in radians, from -pi to pi, by which one turns from direction p to direction q.
func turn(p, q point) float64 {
	return atan2(p.cross(q), p.dot(q))
}

func atan2(y, x float64) float64 {
	ay, ax := math.Abs(y), math.Abs(x)
	var angle float64
	switch {
	case ax == 0 && ay == 0:
		return 0
	case ay <= ax:
		angle = atan(ay / ax)
	default:
		angle = math.Pi/2 - atan(ax/ay)
	}
	if x < 0 {
		angle = math.Pi - angle
	}
	if y < 0 {
		return -angle
	}
	return angle
}

// atan is for x from 0 to 1. Three halvings of the angle bring it to where the series ends quickly.
func atan(x float64) float64 {
	for range 3 {
		x /= 1 + math.Sqrt(1+float64(x*x))
	}
	square := float64(x * x)
	sum := 0.0
	for n := 19.0; n > 0; n -= 2 {
		sum = 1/n - float64(square*sum)
	}
	return float64(float64(x*sum) * 8)
}
