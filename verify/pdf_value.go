package verify

import (
	"bytes"
	"crypto"
	"errors"
	"io"
	"slices"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/revocation"
)

// value judges /Contents by the rule of its SubFilter (ISO 32000-2, table 260).
func (c *pdfCase) value(i int) (Signature, error) {
	s, p := &c.document.Signatures[i], c.proofs[i]
	subFilter := s.SubFilter()
	wantType := typeOf(subFilter)
	if t := s.Dict.Name("Type"); t != "" && t != wantType && t != "Sig" {
		return formFault("dictionary-type", "the signature dictionary is of /Type /%s, and its /SubFilter demands /%s",
			"署名辞書の/Typeが/%sですが、/SubFilterは/%sを要求しています", string(t), string(wantType)), nil
	}
	switch subFilter {
	case pades.SubFilterPKCS7Detached, pades.SubFilterCAdESDetached, subFilterPBAD:
		return c.detached(i)
	case pades.SubFilterPKCS7SHA1:
		return c.embedded(i, der.Data, c.sha1Matches)
	case pades.SubFilterTimestamp:
		return c.embedded(i, der.TSTInfo, c.imprintMatches)
	case pades.SubFilterX509:
		return c.x509(s, p)
	}
	return Signature{Indication: Indeterminate, Findings: []Finding{{Code: "sub-filter", Severity: Failure,
		Message: lang.M("signatures of the form %q are not known", "署名の形式「%s」には対応していません", string(subFilter))}}}, nil
}

// subFilterPBAD is CAdES in PDF by the Brazilian profile (DOC-ICP-15.03).
const subFilterPBAD pdfName = "PBAD.PAdES"

// typeOf is what /Type has to be, when it is there (tables 255, 259). Many
// producers call timestamps /Sig too.
func typeOf(subFilter pdfName) pdfName {
	if subFilter == pades.SubFilterTimestamp {
		return "DocTimeStamp"
	}
	return "Sig"
}

// opened is the CMS message in /Contents, or why there is none.
type opened struct {
	*Message
	err error
}

// openContents decodes the CMS message in /Contents, unless the form is another.
func openContents(s *pades.Signature, p *pades.Proof, pool *revocation.Pool) opened {
	if p.Contents == nil || s.SubFilter() == pades.SubFilterX509 {
		return opened{err: errors.New("not SignedData")}
	}
	m, err := decodeOne(p.Contents, pool)
	if err != nil {
		return opened{nil, err}
	}
	return opened{m, nil}
}

// decodeOne decodes a message of one signer. Only zeros may follow it.
func decodeOne(value []byte, pool *revocation.Pool) (*Message, error) {
	m, err := Open(Input{Bytes: value}, OpenOptions{Pool: pool})
	switch {
	case err != nil:
		return nil, err
	case m.SignedData == nil:
		return nil, errors.New("not SignedData")
	case m.SignedData.Trailing == cms.TrailingData:
		return nil, errors.New("padding that is not zero")
	case len(m.SignedData.Signers) != 1:
		return nil, errors.New("not exactly one signer")
	}
	return m, nil
}

func badContents(err error) Signature {
	return formFault("contents-form", "/Contents is no CMS signature of one signer, padded with zeros (%v)",
		"/Contentsがゼロで埋めた署名者1名のCMS署名ではありません（%v）", err)
}

// detached judges a signature over the byte range itself.
func (c *pdfCase) detached(i int) (Signature, error) {
	m, p := c.messages[i].Message, c.proofs[i]
	if m == nil {
		return badContents(c.messages[i].err), nil
	}
	if m.HasContent() {
		return formFault("contents-attached", "the signature carries content of its own", "署名の中に別の内容が含まれています"), nil
	}
	if err := m.SetContent(func(dst io.Writer) error { return c.copyCovered(dst, p) }); err != nil {
		return Signature{}, err
	}
	return c.fromMessage(m, p, c.judgeSigner(i))
}

