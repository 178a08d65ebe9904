package verify_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"slices"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// town is a PKI with a time line: a CA and a signer of 2020 to 2023, and timestamping
// authorities of which one is younger and one is not trusted.
type town struct {
	root, ca, signer, weak  *holder
	stampRoot, tsa, younger *holder
	strangerRoot, stranger  *holder
	old                     *holder // under a root that ends in 2025
	oldRoot                 *holder
	anchors                 *trust.Store
	wrongCA                 *holder // another key, the name of ca
	crls2022                [][]byte
}

func newTown() *town {
	w := &town{root: root("Root"), stampRoot: root("Stamp Root"), strangerRoot: root("Stranger Root")}
	w.ca = w.root.issue("CA", "2010", "2050", withCA)
	w.wrongCA = root("Other Root").issue("CA", "2010", "2050", withCA)
	w.signer = w.ca.issue("Signer", "2020", "2023", asLeaf)
	w.weak = w.ca.issueTo(weakKey(), "Weak", "2010", "2025", asLeaf)
	w.tsa = w.stampRoot.issue("TSA", "2010", "2028", withTimestamping)
	w.younger = w.stampRoot.issue("Younger TSA", "2024", "2045", withTimestamping)
	w.stranger = w.strangerRoot.issue("Stranger TSA", "2010", "2045", withTimestamping)
	w.oldRoot = (*holder)(nil).issue("Old Root", "2010", "2025", withCA)
	w.old = w.oldRoot.issue("Old Signer", "2020", "2023", asLeaf)
	w.anchors = trust.NewStore()
	for _, c := range []*holder{w.root, w.stampRoot, w.oldRoot} {
		w.anchors.AddCertificate(c.parsed())
	}
	w.crls2022 = [][]byte{w.ca.crl("2022-06"), w.root.crl("2022-06")}
	return w
}

// history is one course of events and what is to be found then.
type history struct {
	name   string
	letter func(w *town) *letter
	now    string
	files  func(w *town) [][]byte // CRLs given beside
	lax    bool                   // revocation may be unknown
	want   verify.Indication
	sub    verify.SubIndication
	level  verify.Level
	state  verify.Revocation
	stamps []verify.Indication // newest first
}

const (
	passed  = verify.TotalPassed
	failed  = verify.TotalFailed
	unclear = verify.Indeterminate
)

