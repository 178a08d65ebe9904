package verify

import (
	"bytes"
	"crypto"
	"encoding/asn1"

	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/trust"
)

type pdfName = pdf.Name

// x509 judges adbe.x509.rsa_sha1: /Contents is an OCTET STRING with a PKCS #1
// signature, /Cert the certificates in DER (ISO 32000-1, 12.8.3.2). In spite of
// the name other digests are found too.
func (c *pdfCase) x509(s *pades.Signature, p *pades.Proof) (Signature, error) {
	chain := c.certificates(s)
	var value []byte
	rest, err := asn1.Unmarshal(p.Contents, &value)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 || len(chain) == 0 {
		return formFault("contents-form", "/Contents or /Cert do not have the form of %s", "/Contentsまたは/Certが%sの形式ではありません", string(s.SubFilter())), nil
	}
	signer := describe(chain[0])
	out := Signature{Signer: &signer, Revocation: RevocationNotChecked, Integrity: Broken, Indication: TotalFailed, SubIndication: SigCryptoFailure}
	key, err := chain[0].PublicKey()
	if err != nil {
		out.Integrity, out.Indication, out.SubIndication = IntegrityUnknown, Indeterminate, CryptoConstraintsFailure
		return out, nil
	}
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		digest, err := c.digest(p, h)
		if err != nil {
			return out, err
		}
		if key.VerifyPKCS1(h, digest, value) == nil {
			out.DigestAlgorithm, out.SignatureAlgorithm, out.Integrity = h.String(), "RSASSA-PKCS1-v1_5", Intact
			c.judgeChain(&out, chain, h, value)
			break
		}
	}
	if out.Integrity != Intact {
		out.Findings = append(out.Findings, Finding{Code: string(FaultSignature), Severity: Failure, Message: Fault{Code: FaultSignature}.Message()})
	}
	return out, nil
}

// certificates reads /Cert, a string or an array of strings, the signer's first.
func (c *pdfCase) certificates(s *pades.Signature) (list []*trust.Certificate) {
	value, err := c.document.File.Resolve(s.Dict.Get("Cert"))
	if err != nil {
		return nil
	}
	array, isArray := value.(pdf.Array)
	if !isArray {
		array = pdf.Array{value}
	}
	for _, o := range array {
		encoded, ok := o.(pdf.String)
		if !ok {
			return nil
		}
		cert, err := trust.ParseCertificate(encoded.Bytes)
		if err != nil {
			return nil
		}
		list = append(list, cert)
	}
	return list
}

// judgeChain judges the certificates of a signature that is right.
func (c *pdfCase) judgeChain(out *Signature, chain []*trust.Certificate, h crypto.Hash, value []byte) {
	c.history.pool.parsed(chain...)
	v := c.history.judge(&subject{
		certificate: chain[0], value: value, signer: true, hashes: []crypto.Hash{h}, purpose: c.opt.Trust.Purpose, use: c.opt.Trust.Trust,
	})
	out.take(&v)
	out.Indication, out.SubIndication = v.indication, v.sub
}
