package openssl

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// maxCertFile bounds -certfile: some thousand certificates.
const maxCertFile = 16 << 20

// loadCertFile reads -certfile: candidates for the signers' certificates, PEM or
// DER.
func (r *run) loadCertFile() *failure {
	name := r.Options.CertFile
	if !name.Given {
		return nil
	}
	data, err := readAll(name.Name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return &failure{exit: ExitRead, queue: storeOpenFailed(name.Name, err),
			lines: []string{"Could not open file or uri for loading certs of certificate file from " + name.Name}}
	}
	if r.extra = certificates(data); err != nil || len(r.extra) == 0 {
		return &failure{exit: ExitRead, lines: []string{"Could not read any certificate file from " + name.Name}}
	}
	return nil
}

func readAll(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxCertFile))
}

// certificates reads what certificates there are, PEM or DER.
func certificates(data []byte) []*trust.Certificate {
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		c, err := trust.ParseCertificate(data)
		if err != nil {
			return nil
		}
		return []*trust.Certificate{c}
	}
	found, err := trust.ReadPEM(data)
	if err != nil {
		return nil
	}
	return found.Certificates
}

// Where OpenSSL looks for what is trusted when it is told nothing, on the
// systems that jverify runs on; the first that is there counts.
var opensslFolders = []string{"/usr/lib/ssl", "/etc/pki/tls", "/etc/ssl", "/usr/local/etc/openssl@3", "/opt/homebrew/etc/openssl@3"}

// Trust returns what the options say of how chains are judged, with its anchors
// loaded.
func (c *Command) Trust() (trust.Options, error) {
	t, f := c.loadAnchors()
	if f != nil {
		return t, f.err
	}
	return t, nil
}

func (r *run) loadTrust() (f *failure) {
	r.trust, f = r.loadAnchors()
	if f != nil && len(f.lines) > 0 {
		f.err = nil // openssl's lines have said it
	}
	return f
}

// TrustsJPKI tells that no option says whom to trust: then JPKI is.
func (o *Options) TrustsJPKI() bool {
	return !o.CAFile.Given && !o.CAPath.Given && !o.CAStore.Given && !o.NoCAFile
}

// loadAnchors makes the store of anchors and CRLs, as openssl's setup_verify
// does. In the plain form nothing is trusted beside what the options name.
func (c *Command) loadAnchors() (trust.Options, *failure) {
	o := c.Options
	store := trust.NewStore()
	t := o.trustOptions(c.Now)
	t.Anchors = store
	if f := c.addFile(store); f != nil {
		return t, f
	}
	if o.CAPath.Given {
		store.AddDir(o.CAPath.Name)
	} else if !o.NoCAPath && !c.Plain {
		store.AddDir(c.defaultPath("SSL_CERT_DIR", "certs"))
	}
	if o.CAStore.Given {
		if err := addStore(store, o.CAStore.Name); err != nil {
			return t, &failure{exit: ExitRead, lines: []string{"Error loading store URI " + o.CAStore.Name},
				queue: storeOpenFailed(o.CAStore.Name, err), err: err}
		}
	}
	if o.TrustsJPKI() && c.Anchors != nil {
		if err := c.Anchors(store); err != nil {
			return t, &failure{exit: ExitRead, err: err}
		}
	}
	return t, nil
}

func (c *Command) addFile(store *trust.Store) *failure {
	o := c.Options
	if !o.CAFile.Given {
		if !o.NoCAFile && !c.Plain {
			_, _ = store.AddFile(c.defaultPath("SSL_CERT_FILE", "cert.pem")) // it may well be missing
		}
		return nil
	}
	if _, err := store.AddFile(o.CAFile.Name); err != nil {
		f := &failure{exit: ExitRead, lines: []string{"Error loading file " + o.CAFile.Name}, err: err}
		var fault *trust.FileError
		if errors.As(err, &fault) {
			f.queue = fault.Queue
		}
		return f
	}
	return nil
}

// defaultPath is what the variable says, or a name in OpenSSL's folder.
func (c *Command) defaultPath(variable, name string) string {
	if v := c.Getenv(variable); v != "" {
		return v
	}
	for _, folder := range opensslFolders {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join(opensslFolders[0], name)
}

// addStore adds what a -CAstore URI names: a file, or a folder's files. Only the
// scheme file is known.
func addStore(store *trust.Store, uri string) error {
	path := uri
	if rest, ok := bytes.CutPrefix([]byte(uri), []byte("file:")); ok {
		path = string(bytes.TrimPrefix(rest, []byte("//")))
		if !filepath.IsAbs(path) {
			return fs.ErrNotExist
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		store.AddDir(path)
		return nil
	}
	_, _ = store.AddFile(path) // openssl takes a store without anything in it
	return nil
}

// trustOptions turns the options into what package trust takes, with the
// defaults of `cms -verify`: fit for S/MIME signatures.
func (o *Options) trustOptions(now func() time.Time) trust.Options {
	c := &o.Check
	t := trust.Options{
		Now: now, NoCheckTime: c.NoCheckTime,
		PartialChain: c.PartialChain, CheckSSSig: c.CheckSelfSigned, X509Strict: c.X509Strict,
		IgnoreCritical: c.IgnoreCritical, AllowProxyCerts: c.AllowProxy,
		SuiteB128Only: c.SuiteB == "suiteB_128_only", SuiteB128: c.SuiteB == "suiteB_128", SuiteB192: c.SuiteB == "suiteB_192",
		PolicyCheck: c.PolicyCheck, ExplicitPolicy: c.ExplicitPolicy, InhibitAny: c.InhibitAny, InhibitMap: c.InhibitMap,
		Emails:   c.Emails,
		CRLCheck: c.CRLCheck, CRLCheckAll: c.CRLCheckAll, ExtendedCRL: c.ExtendedCRL, UseDeltas: c.UseDeltas,
		AuthLevel: int(max(c.AuthLevel.Value, 0)), Policies: c.Policies,
	}
	t.Purpose, t.Trust = c.use()
	if c.Host != "" {
		t.Hostnames = []string{c.Host}
	}
	if ip, err := netip.ParseAddr(c.IP); err == nil {
		t.IPs = []netip.Addr{ip}
	}
	if c.Depth.Given && c.Depth.Value >= 0 {
		depth := int(c.Depth.Value)
		t.VerifyDepth = &depth
	}
	if c.AtTime.Given {
		t.Time = c.Time()
	}
	if c.CRLCheck || c.CRLCheckAll {
		t.Revocation = revocation.OpenSSL{}
	}
	return t
}

// use is what certificates must be fit and trusted for.
func (c *Check) use() (trust.Purpose, trust.TrustUse) {
	purpose, use := trust.PurposeSMIMESign, trust.TrustEmail
	switch c.Name {
	case "ssl_client":
		purpose, use = trust.PurposeSSLClient, trust.TrustSSLClient
	case "ssl_server":
		purpose, use = trust.PurposeSSLServer, trust.TrustSSLServer
	}
	if c.Purpose != "" {
		purpose = purposes[c.Purpose]
	}
	return purpose, use
}