func histories() []history {
	plain := cms.SignatureOptions{}
	stampers := func(when string) func(w *town) [][]byte {
		return func(w *town) [][]byte { return [][]byte{w.stampRoot.crl(when)} }
	}
	signed := func(w *town) *letter { return w.signer.signed(plain, w.ca) }
	stamped := func(w *town) *letter { return signed(w).stamp(w.tsa, "2022-05-20").crls(w.crls2022...) }
	revoked := func(when string) func(w *town) *letter {
		return func(w *town) *letter {
			return signed(w).stamp(w.tsa, "2022-05-20").crls(w.ca.crl("2022-10", w.signer, when), w.root.crl("2022-10"))
		}
	}
	return []history{
		{name: "today, with CRLs", now: "2022-06-02", letter: func(w *town) *letter { return signed(w).crls(w.crls2022...) },
			want: passed, level: verify.LevelB, state: verify.RevocationGood},
		{name: "today, nothing known", now: "2022-06-02", letter: signed, want: unclear, sub: verify.TryLater, level: verify.LevelB, state: verify.RevocationNotChecked},
		{name: "today, nothing known nor asked", now: "2022-06-02", letter: signed, lax: true, want: passed, level: verify.LevelB, state: verify.RevocationNotChecked},
		{name: "today, with a response", now: "2022-06-02", want: passed, level: verify.LevelB, state: verify.RevocationGood, letter: func(w *town) *letter {
			l := signed(w).crls(w.root.crl("2022-06"))
			l.AddOCSPs(w.ca.ocsp(w.signer, "2022-06"))
			return l
		}},
		{name: "today, with revocation-values", now: "2022-06-02", want: passed, level: verify.LevelB, state: verify.RevocationGood, letter: func(w *town) *letter {
			l := w.signer.signed(plain)
			basic := must(revocation.ParseOCSP(w.ca.ocsp(w.signer, "2022-06"))).RawBasic
			l.attribute(der.AttributeCertificateValues, der.Sequence(w.ca.Raw))
			l.attribute(der.AttributeRevocationValues, der.Sequence(
				der.Element(der.ContextConstructed, der.Sequence(w.root.crl("2022-06"))), der.Element(der.ContextConstructed|1, der.Sequence(basic))))
			return l
		}},
		{name: "a response about another", now: "2022-06-02", want: unclear, sub: verify.TryLater, level: verify.LevelB, state: verify.RevocationNotChecked, letter: func(w *town) *letter {
			l := signed(w).crls(w.root.crl("2022-06"))
			l.AddOCSPs(w.ca.ocsp(w.weak, "2022-06"))
			return l
		}},
		{name: "key not for signatures", now: "2022-06-02", lax: true, want: unclear, sub: verify.ChainConstraintsFailure, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				agreement := w.ca.issue("Agreement", "2020", "2023", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement })
				return agreement.signed(plain, w.ca)
			}},
		{name: "CRLs out of date", now: "2022-09", letter: func(w *town) *letter { return signed(w).crls(w.crls2022...) },
			want: unclear, sub: verify.TryLater, level: verify.LevelB, state: verify.RevocationMissing},
		{name: "CRLs by another CA of the name", now: "2022-06-02", letter: func(w *town) *letter { return signed(w).crls(w.wrongCA.crl("2022-06"), w.root.crl("2022-06")) },
			want: unclear, sub: verify.TryLater, level: verify.LevelB, state: verify.RevocationMissing},
		{name: "CRL of the CA alone", now: "2022-06-02", letter: func(w *town) *letter { return signed(w).crls(w.root.crl("2022-06")) },
			want: unclear, sub: verify.TryLater, level: verify.LevelB, state: verify.RevocationNotChecked},

		{name: "expired", now: "2024", lax: true, letter: signed, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked},
		{name: "expired, signing time claimed", now: "2024", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return w.signer.signed(cms.SignatureOptions{SigningTime: at("2022-05")}, w.ca) }},
		{name: "expired, stamped before", now: "2024", letter: stamped, files: stampers("2023-12-15"),
			want: passed, level: verify.LevelT, state: verify.RevocationGood, stamps: []verify.Indication{passed}},
		{name: "expired, stamped before, the TSA's CRL embedded", now: "2022-07", want: passed, level: verify.LevelLT, state: verify.RevocationGood,
			letter: func(w *town) *letter { return stamped(w).crls(w.stampRoot.crl("2022-06-20")) }, stamps: []verify.Indication{passed}},
		{name: "expired, stamped before, the TSA unchecked", now: "2024", letter: stamped, want: unclear, sub: verify.OutOfBoundsNoPOE,
			level: verify.LevelB, state: verify.RevocationNotChecked, stamps: []verify.Indication{unclear}},
		{name: "expired, stamped before, the TSA unchecked and not asked", now: "2024", lax: true, letter: stamped, want: passed,
			level: verify.LevelT, state: verify.RevocationNotChecked, stamps: []verify.Indication{passed}},
		{name: "expired, stamped after", now: "2024", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return signed(w).stamp(w.tsa, "2023-05") }, stamps: []verify.Indication{passed}},
		{name: "stamped before it was issued", now: "2024", lax: true, want: failed, sub: verify.NotYetValid, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return signed(w).stamp(w.tsa, "2019") }, stamps: []verify.Indication{passed}},
		{name: "backdated by a stranger", now: "2024", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return signed(w).stamp(w.stranger, "2022-05-20").crls(w.crls2022...) }, stamps: []verify.Indication{unclear}},
		{name: "stamp of another signature", now: "2024", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				l := signed(w)
				l.attribute(der.AttributeTimeStampToken, w.tsa.token([]byte("other"), "2022-05-20"))
				return l
			}, stamps: []verify.Indication{failed}},
		{name: "no token at all", now: "2022-06-02", lax: true, want: passed, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				l := signed(w)
				l.attribute(der.AttributeTimeStampToken, der.OctetString([]byte("token")))
				return l
			}, stamps: []verify.Indication{failed}},
		{name: "stamp of tomorrow", now: "2022-05", lax: true, want: passed, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return signed(w).stamp(w.tsa, "2022-06") }, stamps: []verify.Indication{unclear}},

		{name: "revoked after the stamp", now: "2024", lax: true, letter: revoked("2022-09"), want: passed, level: verify.LevelT, state: verify.RevocationNotChecked, stamps: []verify.Indication{passed}},
		{name: "revoked after the stamp, all known", now: "2022-10-10", letter: revoked("2022-09"), files: stampers("2022-10"),
			want: passed, level: verify.LevelT, state: verify.RevocationGood, stamps: []verify.Indication{passed}},
		{name: "revoked before the stamp", now: "2022-10-10", lax: true, letter: revoked("2022-03"), want: unclear, sub: verify.RevokedNoPOE,
			level: verify.LevelT, state: verify.RevocationRevoked, stamps: []verify.Indication{passed}},
		{name: "revoked, no stamp", now: "2022-10-10", lax: true, want: unclear, sub: verify.RevokedNoPOE, level: verify.LevelB, state: verify.RevocationRevoked,
			letter: func(w *town) *letter { return signed(w).crls(w.ca.crl("2022-10", w.signer, "2022-09")) }},
		{name: "revoked by a CRL that is out of date", now: "2022-12-20", lax: true, want: unclear, sub: verify.RevokedNoPOE, level: verify.LevelB, state: verify.RevocationRevoked,
			letter: func(w *town) *letter { return signed(w).crls(w.ca.crl("2022-10", w.signer, "2022-09")) }},
		{name: "CA revoked", now: "2022-10-10", lax: true, want: unclear, sub: verify.RevokedCANoPOE, level: verify.LevelB, state: verify.RevocationRevoked,
			letter: func(w *town) *letter {
				return signed(w).crls(w.ca.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09"))
			}},
		{name: "CA revoked after the stamp, the CRL not proven older", now: "2022-10-10", want: unclear, sub: verify.RevokedCANoPOE, level: verify.LevelT, state: verify.RevocationRevoked,
			letter: func(w *town) *letter {
				return signed(w).stamp(w.tsa, "2022-05-20").crls(w.ca.crl("2022-06"), w.root.crl("2022-10", w.ca, "2022-09"))
			}, files: stampers("2022-10"), stamps: []verify.Indication{passed}},
		{name: "CA revoked after an archive stamp", now: "2022-10-10", want: passed, level: verify.LevelT, state: verify.RevocationGood,
			letter: func(w *town) *letter {
				return signed(w).stamp(w.tsa, "2022-05-20").crls(w.ca.crl("2022-06")).archive(w.tsa, "2022-07")
			}, files: func(w *town) [][]byte {
				return [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09")}
			}, stamps: []verify.Indication{passed, passed}},
		{name: "signed after revocation, as a content stamp proves", now: "2022-10-10", lax: true, want: failed, sub: verify.Revoked, level: verify.LevelB, state: verify.RevocationRevoked,
			letter: func(w *town) *letter {
				return w.signer.signed(cms.SignatureOptions{Attributes: []cms.Attribute{{Type: der.AttributeContentTimeStamp, Values: [][]byte{w.tsa.token(letterText, "2022-09-20")}}}}, w.ca).
					crls(w.ca.crl("2022-10", w.signer, "2022-09"))
			}, stamps: []verify.Indication{passed}},
		{name: "signed after expiry, as a content stamp proves", now: "2024", lax: true, want: failed, sub: verify.Expired, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				return w.signer.signed(cms.SignatureOptions{Attributes: []cms.Attribute{{Type: der.AttributeContentTimeStamp, Values: [][]byte{w.tsa.token(letterText, "2023-09-20")}}}}, w.ca)
			}, stamps: []verify.Indication{passed}},

		{name: "TSA revoked", now: "2024", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: stamped, files: func(w *town) [][]byte { return [][]byte{w.stampRoot.crl("2023-12-15", w.tsa, "2023-11")} }, stamps: []verify.Indication{unclear}},
		{name: "TSA expired", now: "2030", lax: true, letter: stamped, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			stamps: []verify.Indication{unclear}},
		{name: "TSA expired, archived before", now: "2030", files: stampers("2029-12-20"), want: passed, level: verify.LevelLTA, state: verify.RevocationGood,
			letter: func(w *town) *letter {
				return stamped(w).crls(w.stampRoot.crl("2025-12-20"), w.stampRoot.crl("2025-12-20")).archive(w.younger, "2026")
			}, stamps: []verify.Indication{passed, passed}},
		{name: "TSA expired, archived after", now: "2030", files: stampers("2029-12-20"), want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				return stamped(w).crls(w.stampRoot.crl("2022-06-20")).archive(w.younger, "2029")
			}, stamps: []verify.Indication{passed, unclear}},
		{name: "TSA revoked after an archive stamp", now: "2026", want: passed, level: verify.LevelLTA, state: verify.RevocationGood,
			letter: func(w *town) *letter {
				return stamped(w).crls(w.stampRoot.crl("2022-06-20")).archive(w.younger, "2025")
			}, files: func(w *town) [][]byte { return [][]byte{w.stampRoot.crl("2025-12-15", w.tsa, "2025-11")} }, stamps: []verify.Indication{passed, passed}},
		{name: "archived by a stranger", now: "2030", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return stamped(w).archive(w.stranger, "2026") }, stamps: []verify.Indication{unclear, unclear}},
		{name: "archived, and a CRL was removed", now: "2030", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				l := stamped(w).archive(w.younger, "2026")
				l.CRLs = l.CRLs[:1]
				return l
			}, stamps: []verify.Indication{unclear}},
		{name: "archived twice", now: "2050", files: stampers("2049-12-20"), want: passed, level: verify.LevelLTA, state: verify.RevocationGood,
			letter: func(w *town) *letter {
				last := w.stampRoot.issue("Last TSA", "2040", "2059", withTimestamping)
				return stamped(w).crls(w.stampRoot.crl("2025-12-20"), w.stampRoot.crl("2025-12-20")).archive(w.younger, "2026").
					crls(w.stampRoot.crl("2044-05-20")).archive(last, "2044-06")
			}, stamps: []verify.Indication{passed, passed, passed}},

		{name: "weak key, stamped in its time", now: "2020", lax: true, want: passed, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return w.weak.signed(plain, w.ca).stamp(w.tsa, "2012") }, stamps: []verify.Indication{passed}},
		{name: "weak key, stamped later", now: "2020", lax: true, want: unclear, sub: verify.CryptoConstraintsNoPOE, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return w.weak.signed(plain, w.ca).stamp(w.tsa, "2015") }, stamps: []verify.Indication{passed}},
		{name: "weak key, no stamp", now: "2020", lax: true, want: unclear, sub: verify.CryptoConstraintsNoPOE, level: verify.LevelB, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return w.weak.signed(plain, w.ca) }},

		{name: "root expired, stamped before", now: "2026", lax: true, want: passed, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter { return w.old.signed(plain).stamp(w.tsa, "2022-05-20") }, stamps: []verify.Indication{passed}},
		{name: "root expired, stamped before, certificate not signed", now: "2026", lax: true, want: unclear, sub: verify.OutOfBoundsNoPOE, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				return w.old.signed(cms.SignatureOptions{NoSigningCertificate: true}).stamp(w.tsa, "2022-05-20")
			}, stamps: []verify.Indication{passed}},
		{name: "root expired, the CRL not proven older", now: "2026", want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelT, state: verify.RevocationNotChecked,
			letter: func(w *town) *letter {
				return w.old.signed(plain).stamp(w.tsa, "2022-05-20").crls(w.oldRoot.crl("2022-06"))
			},
			files: stampers("2025-12-20"), stamps: []verify.Indication{passed}},
		{name: "root expired, all archived before", now: "2026", want: passed, level: verify.LevelLTA, state: verify.RevocationGood,
			letter: func(w *town) *letter {
				return w.old.signed(plain).stamp(w.tsa, "2022-05-20").crls(w.oldRoot.crl("2022-06"), w.stampRoot.crl("2022-06")).archive(w.younger, "2024-06")
			}, files: stampers("2025-12-20"), stamps: []verify.Indication{passed, passed}},
	}
}

