package sign

import (
	"cmp"
	"context"
	"crypto"
	"crypto/x509"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Format is how a CMS signature is written.
type Format int

// The formats.
const (
	DER   Format = iota // binary
	PEM                 // base64 with the label CMS (RFC 7468, 9)
	SMIME               // a mail message (RFC 8551, 3): see CMSOptions.Format
)

// CMSOptions says how a CMS signature is made. The zero value is a detached DER
// signature with SHA-256, signed attributes, the ESS signing-certificate-v2
// attribute and no signing time.
type CMSOptions struct {
	// Attached puts the content into the signature.
	Attached bool
	// Format is the output's form. With SMIME an attached message is
	// application/pkcs7-mime and holds the content as it is. A detached one is
	// multipart/signed, and what is signed is its first part, a MIME entity: plain
	// ASCII text as text/plain with every line end made CRLF; other UTF-8 text as
	// text/plain and anything else as application/octet-stream, both in base64.
	Format Format
	// Digest is SHA-256, SHA-384 or SHA-512; 0 is SHA-256. An Ed25519 key needs
	// SHA-512 (RFC 8419); CMS then takes it by itself.
	Digest crypto.Hash
	// PSS makes RSASSA-PSS signatures with an RSA key instead of RSASSA-PKCS1-v1_5.
	PSS bool
	// BySubjectKeyID names the signer by subject key identifier instead of issuer
	// and serial number.
	BySubjectKeyID bool
	// NoSignedAttributes signs the content's digest itself.
	NoSignedAttributes bool
	// NoSigningCertificate leaves the ESS signing-certificate-v2 attribute out.
	NoSigningCertificate bool
	// SigningTime is the signing-time attribute: the signer's claim. The zero time
	// leaves it out.
	SigningTime time.Time
	// Existing is a signature, ExistingSize octets in any of the formats, to which
	// the signer is added; nil for none. Its signers, certificates and CRLs are
	// kept octet for octet. When it is attached, its content is what is signed, and
	// the source given to PrepareCMS must be nil.
	Existing     io.ReaderAt
	ExistingSize int64
	// Level is the CAdES level of the new signer, B-B when it is zero. Others need
	// signed attributes with the ESS attribute. A baseline signature of any level has
	// a SigningTime (EN 319 122-1, 6.3).
	Level LevelOptions
}

// CMSDocument is a CMS signature in the making: PrepareCMS, Bind, Finish. It is
// used by one goroutine at a time.
type CMSDocument struct {
	opt       CMSOptions
	digest    crypto.Hash // opt.Digest, or what the key needs
	content   content
	existing  *cms.SignedData
	digests   *cms.Digests
	chain     []*x509.Certificate
	signature *cms.Signature
	level     *leveling
}

// PrepareCMS reads and hashes size octets of src, which must stay readable and
// unchanged until Finish. No key is needed yet. In each phase ctx ends the
// reading.
func PrepareCMS(ctx context.Context, src io.ReaderAt, size int64, opt CMSOptions) (*CMSDocument, error) {
	if src == nil && opt.Existing == nil {
		return nil, lang.Errorf("there is nothing to sign", "署名する内容がありません")
	}
	d := &CMSDocument{opt: opt, digest: cmp.Or(opt.Digest, crypto.SHA256), content: plainContent(src, size)}
	if opt.Existing != nil {
		if err := d.openExisting(src != nil); err != nil {
			return nil, err
		}
	}
	var err error
	if d.level, err = opt.leveling(ctx); err != nil {
		return nil, err
	}
	if opt.Format == SMIME && !d.attached() {
		if d.content, err = mimeEntity(ctx, src, size); err != nil {
			return nil, err
		}
	}
	if d.digests, err = d.hash(ctx, nil); err != nil {
		return nil, err
	}
	return d, d.checkExisting()
}

// Digest returns the hash of the content's digest: after Bind the one that is in
// the signature.
func (d *CMSDocument) Digest() crypto.Hash { return d.digest }

// SourceDigest returns the digest, by Digest, of all of src as it was read, or nil
// where something else is hashed: a MIME entity made of it, the content of an
// existing signature.
func (d *CMSDocument) SourceDigest() ([]byte, error) {
	if d.existing != nil || d.opt.Format == SMIME && !d.attached() {
		return nil, nil
	}
	return d.digests.Sum(der.DigestOID(d.digest)), nil
}

// attached reports whether the content goes into the message.
func (d *CMSDocument) attached() bool {
	return d.opt.Attached || d.existing != nil && d.existing.HasContent
}

// contentType is id-data, or what the existing signature signs.
func (d *CMSDocument) contentType() der.OID {
	if d.existing != nil {
		return d.existing.ContentType
	}
	return der.Data
}

// digestAlgorithms lists what the content is hashed with: for the new signer
// and for the check of the existing ones.
func (d *CMSDocument) digestAlgorithms() []der.AlgorithmIdentifier {
	list := []der.AlgorithmIdentifier{der.DigestAlgorithm(d.digest)}
	if d.existing != nil {
		for _, s := range d.existing.Signers {
			list = append(list, s.DigestAlgorithm)
		}
	}
	return list
}

// hash reads the content, hashing it, and copies it to dst if that is not nil.
func (d *CMSDocument) hash(ctx context.Context, dst io.Writer) (*cms.Digests, error) {
	digests, _ := cms.NewDigests(d.digestAlgorithms())
	w := io.Writer(digests)
	if dst != nil {
		w = io.MultiWriter(dst, digests)
	}
	return digests, d.content.write(ctx, w)
}

// Bind fixes the signer: chain[0] is the signer's certificate, the others are
// embedded beside it. It returns what the key must sign, and may be called again
// with another chain. It reads the content once more when the key needs a digest
// that was not asked for (Ed25519).
func (d *CMSDocument) Bind(ctx context.Context, chain []*x509.Certificate) (*ToBeSigned, error) {
	if len(chain) == 0 {
		return nil, lang.Errorf("the signer's certificate is missing", "署名者の証明書がありません")
	}
	if err := d.suit(ctx, chain[0]); err != nil {
		return nil, err
	}
	signature, err := cms.NewSignature(cms.SignatureOptions{
		Certificate:          chain[0],
		Digest:               d.digest,
		PSS:                  d.opt.PSS,
		BySubjectKeyID:       d.opt.BySubjectKeyID,
		NoSignedAttributes:   d.opt.NoSignedAttributes,
		NoSigningCertificate: d.opt.NoSigningCertificate,
		SigningTime:          d.opt.SigningTime,
	})
	if err != nil {
		return nil, err
	}
	if err := d.level.prepareSigner(ctx, chain); err != nil {
		return nil, err
	}
	tbs, err := signature.Bind(d.contentType(), d.digests.Sum(der.DigestOID(d.digest)))
	if err != nil {
		return nil, err
	}
	d.chain, d.signature = chain, signature
	return newToBeSigned(tbs), nil
}

// suit digests with SHA-512 for an Ed25519 key, the one digest it signs (RFC
// 8419, 3), unless the caller chose one; then the key's refusal stands.
func (d *CMSDocument) suit(ctx context.Context, certificate *x509.Certificate) (err error) {
	if d.opt.Digest != 0 || certificate.PublicKeyAlgorithm != x509.Ed25519 || d.digest == crypto.SHA512 {
		return nil
	}
	d.digest = crypto.SHA512
	d.digests, err = d.hash(ctx, nil)
	return err
}

// Finish takes the signature value over what Bind returned and writes the
// finished signature to dst. A value that does not match the certificate is an
// error before anything is written. Where the content is written too, it is
// hashed again: content that changed since PrepareCMS is an error, after which
// what was written must be thrown away.
func (d *CMSDocument) Finish(ctx context.Context, dst io.Writer, signature []byte) error {
	if d.signature == nil {
		return lang.Errorf("Finish was called before Bind", "BindよりさきにFinishが呼ばれました")
	}
	if err := d.signature.SetValue(signature); err != nil {
		return err
	}
	message := &cms.Message{
		ContentType:  d.contentType(),
		Certificates: d.chain,
		Signatures:   []*cms.Signature{d.signature},
		Existing:     d.existing,
	}
	if d.level.Level > BB {
		if err := d.raise(ctx, message); err != nil {
			return err
		}
	}
	return d.write(ctx, dst, message)
}

// CMS signs size octets of src with key and writes the signature to dst: the
// three phases in one call.
func CMS(ctx context.Context, dst io.Writer, src io.ReaderAt, size int64, key Signer, opt CMSOptions) error {
	d, err := PrepareCMS(ctx, src, size, opt)
	if err != nil {
		return err
	}
	return signPrepared(ctx, dst, d, key)
}
