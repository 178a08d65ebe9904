package cms_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// TestVerifyReasons: one change to the wire, one reason.
func TestVerifyReasons(t *testing.T) {
	t.Parallel()
	withTime := cms.SignatureOptions{SigningTime: time.Unix(1700000000, 0)}
	rsaBase := testSigner("org-rsa2048.pem").message(t, true, withTime)
	ecBase := testSigner("org-p256.pem").message(t, true, withTime)
	pssBase := testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{PSS: true})
	bareBase := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{NoSignedAttributes: true})
	const sha512 = "300b0609608648016503040203"
	for name, c := range map[string]struct {
		base []byte
		edit func(n *node)
		want cms.Reason
	}{
		"content changed":               {rsaBase, func(n *node) { signedData(n).at(2, 1, 0).value[0] ^= 1 }, cms.DigestMismatch},
		"content changed, bare":         {bareBase, func(n *node) { signedData(n).at(2, 1, 0).value[0] ^= 1 }, cms.SignatureWrong},
		"signature changed":             {rsaBase, func(n *node) { signerInfo(n).at(5).value[7] ^= 1 }, cms.SignatureWrong},
		"signature empty":               {ecBase, func(n *node) { signerInfo(n).at(5).value = nil }, cms.SignatureWrong},
		"signature one octet short":     {rsaBase, func(n *node) { v := signerInfo(n).at(5); v.value = v.value[1:] }, cms.SignatureWrong},
		"signature one octet long":      {rsaBase, func(n *node) { v := signerInfo(n).at(5); v.value = append([]byte{0}, v.value...) }, cms.SignatureWrong},
		"ECDSA with an octet after":     {ecBase, func(n *node) { v := signerInfo(n).at(5); v.value = append(v.value, 0) }, cms.SignatureWrong},
		"attribute changed":             {ecBase, func(n *node) { signedAttrs(n).at(1, 1, 0).value[0] ^= 1 }, cms.SignatureWrong},
		"attributes reordered":          {ecBase, func(n *node) { a := signedAttrs(n).children; a[0], a[1] = a[1], a[0] }, cms.SignatureWrong},
		"attributes removed":            {ecBase, func(n *node) { signerInfo(n).remove(3) }, cms.SignatureWrong},
		"attributes emptied":            {ecBase, func(n *node) { signedAttrs(n).children = nil }, cms.SignatureWrong},
		"content-type removed":          {ecBase, func(n *node) { signedAttrs(n).remove(0) }, cms.AttributeRules},
		"content-type twice":            {ecBase, func(n *node) { a := signedAttrs(n); a.children = append(a.children, a.at(0)) }, cms.AttributeRules},
		"content-type without value":    {ecBase, func(n *node) { signedAttrs(n).at(0, 1).children = nil }, cms.AttributeRules},
		"content-type of two values":    {ecBase, func(n *node) { signedAttrs(n).at(0, 1).insert(0, "0500") }, cms.AttributeRules},
		"signing time twice":            {ecBase, func(n *node) { a := signedAttrs(n); a.children = append(a.children, a.at(1)) }, cms.AttributeRules},
		"message digest unsigned":       {ecBase, func(n *node) { signerInfo(n).insert(6, "a1113 00f06092a864886f70d010904 3102 0400") }, cms.AttributeRules},
		"countersignature signed":       {ecBase, func(n *node) { signedAttrs(n).insert(0, "300f06092a864886f70d010906 31020500") }, cms.AttributeRules},
		"digest unknown":                {ecBase, func(n *node) { signerInfo(n).at(2).set("300506032a0304") }, cms.UnknownDigest},
		"digest another one":            {ecBase, func(n *node) { signerInfo(n).at(2).set(sha512) }, cms.SignatureWrong},
		"digests list another one":      {ecBase, func(n *node) { signedData(n).at(1, 0).set(sha512) }, cms.NoMatchingDigest},
		"PKCS#1 called a digest":        {rsaBase, func(n *node) { signerInfo(n).at(4).set("300b0609608648016503040201") }, unsuited},
		"PKCS#1 called unknown":         {rsaBase, func(n *node) { signerInfo(n).at(4).set("300506032a0304") }, unsuited},
		"PKCS#1 called PSS":             {rsaBase, func(n *node) { signerInfo(n).at(4).set("300b06092a864886f70d01010a") }, unsuited},
		"PSS called PKCS#1":             {pssBase, func(n *node) { signerInfo(n).at(4).set("300d06092a864886f70d0101010500") }, cms.SignatureWrong},
		"PSS without parameters":        {pssBase, func(n *node) { signerInfo(n).at(4).remove(1) }, unsuited},
		"PSS with default parameters":   {pssBase, func(n *node) { signerInfo(n).at(4, 1).children = nil }, unsuited},
		"PSS with another salt":         {pssBase, func(n *node) { signerInfo(n).at(4, 1, 2, 0).value[0]-- }, cms.SignatureWrong},
		"PSS with salt 0":               {pssBase, func(n *node) { signerInfo(n).at(4, 1, 2, 0).value[0] = 0 }, cms.SignatureWrong},
		"PSS with another MGF1":         {pssBase, func(n *node) { signerInfo(n).at(4, 1, 1, 0, 1).set(sha512) }, cms.SignatureWrong},
		"PSS with trailer 2":            {pssBase, func(n *node) { signerInfo(n).at(4, 1).insert(3, "a303020102") }, unsuited},
		"message digest as UTF8String":  {resigned(t, func(n *node) { messageDigest(n).tag = 0x0c }), func(*node) {}, cms.BadMessageDigest},
		"message digest short":          {resigned(t, func(n *node) { d := messageDigest(n); d.value = d.value[1:] }), func(*node) {}, cms.DigestLength},
		"message digest of other data":  {resigned(t, func(n *node) { messageDigest(n).value[0] ^= 1 }), func(*node) {}, cms.DigestMismatch},
		"signed again, changed nothing": {resigned(t, func(*node) {}), func(*node) {}, 0},
		"unchanged":                     {ecBase, func(*node) {}, 0},
	} {
		n := parseNode(t, c.base)
		c.edit(n)
		if _, err := check(n.encode()); reasonOf(err) != c.want || c.want == 0 && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// messageDigest is the value in signed attributes without signing time.
func messageDigest(n *node) *node {
	for _, a := range n.children {
		if bytes.Equal(a.at(0).value, []byte(der.AttributeMessageDigest)) {
			return a.at(1, 0)
		}
	}
	return nil
}

// resigned edits the signed attributes of a message and signs them as they
// then stand.
func resigned(t testing.TB, edit func(attributes *node)) []byte {
	t.Helper()
	s := testSigner("org-p256.pem")
	n := parseNode(t, s.message(t, true, cms.SignatureOptions{}))
	attributes := signedAttrs(n)
	edit(attributes)
	message := attributes.encode()
	message[0] = der.TagSet
	sum := crypto.SHA256.New()
	sum.Write(message)
	value, err := s.key.Sign(rand.Reader, sum.Sum(nil), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	signerInfo(n).at(5).value = value
	return n.encode()
}

// TestLaxAsOpenSSL: what OpenSSL overlooks verifies here too, and Audit or
// AuditKey reports it.
func TestLaxAsOpenSSL(t *testing.T) {
	t.Parallel()
	ec := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{})
	bare := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{NoSignedAttributes: true})
	rsaBase := testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{})
	ed := testSigner("org-ed25519.pem").message(t, true, cms.SignatureOptions{})
	pss := testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{PSS: true})
	for name, c := range map[string]struct {
		base []byte
		edit func(n *node)
		want cms.Code
	}{
		"message version":             {ec, func(n *node) { signedData(n).at(0).value[0] = 3 }, cms.MessageVersion},
		"negative version":            {ec, func(n *node) { signedData(n).at(0).value[0] = 0xff }, cms.MessageVersion},
		"signer version":              {ec, func(n *node) { signerInfo(n).at(0).value[0] = 3 }, cms.SignerVersion},
		"digest listed twice":         {ec, func(n *node) { d := signedData(n).at(1); d.children = append(d.children, d.at(0)) }, cms.DigestListedTwice},
		"digest parameters":           {ec, func(n *node) { signerInfo(n).at(2).insert(1, "0400") }, cms.DigestParameters},
		"listed digest parameters":    {ec, func(n *node) { signedData(n).at(1, 0).insert(1, "3000") }, cms.DigestParameters},
		"digests unsorted":            {ec, func(n *node) { signedData(n).at(1).insert(0, "300d060960864801650304020305 00") }, cms.SetNotSorted},
		"eContentType":                {ec, func(n *node) { signedData(n).at(2, 0).set("06032a0304") }, cms.ContentTypeDiffers},
		"eContentType, no attributes": {bare, func(n *node) { signedData(n).at(2, 0).set("06032a0304") }, cms.SignedAttrsMissing},
		"obsolete certificate":        {ec, func(n *node) { signedData(n).at(3).insert(1, "a0023000") }, cms.ObsoleteChoice},
		"BER certificate":             {ec, func(n *node) { signedData(n).at(3, 0).form = "indefinite" }, cms.CertificateNotDER},
		"BER outside":                 {ec, func(n *node) { n.form = "indefinite" }, cms.BEREncoding},
		"BER attributes":              {ec, func(n *node) { signedAttrs(n).form = "long" }, cms.SignedAttrsNotDER},
		"empty unsigned attributes":   {ec, func(n *node) { signerInfo(n).insert(6, "a100") }, cms.UnsignedAttrsEmpty},
		"unsigned without value":      {ec, func(n *node) { signerInfo(n).insert(6, "a109 3007 06032a0304 3100") }, cms.AttributeRepeated},
		"unsorted attributes":         {resigned(t, func(n *node) { n.children[0], n.children[1] = n.children[1], n.children[0] }), func(*node) {}, cms.SignedAttrsNotDER},
		"content-type attribute":      {resigned(t, func(n *node) { n.at(0, 1, 0).set("06032a0304") }), func(*node) {}, cms.ContentTypeDiffers},
		"signing time text":           {resigned(t, func(n *node) { n.insert(2, "300f 06092a864886f70d010905 3102 0c00") }), func(*node) {}, cms.SigningTimeMalformed},
		"unknown attribute twice":     {resigned(t, func(n *node) { n.insert(0, "3009 06032a0304 3102 0500 3009 06032a0304 3102 0500") }), func(*node) {}, cms.AttributeRepeated},
		"algorithm protection":        {resigned(t, func(n *node) { n.insert(2, "300f 06092a864886f70d010934 3102 3000") }), func(*node) {}, cms.AlgorithmProtection},
		"wrong ECDSA hash":            {ec, func(n *node) { signerInfo(n).at(4).set("300a06082a8648ce3d040303") }, cms.SignatureAlgorithm},
		"ECDSA called RSA":            {ec, func(n *node) { signerInfo(n).at(4).set("300d06092a864886f70d0101010500") }, cms.SignatureAlgorithm},
		"ECDSA called unknown":        {ec, func(n *node) { signerInfo(n).at(4).set("300506032a0304") }, cms.SignatureAlgorithm},
		"ECDSA with NULL":             {ec, func(n *node) { signerInfo(n).at(4).insert(1, "0500") }, cms.SignatureParameters},
		"wrong RSA hash":              {rsaBase, func(n *node) { signerInfo(n).at(4).set("300d06092a864886f70d01010d0500") }, cms.SignatureAlgorithm},
		"RSA without NULL":            {rsaBase, func(n *node) { signerInfo(n).at(4).remove(1) }, cms.SignatureParameters},
		"Ed25519 called unknown":      {ed, func(n *node) { signerInfo(n).at(4).set("300506032a0304") }, cms.SignatureAlgorithm},
		"Ed25519 with NULL":           {ed, func(n *node) { signerInfo(n).at(4).insert(1, "0500") }, cms.SignatureParameters},
		"trailer field spelt out":     {pss, func(n *node) { signerInfo(n).at(4, 1).insert(3, "a303020101") }, ""},
		"nothing":                     {ec, func(*node) {}, ""},
	} {
		n := parseNode(t, c.base)
		c.edit(n)
		sd, err := check(n.encode())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		findings := sd.Audit()
		key, err := embeddedKey(sd, &sd.Signers[0])
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, sd.Signers[0].AuditKey(0, key.Identifier())...)
		if c.want == "" && len(findings) > 0 || c.want != "" && !hasCode(findings, c.want) {
			t.Errorf("%s: %v", name, findings)
		}
	}
}