// TestHistories judges signatures whose past is told.
func TestHistories(t *testing.T) {
	w := newTown()
	for _, tt := range histories() {
		t.Run(tt.name, func(t *testing.T) {
			opt := verify.ReportOptions{Time: at(tt.now), RevocationOptional: tt.lax}
			if tt.files != nil {
				for _, l := range tt.files(w) {
					opt.Material.CRLs = append(opt.Material.CRLs, must(trust.ParseCRL(l)))
				}
			}
			s := judgeLetter(t, tt.letter(w).bytes(t), w.anchors, opt)
			if s.Indication != tt.want || s.SubIndication != tt.sub || s.Level != tt.level || s.Revocation != tt.state {
				t.Errorf("got %s/%s, level %q, %s; want %s/%s, %q, %s", s.Indication, s.SubIndication, s.Level, s.Revocation, tt.want, tt.sub, tt.level, tt.state)
			}
			var stamps []verify.Indication
			for _, x := range s.Timestamps {
				stamps = append(stamps, x.Indication)
				if x.Indication != passed && len(x.Findings) == 0 {
					t.Error("a timestamp is refused without a finding")
				}
			}
			if len(stamps) != len(tt.stamps) {
				t.Fatalf("timestamps %v, want %v", stamps, tt.stamps)
			}
			for i := range stamps {
				if stamps[i] != tt.stamps[i] {
					t.Errorf("timestamps %v, want %v: %v", stamps, tt.stamps, s.Timestamps[i].Findings)
				}
			}
			if t.Failed() {
				t.Logf("findings %v", s.Findings)
			}
		})
	}
}

