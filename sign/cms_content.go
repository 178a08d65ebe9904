package sign

import (
	"context"
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// contentChunk is the size of reads: large enough to hash at the machine's
// speed, small enough to stay in its cache.
const contentChunk = 256 << 10

// content is what is signed; it can be read more than once.
type content struct {
	size  int64
	write func(ctx context.Context, w io.Writer) error
}

// plainContent is size octets of src.
func plainContent(src io.ReaderAt, size int64) content {
	return content{size: size, write: func(ctx context.Context, w io.Writer) error {
		return copyContent(ctx, w, src, size)
	}}
}

// copyContent writes size octets of src to w. An end before that is an error.
func copyContent(ctx context.Context, w io.Writer, src io.ReaderAt, size int64) error {
	buf := make([]byte, min(size, contentChunk))
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := buf[:min(size-at, contentChunk)]
		n, err := src.ReadAt(part, at)
		if n < len(part) {
			if err == nil || errors.Is(err, io.EOF) {
				err = errChanged()
			}
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}

func errChanged() error {
	return lang.WithHint(
		lang.Errorf("the file changed while it was being signed", "署名中にファイルが変更されました"),
		"sign again when nothing else writes to the file", "ほかのプログラムがファイルに書き込んでいないときに、もう一度署名してください")
}
