package trust_test

import (
	"sync"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// TestConcurrentUse judges the same certificates from many goroutines; the race
// detector looks on.
func TestConcurrentUse(t *testing.T) {
	store := trust.NewStore()
	store.AddCertificate(testCert(t, "sign-ca-2.pem"))
	store.AddDir(t.TempDir())
	leaf := testCert(t, "sign.pem")
	opt := trust.Options{Anchors: store, Time: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), PolicyCheck: true, Findings: true}
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if trust.VerifyOpenSSL(leaf, opt).Verdict != trust.Valid || trust.Verify(leaf, opt).Verdict != trust.Valid {
				t.Error("not valid")
			}
			_, _ = leaf.X509()
			_ = leaf.CRLDistributionPoints()
		})
	}
	wait.Wait()
}
