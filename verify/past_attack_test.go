package verify_test

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// and adds the signers, certificates and CRLs of another message.
func (l *letter) and(o *letter) *letter {
	l.Signers = append(l.Signers, o.Signers...)
	l.Certificates = append(l.Certificates, o.Certificates...)
	l.CRLs = append(l.CRLs, o.CRLs...)
	return l
}

// rebuilt puts a message's first SignerInfo together again with other elements:
// that at each index is replaced.
func (l *letter) rebuilt(t testing.TB, replace map[int][]byte) *letter {
	t.Helper()
	r := der.NewBytesReader(l.Signers[0].Raw)
	if err := r.Enter(); err != nil {
		t.Fatal(err)
	}
	var fields [][]byte
	for i := 0; ; i++ {
		_, more, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		field := must(r.Raw(1 << 20))
		if other, ok := replace[i]; ok {
			field = other
		}
		fields = append(fields, field)
	}
	raw := der.Sequence(fields...)
	l.Signers[0] = *must(parsedSigner(l, raw))
	return l
}

// parsedSigner reads a SignerInfo that stands in a message like l.
func parsedSigner(l *letter, raw []byte) (*cms.SignerInfo, error) {
	m := cms.Message{ContentType: der.Data, Existing: &cms.SignedData{
		Version: 1, DigestAlgorithms: l.DigestAlgorithms, ContentType: der.Data, Certificates: l.Certificates, Signers: []cms.SignerInfo{{Raw: raw}},
	}}
	b, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	sd, err := cms.DecodeBytes(b, cms.DecodeOptions{})
	if err != nil {
		return nil, err
	}
	return &sd.Signers[0], nil
}

// archival is adbe-revocationInfoArchival with one CRL.
func archival(crl []byte) cms.Attribute {
	return cms.Attribute{Type: der.AttributeRevocationInfoArchival, Values: [][]byte{der.Sequence(der.Element(der.ContextConstructed, der.Sequence(crl)))}}
}

// crlSince is a CRL in which certificates are invalid since a time before they were
// revoked (RFC 5280, 5.3.2).
func (h *holder) crlSince(issued string, of *holder, revoked, invalid string) []byte {
	entry := x509.RevocationListEntry{SerialNumber: of.SerialNumber, RevocationTime: at(revoked), ReasonCode: 1}
	entry.ExtraExtensions = append(entry.ExtraExtensions, extension(der.Element(der.TagGeneralizedTime, []byte(at(invalid).Format("20060102150405Z"))), 2, 5, 29, 24))
	return h.list(&x509.RevocationList{
		Number: big.NewInt(at(issued).Unix()), ThisUpdate: at(issued), NextUpdate: at(issued).AddDate(0, 1, 0), RevokedCertificateEntries: []x509.RevocationListEntry{entry},
	})
}

// crlFor is a CRL with a reason for revocation.
func (h *holder) crlFor(reason int, issued string, of *holder, revoked string) []byte {
	return h.list(&x509.RevocationList{
		Number: big.NewInt(at(issued).Unix()), ThisUpdate: at(issued), NextUpdate: at(issued).AddDate(0, 1, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: of.SerialNumber, RevocationTime: at(revoked), ReasonCode: reason}},
	})
}

// lifting is a delta CRL of the day that takes a certificate off its base.
func (h *holder) lifting(issued string, of *holder) []byte {
	base := extension(der.Integer(at(issued).AddDate(0, 0, -2).Unix()), 2, 5, 29, 27)
	base.Critical = true
	return h.list(&x509.RevocationList{
		Number: big.NewInt(at(issued).Unix()), ThisUpdate: at(issued), NextUpdate: at(issued).AddDate(0, 1, 0), ExtraExtensions: []pkix.Extension{base},
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: of.SerialNumber, RevocationTime: at(issued), ReasonCode: trust.ReasonRemoveFromCRL}},
	})
}

