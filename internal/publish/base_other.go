//go:build !linux && !darwin && !freebsd

package publish

func (d osDisk) Base(dir string) (base, error) { return namedBase{disk: d, dir: dir}, nil }
