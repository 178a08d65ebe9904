package trust_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/trust"
)

// profile is a root and a leaf made by openssl, and the options of both judges.
type profile struct {
	what       string
	root, leaf []string // genpkey's algorithm and options
	sign       []string // options of the signature
	extensions string   // of the leaf
	args       []string
	options    func(*trust.Options)
	until30    bool // OpenSSL after 3.0 accepts it
}

func curve(name string) []string {
	return []string{"EC", "-pkeyopt", "ec_paramgen_curve:" + name}
}

func profiles() []profile {
	p256, p384 := curve("P-256"), curve("P-384")
	rsa := []string{"RSA", "-pkeyopt", "rsa_keygen_bits:2048"}
	pss := func(args ...string) []string {
		return append([]string{"-sigopt", "rsa_padding_mode:pss"}, args...)
	}
	suite := func(b *bool) { *b = true }
	list := []profile{
		{what: "PSS", root: rsa, leaf: p256, sign: pss("-sha256", "-sigopt", "rsa_pss_saltlen:32")},
		{what: "PSS, another mask hash", root: rsa, leaf: p256, sign: pss("-sha384", "-sigopt", "rsa_mgf1_md:sha256", "-sigopt", "rsa_pss_saltlen:0")},
		{what: "PSS key", root: []string{"RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"}, leaf: p256, sign: pss("-sha256")},
		{what: "bound PSS key", root: []string{"RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha256",
			"-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256", "-pkeyopt", "rsa_pss_keygen_saltlen:32"}, leaf: p256, sign: pss("-sha256")},
		{what: "Ed25519", root: []string{"ED25519"}, leaf: []string{"ED25519"}, args: []string{"-auth_level", "3"}, options: func(o *trust.Options) { o.AuthLevel = 3 }},
		{what: "level of SHA-1", root: rsa, leaf: rsa, sign: []string{"-sha1"}, args: []string{"-auth_level", "1"}, options: func(o *trust.Options) { o.AuthLevel = 1 }},
		{what: "Suite B", root: p384, leaf: p256, sign: []string{"-sha384"}, args: []string{"-suiteB_128"}, options: func(o *trust.Options) { suite(&o.SuiteB128) }},
		{what: "Suite B at 192 bits", root: p384, leaf: p384, sign: []string{"-sha384"}, args: []string{"-suiteB_192"}, options: func(o *trust.Options) { suite(&o.SuiteB192) }},
		{what: "Suite B, wrong hash", root: p384, leaf: p384, sign: []string{"-sha256"}, args: []string{"-suiteB_192"}, options: func(o *trust.Options) { suite(&o.SuiteB192) }},
		{what: "Suite B, P-256 signs P-384", root: p256, leaf: p384, sign: []string{"-sha256"}, args: []string{"-suiteB_128"}, options: func(o *trust.Options) { suite(&o.SuiteB128) }},
		{what: "Suite B, another curve", root: curve("secp521r1"), leaf: p256, sign: []string{"-sha512"}, args: []string{"-suiteB_128_only"}, options: func(o *trust.Options) { suite(&o.SuiteB128Only) }},
		{what: "explicit parameters", root: p256, leaf: append(curve("P-256"), "-pkeyopt", "ec_param_enc:explicit")},
		{what: "proxy not allowed", root: p256, leaf: p256, extensions: "proxyCertInfo=critical,language:id-ppl-anyLanguage,pathlen:1"},
		{what: "proxy of a stranger's name", root: p256, leaf: p256, extensions: "proxyCertInfo=critical,language:id-ppl-anyLanguage", args: []string{"-allow_proxy_certs"},
			options: func(o *trust.Options) { o.AllowProxyCerts = true }},
		{what: "two key usages", root: p256, leaf: p256, extensions: "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always"},
	}
	for _, digest := range []string{"md5", "sha224", "sha512", "sha3-256", "sha3-384", "ripemd160"} {
		list = append(list, profile{what: "RSA with " + digest, root: rsa, leaf: p256, sign: []string{"-" + digest}})
	}
	for _, digest := range []string{"sha1", "sha224", "sha384", "sha3-512"} {
		list = append(list, profile{what: "ECDSA with " + digest, root: p256, leaf: p256, sign: []string{"-" + digest},
			until30: digest == "sha3-512"})
	}
	purposes := map[string]trust.Purpose{"sslclient": trust.PurposeSSLClient, "sslserver": trust.PurposeSSLServer, "smimesign": trust.PurposeSMIMESign}
	for _, kind := range []string{"client", "server", "email", "objsign"} {
		for name, purpose := range purposes {
			list = append(list, profile{what: "Netscape " + kind + " for " + name, root: p256, leaf: p256, extensions: "nsCertType=" + kind,
				args: []string{"-purpose", name, "-x509_strict"}, options: func(o *trust.Options) { o.Purpose, o.X509Strict = purpose, true }})
		}
	}
	for _, x := range []string{
		"basicConstraints=CA:TRUE", "basicConstraints=critical,CA:TRUE\nkeyUsage=digitalSignature", "basicConstraints=CA:FALSE,pathlen:1",
		"keyUsage=keyCertSign", "subjectKeyIdentifier=critical,hash", "authorityKeyIdentifier=critical,keyid",
		"authorityKeyIdentifier=keyid\nsubjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:a@b.jp", "",
	} {
		list = append(list, profile{what: "strict: " + x, root: p256, leaf: p256, extensions: x, args: []string{"-x509_strict"}, options: func(o *trust.Options) { o.X509Strict = true }})
	}
	return list
}

