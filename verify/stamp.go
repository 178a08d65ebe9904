package verify

import (
	"crypto"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/trust"
)

// stamp is a timestamp token of the file.
type stamp struct {
	Timestamp
	token *tsp.Token // nil when it cannot be read
	// digest returns the digest of what the token has to be for, nil when it cannot
	// be had.
	digest func(crypto.Hash) []byte
	// missing tells of an archive timestamp that what it covers is not there.
	missing bool
	index   crypto.Hash // that an archive timestamp lists what it covers by; 0 for others
	covers  []objectID
	carries []objectID // the token's signature value, certificates, CRLs and responses
	subject *subject   // its TSA's certificate's side; nil when that was not found
}

// addStamp takes a token, reads it, and adds what it carries to the pool. covers
// is what it proves.
func (h *history) addStamp(kind TimestampKind, octets []byte, covers []objectID, digest func(crypto.Hash) []byte) *stamp {
	s := &stamp{Timestamp: Timestamp{Kind: kind, Raw: octets}, covers: covers, digest: digest}
	if len(h.stamps) == maxStamps {
		return s
	}
	h.stamps = append(h.stamps, s)
	var err error
	if s.token, err = tsp.ParseToken(octets); err != nil {
		s.object("timestamp-form", TotalFailed, FormatFailure, lang.M("%v", "%v", err))
		return s
	}
	s.Time = s.token.Info.Time
	s.carries = h.pool.token(s.token)
	return s
}

// value is the token's signature value.
func (s *stamp) value() []byte { return s.token.SignedData.Signers[0].Signature }

// object records the first objection as the verdict, and each as a finding.
func (s *stamp) object(code string, i Indication, sub SubIndication, m lang.Message) {
	s.Findings = append(s.Findings, Finding{Code: code, Severity: Failure, Message: m})
	if s.Indication == IndicationUnknown {
		s.Indication, s.SubIndication = i, sub
	}
}

// judgeStamp judges a timestamp as a signature of its own (EN 319 102-1, 5.4), and
// takes what it proves if it holds.
func (h *history) judgeStamp(s *stamp) {
	if s.token == nil {
		return
	}
	cert := s.checkToken(h)
	if cert == nil {
		if s.Indication == IndicationUnknown {
			s.Indication, s.SubIndication = Indeterminate, NoSigningCertificateFound
		}
		return
	}
	authority := describe(cert)
	s.Authority = &authority
	made := s.Time.Add(s.token.Info.Accuracy.Value)
	switch {
	case s.Indication != IndicationUnknown:
	case made.After(h.now.Add(maxClockSkew)):
		s.object("timestamp-future", Indeterminate, NoSubIndication, lang.M("the timestamp is of a time after the judgement", "タイムスタンプの時刻が判定時点より後です"))
	case s.Time.After(h.existed(s.value()).Add(maxClockSkew)):
		s.object("timestamp-order", Indeterminate, TimestampOrderFailure, lang.M("the timestamp says to be newer than another one that covers it", "このタイムスタンプの時刻が、これを対象とする別のタイムスタンプより後です"))
	}
	s.subject = &subject{
		certificate: cert, value: s.value(), bound: true, madeAt: s.Time, purpose: trust.PurposeTimestampSign, use: trust.TrustTSA,
		hashes: []crypto.Hash{s.token.Info.Hash, hashOf(s.token.SignedData.Signers[0].DigestAlgorithm.Algorithm), s.index},
	}
	v := h.judge(s.subject)
	s.take(&v)
	if s.Indication == TotalPassed {
		h.prove(s.covers, proof{made, s})
	}
}

// take makes the chain's verdict the timestamp's, unless there is an objection
// already.
func (s *stamp) take(v *verdict) {
	s.Chain, s.Revocation, s.Evidence = v.chain, v.revocation, v.evidence
	s.Findings = append(s.Findings, v.findings...)
	if s.Indication == IndicationUnknown {
		s.Indication, s.SubIndication = v.indication, v.sub
	}
}

