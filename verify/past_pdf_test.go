package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/internal/tsp/tsptest"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// stampsAndData makes the levels of the test PKI's organisation with openssl's tokens.
func stampsAndData(t testing.TB, level sign.Level) sign.LevelOptions {
	authority := tsptest.New(t, tsptest.Options{})
	return sign.LevelOptions{Level: level,
		Timestamp: func(_ context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
			q := tsp.Request{Hash: h, Digest: digest, Nonce: big.NewInt(1)}
			token, err := q.Check(must(authority.Answer(must(q.Marshal()))), time.Now())
			if err != nil {
				return nil, err
			}
			return token.Raw, nil
		},
		Validation: func(_ context.Context, q sign.ValidationQuery) (sign.ValidationData, error) {
			if bytes.Equal(q.Certificate.Raw, ca.DER(ca.TSA)) {
				return sign.ValidationData{Certificates: [][]byte{ca.DER(ca.TSA), ca.DER(ca.TSACA)}, CRLs: [][]byte{ca.DER("tsa-ca.crl")}}, nil
			}
			return sign.ValidationData{
				Certificates: [][]byte{ca.DER(ca.OrgRSA2048), ca.DER(ca.OrgCA), ca.DER(ca.OrgRoot)},
				CRLs:         [][]byte{ca.DER("org-root.crl"), ca.DER("org-ca.crl")},
			}, nil
		},
	}
}

// TestPDFLevels: what is made for a level is found to have reached it, with the
// revocation that it needs, and any change of a stored CRL takes the level away.
func TestPDFLevels(t *testing.T) {
	want := map[sign.Level]verify.Level{sign.BT: verify.LevelT, sign.BLT: verify.LevelLT, sign.BLTA: verify.LevelLTA}
	opt := pdfOptions(t)
	opt.Trust.Anchors.AddCertificate(must(trust.ParseCertificate(ca.DER(ca.TSACA))))
	for level, reached := range want {
		var out bytes.Buffer
		if err := sign.PDF(context.Background(), &out, bytes.NewReader(formPDF()), int64(len(formPDF())), pdfOrgKey(),
			sign.PDFOptions{Profile: sign.ProfilePAdES, Level: stampsAndData(t, level)}); err != nil {
			t.Fatal(err)
		}
		r := verifyPDFBy(t, out.Bytes(), opt)
		s := r.Signatures[0]
		if !r.Valid() || s.Level != reached || s.ProvenTime.IsZero() {
			t.Errorf("%s: level %q, %s", reached, s.Level, judged{report: r}.why())
		}
		if archived := level != sign.BT; archived != (s.Revocation == verify.RevocationGood) {
			t.Errorf("%s: revocation %s", reached, s.Revocation)
		}
		if level == sign.BT {
			continue
		}
		changed := bytes.Replace(out.Bytes(), ca.DER("org-ca.crl"), patched(ca.DER("org-ca.crl")), 1)
		if bytes.Equal(changed, out.Bytes()) {
			t.Fatal("the CRL is not there as it is")
		}
		s = verifyPDFBy(t, changed, opt).Signatures[0]
		if s.Level != verify.LevelT && level == sign.BLT || s.Level == verify.LevelLTA || s.Revocation == verify.RevocationGood {
			t.Errorf("%s with a forged CRL: level %q, %s", reached, s.Level, s.Revocation)
		}
	}
}

// patched is a CRL with one octet of its signature changed.
func patched(crl []byte) []byte {
	c := bytes.Clone(crl)
	c[len(c)-5] ^= 1
	return c
}
