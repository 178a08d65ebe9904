package main

import (
	"crypto/x509"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// usable refuses a certificate whose signatures no receiver accepts: one that is
// not valid today, or that is not for signatures (RFC 5280, 4.1.2.5 and 4.2.1.3).
func usable(c *x509.Certificate, now time.Time) error {
	clock := func(err error) error {
		return lang.WithHint(err, "check the date of this computer; if it is right, a new certificate is needed",
			"このコンピューターの日付を確かめてください。正しければ、新しい証明書が必要です")
	}
	const day = "2006-01-02"
	switch {
	case now.After(c.NotAfter):
		return clock(lang.Errorf("the certificate expired on %s", "証明書の有効期限（%s）が切れています", c.NotAfter.Local().Format(day)))
	case now.Before(c.NotBefore):
		return clock(lang.Errorf("the certificate is not valid before %s", "証明書は%sまで有効になりません", c.NotBefore.Local().Format(day)))
	case c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return lang.Errorf("the certificate is not for signatures (key usage)", "証明書の鍵用途が署名ではありません")
	}
	return nil
}
