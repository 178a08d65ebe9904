package pdf

import "io"

// source reads a file in windows.
type source struct {
	r    io.ReaderAt
	size int64
}