// TestAttacksOnThePast: what proves nothing is not taken for a proof.
func TestAttacksOnThePast(t *testing.T) {
	w := newTown()
	plain := cms.SignatureOptions{}
	stampList := w.stampRoot.crl("2022-06")
	agingRoot := (*holder)(nil).issue("Aging Root", "2010", "2025", withCA)
	agingCA := agingRoot.issue("Aging CA", "2010", "2030", withCA)
	agingTSA := agingCA.issue("Aging TSA", "2010", "2030", withTimestamping)
	w.anchors.AddCertificate(agingRoot.parsed())
	weakCA := w.root.issueTo(weakKey(), "Weak CA", "2010", "2050", withCA)
	underWeak := weakCA.issue("Signer of a weak CA", "2011", "2030", asLeaf)
	weakList := weakCA.crl("2012-05-20")
	lasting := w.ca.issue("Lasting Signer", "2020", "2026", asLeaf)
	for _, tt := range []struct {
		name   string
		letter *letter
		files  [][]byte
		now    string
		lax    bool
		want   verify.Indication
		sub    verify.SubIndication
		level  verify.Level
		stamps []verify.SubIndication // newest first; nil for any
	}{
		{name: "a CRL in the attributes of a signature that is none", now: "2022-10-10",
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").and(
				w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").rebuilt(t, map[int][]byte{
					3: der.Element(der.ContextConstructed, archival(w.ca.crl("2022-05")).Marshal())})),
			files: [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09")},
			want:  unclear, sub: verify.RevokedCANoPOE, level: verify.LevelT},
		{name: "a CRL in the attributes of a signature that is one", now: "2022-10-10",
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").and(
				w.signer.signed(cms.SignatureOptions{Attributes: []cms.Attribute{archival(w.ca.crl("2022-05"))}}, w.ca).stamp(w.tsa, "2022-05-20")),
			files: [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09")},
			want:  passed, level: verify.LevelT},
		{name: "a CRL of a CA whose key was another's before the revocation", now: "2022-10-10",
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.ca.crl("2022-06")).archive(w.tsa, "2022-07"),
			files:  [][]byte{w.stampRoot.crl("2022-10"), w.root.crlSince("2022-10", w.ca, "2022-09", "2022-06-10")},
			want:   unclear, sub: verify.RevokedCANoPOE, level: verify.LevelT},
		{name: "a CRL of a CA whose key was another's after the proof", now: "2022-10-10",
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.ca.crl("2022-06")).archive(w.tsa, "2022-07"),
			files:  [][]byte{w.stampRoot.crl("2022-10"), w.root.crlSince("2022-10", w.ca, "2022-09", "2022-08")},
			want:   passed, level: verify.LevelT},
		{name: "revoked after the stamp, invalid before it", now: "2022-10-10", lax: true,
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.ca.crlSince("2022-10", w.signer, "2022-09", "2022-05-10"), w.root.crl("2022-10")),
			want:   unclear, sub: verify.RevokedNoPOE, level: verify.LevelT},
		{name: "another signer's archive timestamp", now: "2022-07-10", files: [][]byte{w.stampRoot.crl("2022-07")},
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.crls2022...).crls(stampList).and(
				w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.crls2022...).crls(stampList).archive(w.tsa, "2022-07")),
			want: passed, level: verify.LevelLT},
		{name: "the CA of the authority is in its token alone, and its root ended", now: "2026", files: [][]byte{w.stampRoot.crl("2025-12-20")},
			letter: func() *letter {
				l := w.signer.signed(plain, w.ca)
				value := sha256.Sum256(l.value())
				l.attribute(der.AttributeTimeStampToken, agingTSA.tokenFor(value[:], "2022-05-20", agingCA))
				return l.crls(w.crls2022...).crls(agingRoot.crl("2024-05-20"), agingCA.crl("2024-05-20")).archive(w.younger, "2024-06")
			}(), want: passed, level: verify.LevelLTA},
		{name: "archived by a clock that is two minutes behind", now: "2030", files: [][]byte{w.stampRoot.crl("2029-12-20"), w.ca.crl("2024-06"), w.root.crl("2024-06")},
			letter: lasting.signed(plain, w.ca).stamp(w.tsa, "2024-06-01 12:00").crls(w.stampRoot.crl("2024-06")).archive(w.younger, "2024-06-01 11:58"),
			want:   passed, level: verify.LevelT, stamps: []verify.SubIndication{"", ""}},
		{name: "a certificate by a CA whose key is weak by now", now: "2022-06-02", lax: true,
			letter: underWeak.signed(plain, weakCA), want: unclear, sub: verify.CryptoConstraintsFailure, level: verify.LevelB},
		{name: "a certificate by a CA whose key was good when it was stamped", now: "2022-06-02", lax: true,
			letter: underWeak.signed(plain, weakCA).stamp(w.tsa, "2012-06"), want: passed, level: verify.LevelT},
		{name: "a CRL by a CA whose key is weak by now, not proven older", now: "2022-06-02", files: [][]byte{w.stampRoot.crl("2022-06"), w.root.crl("2022-06")},
			letter: underWeak.signed(plain, weakCA).stamp(w.tsa, "2012-06").crls(weakList), want: unclear, sub: verify.CryptoConstraintsFailure, level: verify.LevelT},
		{name: "a CRL by a CA whose key was good when it was archived", now: "2022-06-02", files: [][]byte{w.stampRoot.crl("2022-06"), w.root.crl("2022-06")},
			letter: underWeak.signed(plain, weakCA).stamp(w.tsa, "2012-06").crls(weakList).archive(w.tsa, "2012-06-10"), want: passed, level: verify.LevelT},
		{name: "on hold when last heard of", now: "2022-10-10", lax: true, files: [][]byte{w.ca.crlFor(6, "2022-07", w.signer, "2022-06-20")},
			letter: w.signer.signed(plain, w.ca), want: unclear, sub: verify.RevokedNoPOE, level: verify.LevelB},
		{name: "a hold that was lifted when last heard of", now: "2022-10-10", lax: true,
			files:  [][]byte{w.ca.crlFor(6, "2022-07", w.signer, "2022-06-20"), w.ca.crl("2022-08")},
			letter: w.signer.signed(plain, w.ca), want: passed, level: verify.LevelB},
		{name: "a hold that came after it was good", now: "2022-10-10", lax: true,
			files:  [][]byte{w.ca.crl("2022-06"), w.ca.crlFor(6, "2022-07", w.signer, "2022-06-20")},
			letter: w.signer.signed(plain, w.ca), want: unclear, sub: verify.RevokedNoPOE, level: verify.LevelB},
		{name: "stamped by one that may do other things", now: "2024", lax: true, letter: w.signer.signed(plain, w.ca).stamp(w.stampRoot.issue("Loose TSA", "2010", "2028", asLeaf), "2022-05-20"),
			want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, stamps: []verify.SubIndication{verify.ChainConstraintsFailure}},
		{name: "stamped by an authority of whom nobody says so critically", now: "2024", lax: true,
			letter: w.signer.signed(plain, w.ca).stamp(w.stampRoot.issue("Lax TSA", "2010", "2028", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} }), "2022-05-20"),
			want:   unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, stamps: []verify.SubIndication{verify.ChainConstraintsFailure}},
		{name: "a good and a bad stamp", now: "2024", lax: true, letter: func() *letter {
			l := w.signer.signed(plain, w.ca)
			l.Signers[0] = must(l.Signers[0].WithUnsigned(cms.Attribute{Type: der.AttributeTimeStampToken,
				Values: [][]byte{w.tsa.token([]byte("other"), "2022-05-21"), w.tsa.token(l.value(), "2022-05-20")}}))
			return l
		}(), want: passed, level: verify.LevelT, stamps: []verify.SubIndication{verify.HashFailure, ""}},
		{name: "a stamp of another signer of the message", now: "2024", lax: true, letter: func() *letter {
			l, o := w.signer.signed(plain, w.ca), w.signer.signed(plain, w.ca)
			l.attribute(der.AttributeTimeStampToken, w.tsa.token(o.value(), "2022-05-20"))
			return l.and(o.stamp(w.tsa, "2023-06"))
		}(), want: unclear, sub: verify.OutOfBoundsNoPOE, level: verify.LevelB, stamps: []verify.SubIndication{verify.HashFailure}},
		{name: "archived by hashes that are weak by now", now: "2026", lax: true, files: [][]byte{w.stampRoot.crl("2025-12-20")},
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").archiveBy(crypto.SHA1, w.younger, "2025"),
			want:   passed, level: verify.LevelT, stamps: []verify.SubIndication{verify.CryptoConstraintsNoPOE, ""}},
		{name: "a delta that lifts a hold, by a CA that was revoked", now: "2022-10-10", files: [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09"), w.ca.lifting("2022-05-12", w.signer)},
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.ca.crlFor(6, "2022-05-10", w.signer, "2022-05-01")).archive(w.tsa, "2022-05-25"),
			want:   unclear, sub: verify.RevokedNoPOE, level: verify.LevelT},
		{name: "a delta that lifts a hold, proven older", now: "2022-10-10", files: [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, "2022-09")},
			letter: w.signer.signed(plain, w.ca).stamp(w.tsa, "2022-05-20").crls(w.ca.crlFor(6, "2022-05-10", w.signer, "2022-05-01"), w.ca.lifting("2022-05-12", w.signer)).archive(w.tsa, "2022-05-25"),
			want:   passed, level: verify.LevelT},
		{name: "archived an hour before the stamp", now: "2027", lax: true, files: [][]byte{w.stampRoot.crl("2026-12-20")},
			letter: lasting.signed(plain, w.ca).stamp(w.tsa, "2024-06-01 12:00").archive(w.younger, "2024-06-01 11:00"),
			want:   passed, level: verify.LevelT, stamps: []verify.SubIndication{verify.TimestampOrderFailure, ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := verify.ReportOptions{Time: at(tt.now), RevocationOptional: tt.lax}
			for _, l := range tt.files {
				opt.Material.CRLs = append(opt.Material.CRLs, must(trust.ParseCRL(l)))
			}
			s := judgeSignerOf(t, tt.letter.bytes(t), tt.letter.value(), w.anchors, opt)
			var stamps []verify.SubIndication
			for _, x := range s.Timestamps {
				stamps = append(stamps, x.SubIndication)
			}
			if tt.stamps != nil && !slices.Equal(stamps, tt.stamps) {
				t.Errorf("timestamps %q, want %q", stamps, tt.stamps)
			}
			if s.Indication != tt.want || s.SubIndication != tt.sub || s.Level != tt.level {
				t.Errorf("got %s/%s, level %q; want %s/%s, %q; %v", s.Indication, s.SubIndication, s.Level, tt.want, tt.sub, tt.level, s.Findings)
				for _, x := range s.Timestamps {
					t.Log(x.Kind, x.Time, x.Indication, x.SubIndication, x.Findings)
				}
			}
		})
	}
}