// checkToken makes the checks of the token itself, and returns the TSA's
// certificate.
func (s *stamp) checkToken(h *history) *trust.Certificate {
	digest := s.digest(s.token.Info.Hash)
	cert, found := s.token.CheckSigner(tsp.Options{Digest: digest, Chain: trust.Options{Untrusted: h.pool.Certificates, Algorithms: h.trust.Algorithms}})
	for _, f := range found {
		i, sub := stampObjection(f.Code)
		switch {
		case f.Code == tsp.ImprintDiffers && s.missing:
			s.object("timestamp-"+string(f.Code), TotalFailed, HashFailure, lang.M("something that the timestamp covers was removed", "タイムスタンプの対象の一部が失われています"))
			continue
		case f.Code == tsp.ImprintDiffers && digest == nil:
			i, sub = Indeterminate, CryptoConstraintsFailure
			f.Text = lang.M("what the timestamp is for cannot be hashed", "タイムスタンプの対象のハッシュ値を計算できません")
		}
		s.object("timestamp-"+string(f.Code), i, sub, f.Text)
	}
	return cert
}

func stampObjection(code tsp.Code) (Indication, SubIndication) {
	switch code {
	case tsp.ImprintDiffers:
		return TotalFailed, HashFailure
	case tsp.SignatureWrong:
		return TotalFailed, SigCryptoFailure
	case tsp.SignerMissing, tsp.NoCertificateID, tsp.CertificateIDDiffers:
		return Indeterminate, NoSigningCertificateFound
	case tsp.WeakDigest, tsp.WeakKey:
		return Indeterminate, CryptoConstraintsNoPOE
	case tsp.WrongPurpose, tsp.PurposeNotCritical, tsp.NameDiffers:
		return Indeterminate, ChainConstraintsFailure
	}
	return TotalFailed, FormatFailure
}

// stampsOf lists the timestamps that cover a thing, newest first, and those of
// the content before it was signed.
func (h *history) stampsOf(value []byte, content []*stamp) (list []Timestamp) {
	id := idOf(value)
	for _, s := range h.stamps {
		if slices.Contains(s.covers, id) || slices.Contains(content, s) {
			list = append(list, s.Timestamp)
		}
	}
	return list
}

// message adds what a message carries, and returns it.
func (p *pool) message(sd *cms.SignedData) (ids []objectID) {
	for _, c := range sd.Certificates {
		if octets, err := c.DER(); err == nil && c.Kind == cms.X509Certificate {
			ids = append(ids, p.certificate(octets))
		}
	}
	for _, c := range sd.CRLs {
		ids = append(ids, p.revocationChoice(c))
	}
	return ids
}

// signer adds what a signer's attributes carry, timestamps aside; signed is what
// the signature covers of it.
func (p *pool) signer(s *cms.SignerInfo) (signed, unsigned []objectID) {
	return p.attributes(s.SignedAttrs), p.attributes(s.UnsignedAttrs)
}

func (p *pool) attributes(set *cms.AttributeSet) (ids []objectID) {
	if set == nil {
		return nil
	}
	for _, a := range set.Attributes {
		for _, v := range a.Values {
			ids = append(ids, p.attributeValue(a.Type, v)...)
		}
	}
	return ids
}

// token adds what a timestamp token carries, and returns it with the token's
// signature value.
func (p *pool) token(t *tsp.Token) []objectID {
	signer := &t.SignedData.Signers[0]
	signed, unsigned := p.signer(signer)
	return slices.Concat([]objectID{idOf(signer.Signature)}, p.message(t.SignedData), signed, unsigned)
}

// carried is what one signer of a message brought into the history.
type carried struct {
	ids     []objectID // all that it proves when it is covered as a whole
	content []*stamp   // timestamps of the content
}

// addSigner adds what a signer of a message carries: what its certificates are
// judged by, and timestamps. content returns the content's digest.
func (h *history) addSigner(sd *cms.SignedData, s *cms.SignerInfo, content func(crypto.Hash) []byte) carried {
	all := carried{ids: append(h.pool.message(sd), idOf(s.Signature))}
	signed, unsigned := h.pool.signer(s)
	value := []objectID{idOf(s.Signature)}
	if len(signed) > 0 && h.isSignature(s) {
		value = append(value, signed...)
	}
	for _, token := range values(s.SignedAttrs, der.AttributeContentTimeStamp) {
		stamp := h.addStamp(ContentTimestamp, token, nil, content)
		all.add(stamp)
		all.content = append(all.content, stamp)
	}
	for _, token := range values(s.UnsignedAttrs, der.AttributeTimeStampToken) {
		all.add(h.addStamp(SignatureTimestamp, token, value, digestOfValue(s.Signature)))
	}
	for _, token := range values(s.UnsignedAttrs, der.AttributeArchiveTimeStampV3) {
		all.add(h.addArchive(sd, s, token, content))
	}
	all.ids = slices.Concat(all.ids, signed, unsigned)
	return all
}

