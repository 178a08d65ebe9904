package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Recorder is a revocation.Fetcher that keeps what another one answers. It is safe
// for concurrent use.
type Recorder struct {
	fetcher revocation.Fetcher
	mu      sync.Mutex
	answers map[question]revocation.Material
}

// question is what a Fetcher is asked: a certificate and its issuer, by SHA-256.
type question struct{ certificate, issuer [sha256.Size]byte }

// NewRecorder returns a Recorder of what f answers.
func NewRecorder(f revocation.Fetcher) *Recorder {
	return &Recorder{fetcher: f, answers: make(map[question]revocation.Material)}
}

// Fetch implements revocation.Fetcher.
func (r *Recorder) Fetch(ctx context.Context, certificate, issuer *trust.Certificate) (revocation.Material, error) {
	m, err := r.fetcher.Fetch(ctx, certificate, issuer)
	kept := m
	if err != nil && len(kept.Attempts) == 0 {
		kept.Attempts = []revocation.Attempt{{Err: err}}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.answers) < maxAnswers {
		r.answers[question{certificate.Fingerprint(), issuer.Fingerprint()}] = kept
	}
	return m, err
}

// replay is a revocation.Fetcher that answers as another one did, and nothing else.
type replay map[question]revocation.Material

// Fetch implements revocation.Fetcher.
func (r replay) Fetch(_ context.Context, certificate, issuer *trust.Certificate) (revocation.Material, error) {
	m, ok := r[question{certificate.Fingerprint(), issuer.Fingerprint()}]
	if !ok {
		return m, lang.Errorf("the bundle has no answer about this certificate", "検証資料にこの証明書に関する回答がありません")
	}
	return m, nil
}

func name(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }
