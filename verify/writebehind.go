package verify

import "io"

// writeBehind gathers small writes and makes large ones from another goroutine,
// so that content is hashed while what came before it is written. Its writes do
// not fail; the first error comes out of Close. It is used by one goroutine.
type writeBehind struct {
	buf  []byte      // being filled
	full chan []byte // to be written
	free chan []byte // written
	done chan error
}

// writeBuffers is how many buffers go round: one is filled, one is written, one
// waits in between.
const writeBuffers = 3

func newWriteBehind(dst io.Writer) *writeBehind {
	w := &writeBehind{
		buf:  make([]byte, 0, copyBuffer),
		full: make(chan []byte, writeBuffers), free: make(chan []byte, writeBuffers), done: make(chan error, 1),
	}
	for range writeBuffers - 1 {
		w.free <- make([]byte, 0, copyBuffer)
	}
	go w.run(dst)
	return w
}

// run writes until Close; after an error it only gives the buffers back.
func (w *writeBehind) run(dst io.Writer) {
	var err error
	for b := range w.full {
		if err == nil {
			_, err = dst.Write(b)
		}
		w.free <- b[:0]
	}
	w.done <- err
}

// Write takes p.
func (w *writeBehind) Write(p []byte) {
	for len(p) > 0 {
		n := min(len(p), cap(w.buf)-len(w.buf))
		w.buf = append(w.buf, p[:n]...)
		p = p[n:]
		if len(w.buf) == cap(w.buf) {
			w.full <- w.buf
			w.buf = <-w.free
		}
	}
}

// Close writes the rest, and returns when all is written.
func (w *writeBehind) Close() error {
	w.full <- w.buf
	close(w.full)
	return <-w.done
}