// TestFindingsSpeak: every code has its sentence in both languages.
func TestFindingsSpeak(t *testing.T) {
	for _, code := range []cms.Code{cms.BEREncoding, cms.SetNotSorted, cms.TrailingOctets, cms.MessageVersion, cms.ObsoleteChoice,
		cms.DigestListedTwice, cms.SignerVersion, cms.DigestNotListed, cms.DigestParameters, cms.WeakDigestAlgorithm, cms.SignedAttrsNotDER,
		cms.SignedAttrsEmpty, cms.SignedAttrsMissing, cms.UnsignedAttrsEmpty, cms.AttributeMisplaced, cms.AttributeRepeated,
		cms.ContentTypeDiffers, cms.SigningTimeMalformed, cms.AlgorithmProtection, cms.SignatureAlgorithm, cms.SignatureParameters,
		cms.AttributesAsContent, cms.SigningCertificateBad, cms.SignatureNotDER, cms.CertificateNotDER, cms.IssuerDiffers} {
		m := cms.Finding{Code: code, Type: der.Data}.Message()
		if m.In(0) == m.In(1) || len(m.In(0)) < 20 {
			t.Errorf("%s: %q, %q", code, m.In(0), m.In(1))
		}
	}
}

// TestAttributesAsContent: the ambiguity of a message without attributes whose
// content is another message's attributes.
func TestAttributesAsContent(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	n := parseNode(t, s.message(t, true, cms.SignatureOptions{}))
	message := signedAttrs(n).encode()
	message[0] = der.TagSet
	signedData(n).at(2, 1, 0).value = message
	signerInfo(n).remove(3)
	sd, err := check(n.encode())
	if err != nil || !hasCode(sd.Audit(), cms.AttributesAsContent) {
		t.Errorf("%v", err)
	}
	for _, other := range []string{"", "1", "1\x00", "1\x03\x02\x01\x01", testContent} {
		if cms.LooksLikeAttributes([]byte(other)) {
			t.Errorf("%q looks like attributes", other)
		}
	}
}

