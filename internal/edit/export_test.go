package edit

import "os"

// WriteWith is Write with a hook that is asked before each step, to fail it or to end the process there.
func WriteWith(root *os.Root, files []File, hook func(op, name string) error) error {
	w := writer{root: root, hook: hook}
	return w.write(files)
}
