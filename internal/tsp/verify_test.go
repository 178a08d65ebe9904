package tsp_test

import (
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func moment() time.Time { return time.Date(2025, 4, 1, 9, 30, 0, 0, time.UTC) }

func judge(t *testing.T, f *forged, opt tsp.Options) *tsp.Result {
	t.Helper()
	token, err := tsp.ParseToken(f.token(t))
	must(t, err)
	return token.Verify(opt)
}

func TestVerifyRightToken(t *testing.T) {
	digest := sha([]byte("data"))
	f := right(digest, big.NewInt(7), moment())
	f.accuracy = der.Sequence(der.Integer(1), der.Element(der.ContextPrimitive, []byte{5}), der.Element(der.ContextPrimitive|1, []byte{1, 0xf4}))
	f.tsa = der.Element(der.ContextConstructed|4, ca.Certificate(ca.TSA).RawSubject)
	r := judge(t, f, tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
	if r.Verdict != trust.Valid || len(r.Findings) != 0 {
		t.Fatalf("verdict %v, findings %v", r.Verdict, r.Findings)
	}
	if !r.Time.Equal(moment()) || !r.Claimed.Equal(moment()) || r.Policy != testPolicy || r.Serial.Int64() != 42 {
		t.Errorf("%+v", r)
	}
	if want := time.Second + 5*time.Millisecond + 500*time.Microsecond; !r.Accuracy.Known || r.Accuracy.Value != want {
		t.Errorf("accuracy %+v, want %v", r.Accuracy, want)
	}
	if len(r.Chain.Chain) != 2 || string(r.Certificate.Raw) != string(ca.DER(ca.TSA)) {
		t.Errorf("chain of %d", len(r.Chain.Chain))
	}
}

// Each token has one fault, and each fault has its own code and words.
func TestVerifyFaults(t *testing.T) {
	digest := sha([]byte("data"))
	cases := []struct {
		name   string
		change func(*testing.T, *forged)
		want   []tsp.Code
	}{
		{"other data", func(_ *testing.T, f *forged) { f.digest = sha([]byte("other")) }, []tsp.Code{tsp.ImprintDiffers}},
		{"content changed", func(_ *testing.T, f *forged) { f.breakValue = true }, []tsp.Code{tsp.ImprintDiffers, tsp.SignatureWrong}},
		{"no certificate", func(_ *testing.T, f *forged) { f.embedded = nil }, []tsp.Code{tsp.SignerMissing}},
		{"no ESS", func(_ *testing.T, f *forged) { f.signature.NoSigningCertificate = true }, []tsp.Code{tsp.NoCertificateID}},
		{"by another certificate", func(t *testing.T, f *forged) {
			f.embedded = []*x509.Certificate{mint(t, func(c *x509.Certificate) { c.NotAfter = c.NotAfter.AddDate(-1, 0, 0) })}
		}, []tsp.Code{tsp.CertificateIDDiffers}},
		{"ESS with another serial number", func(t *testing.T, f *forged) {
			f.signature.NoSigningCertificate, f.signature.Attributes = true, []cms.Attribute{essV1(ca.Certificate(ca.TSA), 99)}
		}, []tsp.Code{tsp.CertificateIDDiffers}},
		{"no purpose", func(t *testing.T, f *forged) { f.by(mint(t, func(c *x509.Certificate) { c.ExtraExtensions = nil })) }, []tsp.Code{tsp.WrongPurpose, tsp.ChainBad}},
		{"two purposes", func(t *testing.T, f *forged) {
			f.by(mint(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{purpose(true, 8, 4)} }))
		}, []tsp.Code{tsp.WrongPurpose, tsp.ChainBad}},
		{"unknown second purpose", func(t *testing.T, f *forged) {
			f.by(mint(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{purpose(true, 8, 99)} }))
		}, []tsp.Code{tsp.WrongPurpose}},
		{"purpose not critical", func(t *testing.T, f *forged) {
			f.by(mint(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{purpose(false, 8)} }))
		}, []tsp.Code{tsp.PurposeNotCritical, tsp.ChainBad}},
		{"other name", func(_ *testing.T, f *forged) {
			f.tsa = der.Element(der.ContextConstructed|4, ca.Certificate(ca.TSACA).RawSubject)
		}, []tsp.Code{tsp.NameDiffers}},
		{"before the certificate", func(_ *testing.T, f *forged) { f.time = moment().AddDate(-5, 0, 0) }, []tsp.Code{tsp.ChainBad}},
		{"after the certificate", func(_ *testing.T, f *forged) { f.time = moment().AddDate(40, 0, 0) }, []tsp.Code{tsp.ChainBad}},
	}
	opt := tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := right(digest, nil, moment())
			c.change(t, f)
			r := judge(t, f, opt)
			if got := codes(r.Findings); !slices.Equal(got, c.want) {
				t.Errorf("findings %v, want %v", r.Findings, c.want)
			}
			if r.Verdict != trust.Invalid || !r.Time.IsZero() {
				t.Errorf("verdict %v, time %v", r.Verdict, r.Time)
			}
			for _, f := range r.Findings {
				if ja := lang.Explain(f, lang.Japanese); ja == f.Error() {
					t.Errorf("%s has no Japanese", f.Code)
				}
			}
		})
	}
}

