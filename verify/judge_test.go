package verify

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func TestIndications(t *testing.T) {
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	tests := []struct {
		name      string
		make      func(c *craft)
		content   []byte
		change    func(o *CheckOptions)
		integrity Integrity
		want      Indication
		sub       SubIndication
	}{
		{"valid", func(*craft) {}, nil, nil, Intact, TotalPassed, ""},
		{"other content", func(c *craft) { c.detached = true }, []byte("other"), nil, Broken, TotalFailed, HashFailure},
		{"no content", func(c *craft) { c.detached = true }, nil, nil, IntegrityUnknown, Indeterminate, SignedDataNotFound},
		{"signature value changed", func(c *craft) { c.value = flip }, nil, nil, Broken, TotalFailed, SigCryptoFailure},
		{"signature value changed, no attributes", func(c *craft) { c.value, c.attributes = flip, nil }, nil, nil, Broken, TotalFailed, SigCryptoFailure},
		{"no message digest", func(c *craft) { c.set(der.AttributeMessageDigest) }, nil, nil, Broken, TotalFailed, FormatFailure},
		{"message digest too short", func(c *craft) { c.set(der.AttributeMessageDigest, der.OctetString([]byte{1})) }, nil, nil, Broken, TotalFailed, FormatFailure},
		{"message digest no octets", func(c *craft) { c.set(der.AttributeMessageDigest, der.Integer(1)) }, nil, nil, Broken, TotalFailed, FormatFailure},
		{"unknown digest", func(c *craft) {
			c.digest = der.AlgorithmIdentifier{Algorithm: "\x2a\x03\x04"}.Marshal()
		}, nil, nil, IntegrityUnknown, Indeterminate, CryptoConstraintsFailure},
		{"no certificate", func(c *craft) { c.certificates = [][]byte{ca.DER("org-ca.pem")} }, nil, nil, IntegrityUnknown, Indeterminate, NoSigningCertificateFound},
		{"no anchor", func(*craft) {}, nil, func(o *CheckOptions) { o.Trust.Anchors = nil }, Intact, Indeterminate, NoCertificateChainFound},
		{"expired", func(*craft) {}, nil, func(o *CheckOptions) { o.Trust.Time = time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC) }, Intact, Indeterminate, OutOfBoundsNoPOE},
		{"not yet valid", func(*craft) {}, nil, func(o *CheckOptions) { o.Trust.Time = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }, Intact, TotalFailed, NotYetValid},
		{"no CRL", func(*craft) {}, nil, func(o *CheckOptions) { o.Trust.CRLCheck = true }, Intact, Indeterminate, TryLater},
		{"wrong purpose", func(*craft) {}, nil, func(o *CheckOptions) { o.Trust.Purpose = trust.PurposeTimestampSign }, Intact, Indeterminate, ChainConstraintsFailure},
		{"chain not checked", func(*craft) {}, nil, func(o *CheckOptions) { o.NoChain = true }, Intact, Indeterminate, NoCertificateChainFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCraft(rsaLeaf)
			tt.make(c)
			m := openMessage(t, c.marshal(t), OpenOptions{})
			if tt.content != nil {
				if err := m.SetContent(Input{Stream: bytes.NewReader(tt.content)}.Copy); err != nil {
					t.Fatal(err)
				}
			}
			opt := CheckOptions{Trust: orgAnchors(t)}
			if tt.change != nil {
				tt.change(&opt)
			}
			s := m.Report(context.Background(), m.Check(opt), ReportOptions{Time: signingTime, RevocationOptional: true}).Signatures[0]
			if s.Integrity != tt.integrity || s.Indication != tt.want || s.SubIndication != tt.sub {
				t.Errorf("got %q, %s, %s; want %q, %s, %s", s.Integrity, s.Indication, s.SubIndication, tt.integrity, tt.want, tt.sub)
			}
			if s.Indication != TotalPassed && len(s.Findings) == 0 {
				t.Error("a refusal without a finding")
			}
		})
	}
}

func openMessage(t *testing.T, message []byte, opt OpenOptions) *Message {
	t.Helper()
	m, err := Open(Input{At: bytes.NewReader(message), Size: int64(len(message))}, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestZeroOptionsDemandRevocation(t *testing.T) {
	m := openMessage(t, newCraft(rsaLeaf).marshal(t), OpenOptions{})
	report := m.Report(context.Background(), m.Check(CheckOptions{Trust: orgAnchors(t)}), ReportOptions{})
	if s := report.Signatures[0]; report.Valid() || s.SubIndication != TryLater || !report.Policy.RevocationRequired {
		t.Errorf("got %s / %s, want INDETERMINATE / TRY_LATER", s.Indication, s.SubIndication)
	}
}

func TestZeroReportIsNotValid(t *testing.T) {
	if (&Report{}).Valid() || (&Report{Signatures: make([]Signature, 1)}).Valid() {
		t.Error("a report in which nothing was judged is valid")
	}
}

func TestSigningCertificate(t *testing.T) {
	tests := []struct {
		name string
		make func(c *craft)
		want FaultCode
	}{
		{"right", func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2(rsaLeaf, 0)) }, NoFault},
		{"absent", func(*craft) {}, FaultESSMissing},
		{"another", func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2("org-p256.pem", 0)) }, FaultESSNotFound},
		{"a CA's first", func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2("org-ca.pem", 0)) }, FaultESSOrder},
		{"serial number of another", func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2(rsaLeaf, 1)) }, FaultESSNotFound},
		{"malformed", func(c *craft) { c.set(der.AttributeSigningCertificateV2, der.Null()) }, FaultESSMalformed},
		{"hash too short", func(c *craft) {
			c.set(der.AttributeSigningCertificateV2, der.Sequence(der.Sequence(der.Sequence(der.OctetString([]byte{1})))))
		}, FaultESSDigestLength},
		{"hash unknown", func(c *craft) {
			id := der.Sequence(der.AlgorithmIdentifier{Algorithm: "\x2a\x03\x04"}.Marshal(), der.OctetString(make([]byte, 32)))
			c.set(der.AttributeSigningCertificateV2, der.Sequence(der.Sequence(id)))
		}, FaultESSUnknownDigest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCraft(rsaLeaf)
			tt.make(c)
			m := openMessage(t, c.marshal(t), OpenOptions{})
			s := m.Check(CheckOptions{Trust: orgAnchors(t), CAdES: true}).Signers[0]
			if s.SigningCertificate.Code != tt.want {
				t.Errorf("got %q, want %q", s.SigningCertificate.Code, tt.want)
			}
		})
	}
}