// TestPSSParameters verifies signatures with all sorts of parameters.
func TestPSSParameters(t *testing.T) {
	t.Parallel()
	key := ca.Key("org-rsa2048.pem").(*rsa.PrivateKey)
	digest := crypto.SHA256.New()
	digest.Write([]byte(testContent))
	d := digest.Sum(nil)
	n := parseNode(t, testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{PSS: true, NoSignedAttributes: true}))
	for _, salt := range []int{0, 1, 20, 32, 100, key.Size() - 32 - 2} {
		options := &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA256}
		value, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, d, options)
		if salt == 0 {
			value, err = signPSSWithoutSalt(key, d)
		}
		if err != nil {
			t.Fatal(err)
		}
		signerInfo(n).at(4).value = value
		signerInfo(n).at(3, 1, 2).children = []*node{{raw: der.Integer(int64(salt))}}
		if _, err := check(n.encode()); err != nil {
			t.Errorf("salt %d: %v", salt, err)
		}
		signerInfo(n).at(3, 1, 2).children = []*node{{raw: der.Integer(int64(salt + 1))}}
		if _, err := check(n.encode()); reasonOf(err) != cms.SignatureWrong {
			t.Errorf("salt %d, said to be %d: %v", salt, salt+1, err)
		}
	}
}