// essV1 is signing-certificate (RFC 2634) with a serial number of its own.
func essV1(c *x509.Certificate, serial int64) cms.Attribute {
	hash := sha1.Sum(c.Raw)
	issuer := der.Sequence(der.Element(der.ContextConstructed|4, c.RawIssuer))
	id := der.Sequence(der.OctetString(hash[:]), der.Sequence(issuer, der.Integer(serial)))
	return cms.Attribute{Type: der.AttributeSigningCertificate, Values: [][]byte{der.Sequence(der.Sequence(id))}}
}

func TestVerifyAcceptsOlderCertificateID(t *testing.T) {
	digest := sha([]byte("data"))
	f := right(digest, nil, moment())
	tsa := ca.Certificate(ca.TSA)
	f.signature.NoSigningCertificate, f.signature.Attributes = true, []cms.Attribute{essV1(tsa, tsa.SerialNumber.Int64())}
	r := judge(t, f, tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
	if r.Verdict != trust.Valid {
		t.Errorf("findings %v", r.Findings)
	}
}

func TestVerifyWeakDigest(t *testing.T) {
	digest := sha1.Sum([]byte("data"))
	f := right(digest[:], nil, moment())
	f.hash = crypto.SHA1
	r := judge(t, f, tsp.Options{Digest: digest[:], Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
	if got := codes(r.Findings); !slices.Equal(got, []tsp.Code{tsp.WeakDigest}) {
		t.Errorf("findings %v", r.Findings)
	}
}

func TestVerifyWeakKey(t *testing.T) {
	digest := sha([]byte("data"))
	for bits, want := range map[int]bool{2048: false, 8192: true} {
		policy := trust.DefaultAlgorithms()
		policy.RSABitsAlways, policy.RSABitsBefore = bits, bits
		r := judge(t, right(digest, nil, moment()), tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA), Algorithms: &policy}})
		if got := slices.Contains(codes(r.Findings), tsp.WeakKey); got != want || want && r.Verdict == trust.Valid {
			t.Errorf("where %d bits are asked for: findings %v", bits, r.Findings)
		}
	}
}

// A token proves nothing without an anchor, whatever time it claims.
func TestAClaimedTimeIsNoProof(t *testing.T) {
	digest := sha([]byte("data"))
	for name, opt := range map[string]tsp.Options{
		"no anchors":       {Digest: digest},
		"other anchor":     {Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.OrgRoot)}},
		"no digest":        {Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}},
		"judged too early": {Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA), Time: moment().AddDate(-5, 0, 0)}},
	} {
		r := judge(t, right(digest, nil, moment()), opt)
		if r.Verdict != trust.Invalid || !r.Time.IsZero() || !r.Claimed.Equal(moment()) || len(r.Findings) != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	var zero tsp.Result
	if zero.Verdict != trust.NotKnown || !zero.Time.IsZero() {
		t.Error("the zero Result is known")
	}
}

func TestVerifyLeavesOptionsAlone(t *testing.T) {
	digest := sha([]byte("data"))
	org, err := trust.ParseCertificate(ca.DER(ca.OrgRoot))
	must(t, err)
	further := append(make([]*trust.Certificate, 0, 8), org)
	opt := tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA), Untrusted: further}}
	judge(t, right(digest, nil, moment()), opt)
	if opt.Chain.Untrusted[0] != org || further[:2][1] != nil || !opt.Chain.Time.IsZero() {
		t.Error("Verify changed what it was given")
	}
}

func TestParseTokenRefuses(t *testing.T) {
	digest := sha([]byte("data"))
	critical := der.Element(der.ContextConstructed|1, der.Sequence(der.ObjectIdentifier(testPolicy), []byte{1, 1, 0xff}, der.OctetString(nil)))
	cases := map[string]struct {
		change func(*forged)
		tail   string
		want   string
	}{
		"other content":      {change: func(f *forged) { f.contentType = der.Data }, want: "holds no timestamp"},
		"two signers":        {change: func(f *forged) { f.signers = 2 }, want: "2 signers"},
		"no signer":          {change: func(f *forged) { f.signers = 0 }, want: "0 signers"},
		"critical extension": {change: func(f *forged) { f.extensions = critical }, want: "critical and unknown"},
		"millis of 1000":     {change: func(f *forged) { f.accuracy = der.Sequence(der.Element(der.ContextPrimitive, []byte{3, 0xe8})) }, want: "Accuracy"},
		"data behind":        {change: func(*forged) {}, tail: "x", want: "other data follows"},
	}
	for name, c := range cases {
		f := right(digest, nil, moment())
		c.change(f)
		_, err := tsp.ParseToken(append(f.token(t), c.tail...))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	padded := append(right(digest, nil, moment()).token(t), 0, 0, 0)
	if _, err := tsp.ParseToken(padded); err != nil {
		t.Errorf("zeros behind, as in a PDF: %v", err)
	}
}