// make writes leaf.pem and returns the world of the two certificates.
func (p profile) make(t *testing.T, program, dir string, keys map[string]bool) *world {
	key := func(args []string) string {
		name := strings.Map(func(r rune) rune {
			if r == ':' || r == '/' {
				return '-'
			}
			return r
		}, strings.Join(args, "_")) + ".key"
		if !keys[name] { // keys take long to make
			run(t, program, dir, append([]string{"genpkey", "-out", name, "-algorithm"}, args...)...)
			keys[name] = true
		}
		return name
	}
	root := append([]string{"req", "-x509", "-key", key(p.root), "-out", "root.pem", "-subj", "/CN=Root", "-days", "30",
		"-addext", "keyUsage=critical,keyCertSign,cRLSign"}, p.sign...)
	run(t, program, dir, root...)
	run(t, program, dir, "req", "-new", "-key", key(p.leaf), "-out", "leaf.csr", "-subj", "/CN=Leaf")
	write(t, dir, "ext", p.extensions+"\n")
	leaf := append([]string{"x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", key(p.root), "-set_serial", "7",
		"-days", "20", "-out", "leaf.pem", "-extfile", "ext"}, p.sign...)
	run(t, program, dir, leaf...)
	return &world{t: t, leaf: &node{der: pemCert(t, dir, "leaf.pem").Raw}, anchors: []*node{{der: pemCert(t, dir, "root.pem").Raw}}}
}

func isOpenSSL30(t *testing.T, program string) bool {
	return strings.HasPrefix(string(run(t, program, "", "version")), "OpenSSL 3.0.")
}

// TestProfilesAsOpenSSL compares both judges on kinds of keys, signatures and
// extensions that the drawn chains do not have.
func TestProfilesAsOpenSSL(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	keys := make(map[string]bool)
	if err := os.Mkdir(filepath.Join(dir, "peer"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles() {
		w := p.make(t, program, dir, keys)
		var o trust.Options
		if p.options != nil {
			p.options(&o)
		}
		code, depth, output := w.peer(program, filepath.Join(dir, "peer"), append([]string{"-no-CApath", "-no-CAstore"}, p.args...))
		r := w.ours(o)
		if p.until30 && code == 0 && !isOpenSSL30(t, program) {
			continue
		}
		if r.Code != trust.Code(code) || code != 0 && r.Depth != depth {
			t.Errorf("%s: openssl %d (%s) at %d, ours %d (%s) at %d\n%s", p.what, code, trust.Code(code), depth, r.Code, r.Code, r.Depth, output)
		}
	}
}
