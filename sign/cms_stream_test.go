package sign_test

import (
	"context"
	"io"
	"runtime"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// zeros is content that takes no memory.
type zeros struct{}

func (zeros) ReadAt(b []byte, _ int64) (int, error) {
	clear(b)
	return len(b), nil
}

// TestContentIsStreamed: what is allocated does not grow with the content. It
// does not run beside other tests, whose allocations would count.
func TestContentIsStreamed(t *testing.T) {
	const size = 32 << 20
	key := newCMSKey("org-p256.pem")
	for i := range 6 {
		opt := sign.CMSOptions{Format: sign.Format(i % 3), Attached: i >= 3}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := sign.CMS(context.Background(), io.Discard, zeros{}, size, key, opt); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%s: %d octets allocated for %d", cmsName(opt.Format, opt.Attached, false), used, size)
		}
	}
}

// BenchmarkCMS is a small file signed in memory; the key's work is in it.
func BenchmarkCMS(b *testing.B) {
	key := newCMSKey("org-rsa2048.pem")
	for b.Loop() {
		cmsSign(b, key, []byte(cmsText), sign.CMSOptions{})
	}
}

// BenchmarkHash is the preparation of a large detached signature.
func BenchmarkHash(b *testing.B) {
	const size = 64 << 20
	b.SetBytes(size)
	for b.Loop() {
		if _, err := sign.PrepareCMS(context.Background(), zeros{}, size, sign.CMSOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
