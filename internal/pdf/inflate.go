package pdf

import (
	"bytes"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"
)

// inflater undoes FlateDecode. It keeps its tables and a buffer from stream to
// stream; the zero value is ready.
type inflater struct {
	in      bytes.Reader
	reader  io.ReadCloser // of in; nil before the first stream
	scratch []byte
}

// inflate undoes FlateDecode (RFC 1950) to at most max bytes, which are the
// caller's. The Adler-32 at the end is not looked at: readers in use do not either,
// and files with a wrong one exist.
func (z *inflater) inflate(data []byte, max int) ([]byte, error) {
	if len(data) < 2 || data[0]&0x0f != 8 || (int(data[0])<<8|int(data[1]))%31 != 0 || data[1]&0x20 != 0 {
		return nil, malformed(-1, "compressed data has no zlib header", "圧縮データに zlib ヘッダーがありません")
	}
	if err := z.reset(data[2:]); err != nil {
		return nil, err
	}
	out, err := z.readAll(max)
	if err != nil {
		return nil, err
	}
	if cap(out) > maxKeptWindow {
		return out, nil
	}
	z.scratch = out
	return slices.Clone(out), nil
}

func (z *inflater) reset(data []byte) error {
	z.in.Reset(data)
	if resetter, ok := z.reader.(flate.Resetter); ok {
		return resetter.Reset(&z.in, nil)
	}
	z.reader = flate.NewReader(&z.in)
	return nil
}

// readAll reads the stream to its end.
func (z *inflater) readAll(most int) ([]byte, error) {
	out := z.scratch[:0]
	z.scratch = nil
	for {
		out = slices.Grow(out, min(len(out)+minGrowth, most+1-len(out)))
		n, err := z.reader.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case len(out) > most:
			return nil, tooLarge(most)
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, malformed(-1, "compressed data is damaged", "圧縮データが壊れています")
		}
	}
}

// minGrowth is the least a buffer grows by.
const minGrowth = 4 << 10
