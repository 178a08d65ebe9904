package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
)

// timestamper makes the client for the authorities of --tsa. Passwords and keys
// come from files: a command line is seen by every user of the machine.
func (a *app) timestamper(o *levelOptions) (*tsp.Client, error) {
	user, password, err := o.credentials()
	if err != nil {
		return nil, err
	}
	config, err := o.tls()
	if err != nil {
		return nil, err
	}
	opt := tsp.ClientOptions{Now: a.now, Proxy: o.evidence.Proxy()}
	for _, url := range o.servers {
		opt.Servers = append(opt.Servers, tsp.Server{URL: url, User: user, Password: password, TLS: config})
	}
	client, err := tsp.NewClient(opt)
	return client, cli.Fail(exitUsage, err)
}

// credentials reads USER:PASSWORD.
func (o *levelOptions) credentials() (user, password string, err error) {
	if o.authFile == "" {
		return "", "", nil
	}
	f, err := openSecretFile(o.authFile)
	if err != nil {
		return "", "", tsaFileError(o.authFile, err)
	}
	defer f.Close()
	line, err := readSecretLine(f)
	if err != nil {
		return "", "", tsaFileError(o.authFile, err)
	}
	defer clear(line)
	user, password, ok := strings.Cut(string(line), ":")
	if !ok || user == "" {
		return "", "", lang.WithHint(cli.Fail(exitFile, lang.Errorf("%s does not hold USER:PASSWORD", "%sに「ユーザー:パスワード」がありません", lang.Display(o.authFile))),
			"write the two with a colon between them on one line", "ユーザー名とパスワードをコロンでつないで1行に書いてください")
	}
	return user, password, nil
}

// tsaFileError says that a file for the authority, and not that with the PIN,
// is at fault.
func tsaFileError(name string, err error) error {
	if _, missing := os.Stat(name); errors.Is(missing, fs.ErrNotExist) {
		return lang.WithHint(&cli.Failure{Code: exitFile, Err: lang.Errorf("there is no file %s", "ファイル%sがありません", lang.Display(name))},
			"see the name after --tsa-auth-file and --tsa-key", "--tsa-auth-fileと--tsa-keyのファイル名を確認してください")
	}
	return lang.WithHint(&cli.Failure{Code: exitFile, Err: lang.Errorf("cannot use %[1]s: others can read it, or it cannot be read", "%[1]sを使えません。他の人が読めるか、読み取れません", lang.Display(name), err)},
		"chmod 600 %s", "chmod 600 %s を実行してください", lang.Display(name))
}

// tls is the configuration of the connections; nil for the standard library's.
func (o *levelOptions) tls() (*tls.Config, error) {
	if o.cert == "" && o.serveCA == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.cert != "" {
		pair, err := o.keyPair()
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if o.serveCA != "" {
		data, _, err := keys.ReadFile(o.serveCA)
		if err != nil {
			return nil, fileError(err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(data) {
			return nil, fileError(lang.Errorf("%s holds no certificate in PEM", "%sにPEM形式の証明書がありません", lang.Display(o.serveCA)))
		}
	}
	return config, nil
}

// keyPair reads what proves to the authority who asks.
func (o *levelOptions) keyPair() (tls.Certificate, error) {
	f, err := openSecretFile(o.key) // refuses a key that others can read
	if err != nil {
		return tls.Certificate{}, tsaFileError(o.key, err)
	}
	if err := f.Close(); err != nil {
		return tls.Certificate{}, fileError(err)
	}
	key, _, err := keys.ReadFile(o.key)
	if err != nil {
		return tls.Certificate{}, fileError(err)
	}
	defer clear(key)
	certificate, _, err := keys.ReadFile(o.cert)
	if err != nil {
		return tls.Certificate{}, fileError(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return pair, fileError(lang.Errorf("%[1]s and %[2]s are no certificate and key", "%[1]sと%[2]sは証明書と鍵の組ではありません", lang.Display(o.cert), lang.Display(o.key), err))
	}
	return pair, nil
}