func judgeLetter(t testing.TB, message []byte, anchors *trust.Store, opt verify.ReportOptions) verify.Signature {
	t.Helper()
	return judgeSignerOf(t, message, nil, anchors, opt)
}

// judgeSignerOf judges the signer with a signature value, nil for the only one: DER
// sorts the signers of a message.
func judgeSignerOf(t testing.TB, message, value []byte, anchors *trust.Store, opt verify.ReportOptions) verify.Signature {
	t.Helper()
	m := must(verify.Open(verify.Input{Bytes: message}, verify.OpenOptions{}))
	defer m.Close()
	if err := m.SetContent(verify.Input{Stream: bytes.NewReader(letterText)}.Copy); err != nil {
		t.Fatal(err)
	}
	r := m.Check(verify.CheckOptions{Trust: trust.Options{Anchors: anchors, Time: opt.Time}})
	i := slices.IndexFunc(r.Signers, func(s verify.SignerResult) bool { return value == nil || bytes.Equal(s.Info.Signature, value) })
	return m.Report(context.Background(), r, opt).Signatures[i]
}

// asked counts what a Fetcher is asked.
type asked struct {
	material revocation.Material
	n        int
}

func (a *asked) Fetch(context.Context, *trust.Certificate, *trust.Certificate) (revocation.Material, error) {
	a.n++
	return a.material, nil
}

