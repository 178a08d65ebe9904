package online

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Attributes that hold CRLs (RFC 4523, 2.4 ff.).
func crlAttributes() []string {
	return []string{"certificateRevocationList;binary", "authorityRevocationList;binary"}
}

// lookUp reads an entry's CRLs, one after another, by an LDAP URL (RFC 4516). The entry
// itself is asked for, anonymously; the filter is not looked at, referrals are not
// followed.
func (c *Client) lookUp(ctx context.Context, dialer *net.Dialer, u *url.URL) ([]byte, error) {
	attributes, err := ldapAttributes(u)
	if err != nil {
		return nil, err
	}
	conn, err := c.dialDirectory(ctx, dialer, u)
	if err != nil {
		return nil, explain(ctx, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	return c.search(ctx, conn, u, attributes)
}

// ldapAttributes reads which CRL an LDAP URL wants: "/DN?attributes?scope".
func ldapAttributes(u *url.URL) ([]string, error) {
	parts := strings.Split(u.RawQuery, "?")
	if len(parts) > 1 && parts[1] != "" && !strings.EqualFold(parts[1], "base") {
		return nil, failure(BadLocation, "the LDAP URL asks for more than one entry", "LDAPのURLが複数のエントリーを要求しています")
	}
	if parts[0] == "" {
		return crlAttributes(), nil
	}
	for _, known := range []string{"certificateRevocationList", "authorityRevocationList"} {
		name, _, _ := strings.Cut(parts[0], ";")
		if strings.EqualFold(name, known) {
			return []string{known + ";binary"}, nil
		}
	}
	return nil, failure(BadLocation, "the LDAP URL asks for no CRL", "LDAPのURLがCRLを要求していません")
}

func (c *Client) dialDirectory(ctx context.Context, dialer *net.Dialer, u *url.URL) (net.Conn, error) {
	port, secure := u.Port(), strings.EqualFold(u.Scheme, "ldaps")
	switch {
	case port != "":
	case secure:
		port = ldap.DefaultLdapsPort
	default:
		port = ldap.DefaultLdapPort
	}
	address := net.JoinHostPort(u.Hostname(), port)
	if secure {
		d := tls.Dialer{NetDialer: dialer, Config: &tls.Config{RootCAs: c.opt.RootCAs}}
		return d.DialContext(ctx, "tcp", address)
	}
	return dialer.DialContext(ctx, "tcp", address)
}

// search asks for one entry and joins the CRLs it holds.
func (c *Client) search(ctx context.Context, conn net.Conn, u *url.URL, attributes []string) ([]byte, error) {
	limited := &limitedConn{Conn: conn}
	l := ldap.NewConn(limited, strings.EqualFold(u.Scheme, "ldaps"))
	l.SetTimeout(2 * c.opt.Timeout) // ctx ends before
	l.Start()
	defer l.Close()
	found, err := l.Search(ldap.NewSearchRequest(strings.TrimPrefix(u.Path, "/"), ldap.ScopeBaseObject, ldap.NeverDerefAliases,
		1, int(max(c.opt.Timeout/time.Second, 1)), false, "(objectClass=*)", attributes, nil))
	switch {
	case limited.exceeded():
		return nil, tooLarge(maxCRL)
	case ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject):
		return nil, noEntry()
	case err != nil:
		return nil, explainLDAP(ctx, err)
	}
	return crlsOf(found, attributes)
}

func noEntry() error {
	return failure(NoEntry, "the directory has no CRL under this name", "ディレクトリーにこの名前のCRLがありません")
}

// explainLDAP makes a Failure of what the LDAP library says once there is a connection.
func explainLDAP(ctx context.Context, err error) error {
	var answer *ldap.Error
	switch {
	case ctx.Err() != nil:
		return explain(ctx, err)
	case errors.As(err, &answer) && answer.ResultCode < ldap.ErrorNetwork:
		return failure(Refused, "the directory answers with code %d", "ディレクトリーがコード%dを返しました", int(answer.ResultCode))
	}
	return failure(CutOff, "the directory's answer cannot be read: %s", "ディレクトリーの応答を読み取れません: %s", lang.Display(err.Error()))
}

// crlsOf joins the values of the attributes asked for, under whatever option the
// directory calls them.
func crlsOf(found *ldap.SearchResult, attributes []string) ([]byte, error) {
	var values [][]byte
	for _, entry := range found.Entries {
		for _, attribute := range attributes {
			plain, _, _ := strings.Cut(attribute, ";")
			values = append(values, entry.GetEqualFoldRawAttributeValues(attribute)...)
			values = append(values, entry.GetEqualFoldRawAttributeValues(plain)...)
		}
	}
	if len(values) == 0 {
		return nil, noEntry()
	}
	return bytes.Join(values[:min(len(values), maxCRLs)], nil), nil
}

// limitedConn ends a connection that sends too much: the LDAP library keeps whole
// messages in memory.
type limitedConn struct {
	net.Conn
	read atomic.Int64
}

// Read implements io.Reader.
func (l *limitedConn) Read(b []byte) (int, error) {
	if l.exceeded() {
		return 0, tooLarge(maxCRL)
	}
	n, err := l.Conn.Read(b)
	l.read.Add(int64(n))
	return n, err
}

func (l *limitedConn) exceeded() bool { return l.read.Load() > maxCRL }