func TestContentIsKept(t *testing.T) {
	small, large := []byte("small"), bytes.Repeat([]byte("large"), spoolMemory)
	for _, content := range [][]byte{nil, small, large} {
		c := newCraft(rsaLeaf)
		c.content = content
		c.set(der.AttributeMessageDigest, der.OctetString(sha256Of(content)))
		dir := t.TempDir()
		m := openMessage(t, c.marshal(t), OpenOptions{Spool: func() (Spool, error) { return TempSpool(dir) }})
		if !m.Check(CheckOptions{Trust: orgAnchors(t)}).ContentIntact() {
			t.Fatal("not intact")
		}
		var got bytes.Buffer
		if err := m.WriteContent(&got); err != nil || !bytes.Equal(got.Bytes(), content) {
			t.Errorf("%d octets: got %d, %v", len(content), got.Len(), err)
		}
	}
}

func TestContentNotKept(t *testing.T) {
	m := openMessage(t, newCraft(rsaLeaf).marshal(t), OpenOptions{})
	if err := m.WriteContent(&bytes.Buffer{}); err == nil {
		t.Error("content that was not kept is written")
	}
}

func TestSpoolFailureComesOut(t *testing.T) {
	c := newCraft(rsaLeaf)
	c.content = make([]byte, 2*spoolMemory)
	fault := errors.New("disk full")
	m := openMessage(t, c.marshal(t), OpenOptions{Spool: func() (Spool, error) { return nil, fault }})
	if err := m.WriteContent(&bytes.Buffer{}); !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
}

func TestUnreadableContentIsNotIntact(t *testing.T) {
	c := newCraft(rsaLeaf)
	c.detached = true
	m := openMessage(t, c.marshal(t), OpenOptions{})
	err := m.SetContent(Input{Stream: iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(c.content)))}.Copy)
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	r := m.Check(CheckOptions{Trust: orgAnchors(t)})
	report := m.Report(context.Background(), r, ReportOptions{RevocationOptional: true})
	if r.ContentIntact() || report.Valid() || report.Signatures[0].Integrity != IntegrityUnknown {
		t.Errorf("got %+v", report.Signatures[0])
	}
}

func TestTextHeader(t *testing.T) {
	tests := []struct{ in, want, fault string }{
		{"Content-Type: text/plain\r\n\r\nHello\r\n", "Hello\r\n", ""},
		{"content-type:TEXT/PLAIN; charset=utf-8\n\nHello", "Hello", ""},
		{"X-Other: 1\nContent-Type: text/plain\n\n", "", ""},
		{"Content-Type: text/html\r\n\r\n<p>", "", "the content is text/html, not text/plain"},
		{"Hello, world.\r\n", "", "the content has no MIME content type"},
		{"", "", "the content has no MIME content type"},
		{strings.Repeat("x", maxTextHeader+1), "", errTextHeader.Error()},
	}
	for _, tt := range tests {
		var got strings.Builder
		w := &headerStripper{dst: &got}
		for i := range len(tt.in) {
			if _, err := w.Write([]byte{tt.in[i]}); err != nil {
				t.Fatal(err)
			}
		}
		fault := ""
		if err := w.finish(); err != nil {
			fault = err.Error()
		}
		if got.String() != tt.want || fault != tt.fault {
			t.Errorf("%.30q: got %q, %q; want %q, %q", tt.in, got.String(), fault, tt.want, tt.fault)
		}
	}
}

// TestJPKIByFingerprint holds that a CA certificate in a message is an anchor
// only if it is one of JPKI's own: the test PKI's, which looks like it, is not.
func TestJPKIByFingerprint(t *testing.T) {
	c := newCraft(rsaLeaf)
	c.certificates = append(c.certificates, ca.DER("org-root.pem"), ca.DER("sign-ca-2.pem"))
	m := openMessage(t, c.marshal(t), OpenOptions{})
	store := trust.NewStore()
	s := m.Check(CheckOptions{JPKI: true, Trust: trust.Options{Anchors: store}}).Signers[0]
	if len(store.Anchors()) != 0 || s.Chain.Verdict == trust.Valid {
		t.Errorf("%d anchors, chain %v", len(store.Anchors()), s.Chain.Code)
	}
}