func (c *carried) add(s *stamp) { c.ids = append(c.ids, s.carries...) }

// isSignature reports whether a signature value is that of the signed attributes, by
// the key of the certificate that they name. Without, a value proves nothing of them:
// it may stem from elsewhere, and for a key that nothing names one can be made to fit.
func (h *history) isSignature(s *cms.SignerInfo) bool {
	return slices.ContainsFunc(h.pool.Certificates, func(c *trust.Certificate) bool {
		if !c.IdentifiedBy(s.Issuer, s.Serial, s.SubjectKeyID) || !namesSigner(s, c) {
			return false
		}
		key, err := c.PublicKey()
		return err == nil && checkAttributes(key, s).OK()
	})
}

func digestOfValue(value []byte) func(crypto.Hash) []byte {
	return func(h crypto.Hash) []byte {
		if h == 0 {
			return nil
		}
		d := h.New()
		d.Write(value)
		return d.Sum(nil)
	}
}

// values lists the values of all attributes of a type.
func values(set *cms.AttributeSet, kind der.OID) (list [][]byte) {
	for _, a := range set.Get(kind) {
		list = append(list, a.Values...)
	}
	return list
}

// addArchive adds an archive timestamp of version 3 (EN 319 122-1, 5.5.3).
func (h *history) addArchive(sd *cms.SignedData, s *cms.SignerInfo, token []byte, content func(crypto.Hash) []byte) *stamp {
	archive := h.addStamp(ArchiveTimestamp, token, nil, func(crypto.Hash) []byte { return nil })
	if archive.token == nil {
		return archive
	}
	index := hashIndexOf(archive.token.SignedData.Signers[0].UnsignedAttrs)
	if index == nil {
		return archive
	}
	ids, ok := index.covered(h.pool.indexedParts(sd, s, index))
	if !ok {
		archive.missing = true
		return archive
	}
	archive.covers, archive.index = append(ids, idOf(s.Signature)), index.hash
	archive.digest = func(hash crypto.Hash) []byte {
		digest := content(hash)
		if digest == nil {
			return nil
		}
		imprint, err := cms.ArchiveImprint(sd, s, hash, digest, index.raw)
		if err != nil {
			return nil
		}
		return imprint
	}
	return archive
}

// indexedParts lists what a hash index can list of a message.
func (p *pool) indexedParts(sd *cms.SignedData, s *cms.SignerInfo, x *atsHashIndex) (certificates, crls, unsigned []indexed) {
	for _, c := range sd.Certificates {
		octets, err := c.DER()
		if err == nil {
			certificates = append(certificates, indexed{octets, []objectID{idOf(octets)}})
		}
	}
	for _, c := range sd.CRLs {
		if octets, err := c.DER(); err == nil {
			crls = append(crls, indexed{octets, []objectID{p.revocationChoice(c)}})
		}
	}
	if s.UnsignedAttrs == nil {
		return certificates, crls, nil
	}
	for _, a := range s.UnsignedAttrs.Attributes {
		for _, v := range a.Values {
			if v, err := der.ToDER(v); err == nil {
				unsigned = append(unsigned, indexed{x.unsignedPart(a, v), append(p.attributeValue(a.Type, v), p.tokenParts(a.Type, v)...)})
			}
		}
	}
	return certificates, crls, unsigned
}

// tokenParts is what a timestamp in an attribute carries.
func (p *pool) tokenParts(kind der.OID, value []byte) []objectID {
	if kind != der.AttributeTimeStampToken && kind != der.AttributeArchiveTimeStampV3 {
		return nil
	}
	token, err := tsp.ParseToken(value)
	if err != nil {
		return nil
	}
	return p.token(token)
}

// notBefore is when a signature was made at the earliest: after every timestamp
// that it covers. The zero time when there is none.
func notBefore(covered []*stamp) (t time.Time) {
	for _, s := range covered {
		if s.Indication == TotalPassed && s.Time.After(t) {
			t = s.Time
		}
	}
	return t
}
