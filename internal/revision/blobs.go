package revision

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// blobLimit is the largest object that is read, in bytes.
const blobLimit = 256 << 20

var (
	errLarge   = fmt.Errorf("it is larger than %d MiB", blobLimit>>20)
	errMissing = errors.New("git does not have its content: the clone is partial or damaged")
	errClosed  = errors.New("the revision is closed")
)

// blobs reads objects through one process, which starts with the first of them.
type blobs struct {
	git git
	ctx context.Context // of the tree: the process ends with it

	mu  sync.Mutex // of what follows: one object at a time
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err error // once set, nothing can be read any more
}

// read is the content of an object.
func (b *blobs) read(hash string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil && b.cmd == nil {
		b.err = b.start()
	}
	if b.err != nil {
		return nil, b.err
	}
	data, err := b.ask(hash)
	if err != nil && !errors.Is(err, errLarge) && !errors.Is(err, errMissing) {
		err = errors.Join(err, b.stop())
		b.err = err
	}
	return data, err
}

func (b *blobs) start() error {
	cmd := b.git.command(b.ctx, "cat-file", "--batch")
	cmd.Stderr = io.Discard
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	b.cmd, b.in, b.out = cmd, in, bufio.NewReaderSize(out, 1<<16)
	return nil
}

// ask writes one line and reads the answer: "<hash> blob <size>", the content and a line break; or "<hash> missing".
func (b *blobs) ask(hash string) ([]byte, error) {
	if _, err := io.WriteString(b.in, hash+"\n"); err != nil {
		return nil, err
	}
	head, err := b.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(head)
	if len(words) == 2 && words[1] == "missing" {
		return nil, errMissing
	}
	if len(words) != 3 || words[0] != hash || words[1] != "blob" {
		return nil, errors.New("git answers something else")
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || size < 0 {
		return nil, errors.New("git answers something else")
	}
	if size > blobLimit {
		if _, err := io.CopyN(io.Discard, b.out, size+1); err != nil {
			return nil, err
		}
		return nil, errLarge
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, err
	}
	_, err = b.out.Discard(1)
	return data, err
}

// stop ends the process.
func (b *blobs) stop() error {
	if b.cmd == nil {
		return nil
	}
	b.in.Close()
	_, _ = io.Copy(io.Discard, b.out) // nothing, unless an answer was not read to its end
	err := b.cmd.Wait()
	b.cmd = nil
	if b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	return err
}

func (b *blobs) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return nil
	}
	b.err = errClosed
	return b.stop()
}