// embedded judges a signature over a small content that names the digest of the
// byte range.
func (c *pdfCase) embedded(i int, contentType der.OID, matches func(int, []byte, *Signature) (bool, error)) (Signature, error) {
	m, p := c.messages[i].Message, c.proofs[i]
	if m == nil {
		return badContents(c.messages[i].err), nil
	}
	content, err := smallContent(p.Contents)
	if err != nil || m.SignedData.ContentType != contentType {
		return badContents(errors.New("the content is of another type")), nil
	}
	side := c.judgeSigner(i, crypto.SHA1)
	if contentType == der.TSTInfo {
		side = c.judgeAuthority(i)
	}
	out, err := c.fromMessage(m, p, side)
	if err != nil {
		return out, err
	}
	ok, err := matches(i, content, &out)
	if err == nil && !ok {
		out.Integrity, out.Indication, out.SubIndication = Broken, TotalFailed, HashFailure
		out.Findings = append(out.Findings, Finding{Code: string(FaultDigest), Severity: Failure, Message: Fault{Code: FaultDigest}.Message()})
	}
	return out, err
}

func smallContent(message []byte) ([]byte, error) {
	var content limitedBuffer
	_, err := cms.DecodeBytes(message, cms.DecodeOptions{Content: func(*cms.SignedData) (io.Writer, error) { return &content, nil }})
	return content.Bytes(), err
}

type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxSmallContent {
		return 0, errors.New("the content is too large")
	}
	return b.Buffer.Write(p)
}

// sha1Matches: the content is the SHA-1 of the byte range.
func (c *pdfCase) sha1Matches(i int, content []byte, _ *Signature) (bool, error) {
	digest, err := c.digest(c.proofs[i], crypto.SHA1)
	return bytes.Equal(digest, content), err
}

func (c *pdfCase) digest(p *pades.Proof, h crypto.Hash) ([]byte, error) {
	algorithm := der.DigestOID(h)
	d, unknown := cms.NewDigests([]der.AlgorithmIdentifier{{Algorithm: algorithm}})
	if unknown != "" || algorithm == "" {
		d := h.New()
		err := c.copyCovered(d, p)
		return d.Sum(nil), err
	}
	err := c.copyCovered(d, p)
	return d.Sum(algorithm), err
}

// fromMessage makes the part of the report that CMS decides.
func (c *pdfCase) fromMessage(m *Message, p *pades.Proof, side certificateSide) (Signature, error) {
	r := m.Check(CheckOptions{Certificates: slices.Concat(m.Certificates, c.history.pool.Certificates), NoChain: true})
	judged := m.reportBy(r, c.opt.ReportOptions, side)
	out := judged.Signatures[0]
	for _, f := range judged.Findings {
		if f.Severity != Info {
			out.Findings = append(out.Findings, f)
		}
	}
	if out.Integrity != Intact && !m.SignedData.HasContent {
		right, err := c.judgeElse(m, r.Signers[0], p)
		if err != nil {
			return out, err
		}
		if right {
			out.judgedElse()
		}
	}
	if f, ok := wrongForm(m, out.Findings); ok && out.Integrity == Intact {
		out.Integrity = Broken
		if out.Indication != TotalFailed {
			out.Indication, out.SubIndication = TotalFailed, FormatFailure
		}
		out.Findings = append(out.Findings, f)
	}
	return out, nil
}

// judgedElse: the value is right, by an algorithm that the policy does not know.
func (out *Signature) judgedElse() {
	out.Integrity, out.Indication, out.SubIndication = Intact, Indeterminate, CryptoConstraintsFailure
	out.Findings = []Finding{{Code: "algorithm-unusual", Severity: Warning,
		Message: lang.M("the signature is right, and made by an algorithm that is not generally accepted", "署名値は正しいものの、一般に認められていない方式で作られています")}}
}
