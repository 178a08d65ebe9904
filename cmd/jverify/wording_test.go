package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/lang"
)

// TestWarningsAreNotReasons holds jverify's warnings to words that no script
// takes for one of openssl's error reasons.
func TestWarningsAreNotReasons(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", "cms-diff", "reasons.txt"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the list of openssl's reasons is not beside the repository")
	}
	defer f.Close()
	var reasons []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := strings.TrimPrefix(lines.Text(), "!"); line != "" && !strings.HasPrefix(line, "#") {
			reasons = append(reasons, line)
		}
	}
	if len(reasons) < 100 {
		t.Fatalf("%d reasons", len(reasons))
	}
	for _, code := range []cms.Code{
		cms.BEREncoding, cms.SetNotSorted, cms.TrailingOctets, cms.MessageVersion, cms.ObsoleteChoice, cms.DigestListedTwice,
		cms.SignerVersion, cms.DigestNotListed, cms.DigestParameters, cms.WeakDigestAlgorithm, cms.SignedAttrsNotDER,
		cms.SignedAttrsEmpty, cms.SignedAttrsMissing, cms.UnsignedAttrsEmpty, cms.AttributeMisplaced, cms.AttributeRepeated,
		cms.ContentTypeDiffers, cms.SigningTimeMalformed, cms.AlgorithmProtection, cms.SignatureAlgorithm, cms.SignatureParameters,
		cms.AttributesAsContent, cms.SigningCertificateBad, cms.SignatureNotDER, cms.CertificateNotDER, cms.IssuerDiffers,
	} {
		text := cms.Finding{Code: code}.Message().In(lang.English)
		if text == string(code) {
			t.Errorf("%s has no words", code)
		}
		for _, reason := range reasons {
			if strings.Contains(text, reason) {
				t.Errorf("%s: %q holds %q", code, text, reason)
			}
		}
	}
}