// TestPSSOnlyKey: an id-RSASSA-PSS key with restrictions.
func TestPSSOnlyKey(t *testing.T) {
	t.Parallel()
	key := ca.Certificate("org-rsa2048.pem").PublicKey.(*rsa.PublicKey)
	id, _ := der.PSSAlgorithm(crypto.SHA256)
	bits := append([]byte{0}, x509.MarshalPKCS1PublicKey(key)...)
	for name, c := range map[string]struct {
		alg  der.AlgorithmIdentifier
		pss  bool
		hash crypto.Hash
		want cms.Reason
	}{
		"free":                  {der.AlgorithmIdentifier{Algorithm: der.RSASSAPSS}, true, crypto.SHA512, 0},
		"restricted, fits":      {id, true, crypto.SHA256, 0},
		"restricted, other":     {id, true, crypto.SHA512, cms.SignatureWrong},
		"free, called PKCS #1":  {der.AlgorithmIdentifier{Algorithm: der.RSASSAPSS}, false, crypto.SHA256, unsuited},
		"restricted, PKCS #1":   {id, false, crypto.SHA256, unsuited},
		"rsaEncryption and PSS": {der.AlgorithmIdentifier{Algorithm: der.RSAEncryption, Parameters: der.Null()}, true, crypto.SHA256, 0},
	} {
		pub, err := trust.ParsePublicKey(der.Sequence(c.alg.Marshal(), der.Element(der.TagBitString, bits)))
		if err != nil {
			t.Fatal(err)
		}
		sd, err := check(testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{PSS: c.pss, Digest: c.hash}))
		if err != nil {
			t.Fatal(err)
		}
		if err := sd.Signers[0].VerifyAttributes(pub); reasonOf(err) != c.want || c.want == 0 && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"\x17\x0d260102030405Z":     "2026-01-02T03:04:05Z",
		"\x17\x0d500102030405Z":     "1950-01-02T03:04:05Z",
		"\x17\x0d680102030405Z":     "1968-01-02T03:04:05Z",
		"\x17\x0d490102030405Z":     "2049-01-02T03:04:05Z",
		"\x18\x0f20500102030405Z":   "2050-01-02T03:04:05Z",
		"\x18\x0f20260102030405Z":   "",
		"\x17\x0b2601020304Z":       "",
		"\x17\x112601020304+0900":   "",
		"\x18\x1120500102030405.5Z": "",
		"\x17\x0d261302030405Z":     "",
		"\x04\x0d260102030405Z":     "",
		"":                          "",
	} {
		got, err := cms.ParseTime([]byte(in))
		if (err != nil) != (want == "") || err == nil && got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}