// TestFetcher: it is asked once for each certificate, and for none that is settled.
func TestFetcher(t *testing.T) {
	w := newTown()
	l := w.signer.signed(cms.SignatureOptions{}, w.ca)
	f := &asked{}
	for _, list := range w.crls2022 {
		f.material.CRLs = append(f.material.CRLs, must(trust.ParseCRL(list)))
	}
	s := judgeLetter(t, l.bytes(t), w.anchors, verify.ReportOptions{Time: at("2022-06-02"), Fetcher: f})
	if s.Indication != passed || len(s.Evidence) != 2 || f.n == 0 || f.n > 2 {
		t.Errorf("%s, %d certificates, asked %d times", s.Indication, len(s.Evidence), f.n)
	}
	f.n = 0
	s = judgeLetter(t, l.crls(w.crls2022...).bytes(t), w.anchors, verify.ReportOptions{Time: at("2022-06-02"), Fetcher: f})
	if s.Indication != passed || f.n != 0 {
		t.Errorf("%s, asked %d times", s.Indication, f.n)
	}
	for _, e := range s.Evidence {
		if e.State != verify.RevocationGood || len(e.Sources) != 1 || e.Sources[0].Origin != verify.OriginEmbedded || e.FreshUntil.IsZero() {
			t.Errorf("%+v", e)
		}
	}
}

// TestCRLIsReadOnce: files that embed the same CRL are judged by one value of it,
// whose entries are indexed and whose signature is verified once.
func TestCRLIsReadOnce(t *testing.T) {
	w := newTown()
	pool := new(revocation.Pool)
	first := make(map[string]*byte)
	for range 50 {
		signer := w.ca.issue("Signer", "2020", "2023", asLeaf)
		s := judgeLetter(t, signer.signed(cms.SignatureOptions{}, w.ca).crls(w.crls2022...).bytes(t), w.anchors, verify.ReportOptions{Time: at("2022-06-02"), Pool: pool})
		if s.Indication != passed || len(s.Evidence) != 2 {
			t.Fatalf("%s/%s", s.Indication, s.SubIndication)
		}
		for _, e := range s.Evidence {
			octets := e.Sources[0].Raw
			if known := first[e.Sources[0].Fingerprint]; known != nil && known != &octets[0] {
				t.Fatal("a CRL was read again")
			}
			first[e.Sources[0].Fingerprint] = &octets[0]
		}
	}
	if len(first) != 2 {
		t.Errorf("%d CRLs", len(first))
	}
}

// TestZeroOptionsDemandRevocationOfAuthorities: what is required of signers is
// required of the authorities that prove their time.
func TestZeroOptionsDemandRevocationOfAuthorities(t *testing.T) {
	w := newTown()
	l := w.signer.signed(cms.SignatureOptions{}, w.ca).stamp(w.tsa, "2022-05-20").crls(w.crls2022...)
	s := judgeLetter(t, l.bytes(t), w.anchors, verify.ReportOptions{Time: at("2022-09")})
	if s.Indication != unclear || s.SubIndication != verify.TryLater || !s.ProvenTime.IsZero() || s.Timestamps[0].SubIndication != verify.TryLater {
		t.Errorf("%s/%s, proven %v, %+v", s.Indication, s.SubIndication, s.ProvenTime, s.Timestamps)
	}
}
