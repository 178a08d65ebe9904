package cms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	_ "crypto/sha256" // hashes offered for signing
	_ "crypto/sha512"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// algorithm is how one key signs.
type algorithm struct {
	identifier   der.AlgorithmIdentifier
	options      crypto.SignerOpts
	wholeMessage bool // the key takes the message, not its digest
	maxValueSize int
	// verify checks a value over message (Ed25519) or digest (the others).
	verify func(pub crypto.PublicKey, message, digest, value []byte) bool
}

// chooseAlgorithm picks the algorithm for opt's key and fills in opt.Digest.
func chooseAlgorithm(opt *SignatureOptions) (algorithm, error) {
	if opt.Certificate == nil {
		return algorithm{}, lang.Errorf("no signer's certificate is given", "署名者の証明書が指定されていません")
	}
	pub := opt.Certificate.PublicKey
	_, ed := pub.(ed25519.PublicKey)
	if opt.Digest == 0 {
		opt.Digest = crypto.SHA256
		if ed {
			opt.Digest = crypto.SHA512
		}
	}
	if opt.Digest != crypto.SHA256 && opt.Digest != crypto.SHA384 && opt.Digest != crypto.SHA512 {
		return algorithm{}, lang.Errorf("the digest algorithm %v is not offered for signing", "ダイジェスト方式%vは署名に使えません", opt.Digest)
	}
	_, isRSA := pub.(*rsa.PublicKey)
	if opt.PSS && !isRSA {
		return algorithm{}, lang.Errorf("RSASSA-PSS needs an RSA key", "RSASSA-PSSにはRSA鍵が必要です")
	}
	switch key := pub.(type) {
	case *rsa.PublicKey:
		return rsaAlgorithm(key, opt.Digest, opt.PSS)
	case *ecdsa.PublicKey:
		return ecdsaAlgorithm(key, opt.Digest)
	case ed25519.PublicKey:
		return ed25519Algorithm(opt)
	}
	return algorithm{}, lang.Errorf("the signer's key is of a kind that cannot be used: %s", "署名者の鍵の種類には対応していません: %s",
		opt.Certificate.PublicKeyAlgorithm)
}

func rsaAlgorithm(key *rsa.PublicKey, h crypto.Hash, pss bool) (algorithm, error) {
	if !pss {
		id, _ := der.RSAAlgorithm(h)
		return algorithm{identifier: id, options: h, maxValueSize: key.Size(), verify: verifyPKCS1(h)}, nil
	}
	// RFC 8017, 9.1.1: the encoded message must hold hash, salt and two octets.
	if (key.N.BitLen()+6)/8 < 2*h.Size()+2 {
		return algorithm{}, lang.Errorf("the RSA key is too short for RSASSA-PSS with %v", "RSA鍵が短すぎて%vのRSASSA-PSSに使えません", h)
	}
	id, _ := der.PSSAlgorithm(h)
	options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h}
	return algorithm{identifier: id, options: options, maxValueSize: key.Size(), verify: verifyPSS(options)}, nil
}

func verifyPKCS1(h crypto.Hash) func(crypto.PublicKey, []byte, []byte, []byte) bool {
	return func(pub crypto.PublicKey, _, digest, value []byte) bool {
		key, ok := pub.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(key, h, digest, value) == nil
	}
}

func verifyPSS(options *rsa.PSSOptions) func(crypto.PublicKey, []byte, []byte, []byte) bool {
	return func(pub crypto.PublicKey, _, digest, value []byte) bool {
		key, ok := pub.(*rsa.PublicKey)
		return ok && rsa.VerifyPSS(key, options.Hash, digest, value, options) == nil
	}
}

func ecdsaAlgorithm(key *ecdsa.PublicKey, h crypto.Hash) (algorithm, error) {
	bits := key.Curve.Params().BitSize
	if bits != 256 && bits != 384 && bits != 521 {
		return algorithm{}, lang.Errorf("the elliptic curve %s is not offered for signing", "楕円曲線%sは署名に使えません", key.Curve.Params().Name)
	}
	id, _ := der.ECDSAAlgorithm(h)
	integer := der.ElementSize(int64(bits/8 + 1))
	return algorithm{
		identifier:   id,
		options:      h,
		maxValueSize: int(der.ElementSize(2 * integer)),
		verify: func(pub crypto.PublicKey, _, digest, value []byte) bool {
			key, ok := pub.(*ecdsa.PublicKey)
			return ok && ecdsa.VerifyASN1(key, digest, value)
		},
	}, nil
}

func ed25519Algorithm(opt *SignatureOptions) (algorithm, error) {
	if opt.Digest != crypto.SHA512 {
		return algorithm{}, lang.Errorf("Ed25519 needs the digest SHA-512", "Ed25519にはSHA-512が必要です")
	}
	if opt.NoSignedAttributes {
		// It would sign the content itself, which is nowhere held in memory.
		return algorithm{}, lang.Errorf("Ed25519 needs signed attributes", "Ed25519には署名属性が必要です")
	}
	return algorithm{
		identifier:   der.Ed25519Algorithm(),
		options:      crypto.Hash(0),
		wholeMessage: true,
		maxValueSize: ed25519.SignatureSize,
		verify: func(pub crypto.PublicKey, message, _, value []byte) bool {
			key, ok := pub.(ed25519.PublicKey)
			return ok && ed25519.Verify(key, message, value)
		},
	}, nil
}
