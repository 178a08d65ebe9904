package online

import (
	"bytes"
	"context"
	"crypto"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Media types (RFC 6960, appendix A).
const (
	requestType  = "application/ocsp-request"
	responseType = "application/ocsp-response"
)

const oidNonce der.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"

// ocspQuestions asks each responder that the certificate names.
func (c *Client) ocspQuestions(certificate, issuer *trust.Certificate) (list []question) {
	// SHA-1 names here and protects nothing; RFC 5019, 2.1.1 wants it of clients.
	id, ok := revocation.NewCertID(crypto.SHA1, certificate, issuer)
	if !ok {
		return nil
	}
	for _, name := range certificate.OCSPServers() {
		if name.Kind != trust.URIName {
			continue
		}
		location := string(name.Value)
		list = append(list, question{
			kind: 'O', location: location, key: location + "\x00" + string(id.Marshal()),
			ask: func(ctx context.Context) ([]byte, error) { return c.askResponder(ctx, location, id) },
		})
	}
	return list
}

// askResponder gets one response and sees that it answers this request.
func (c *Client) askResponder(ctx context.Context, location string, id revocation.CertID) ([]byte, error) {
	if _, err := checkLocation(location, "http", "https"); err != nil {
		return nil, err
	}
	var nonce []byte
	if !c.opt.NoNonce {
		nonce = make([]byte, nonceSize)
		if _, err := io.ReadFull(c.opt.Random, nonce); err != nil {
			return nil, failure(Interrupted, "no random number is available: %w", "乱数を取得できません: %w", err)
		}
	}
	data, err := c.do(ctx, ocspExchange(location, request(id, nonce), nonce == nil))
	if err != nil {
		return nil, err
	}
	response, err := c.opt.Pool.OCSP(data)
	switch {
	case err != nil:
		return nil, failure(Unreadable, "%w", "%w", err)
	case response.Status != revocation.Successful:
		return nil, failure(Refused, "%s", "%s", response.Status.Message())
	case nonce != nil && !bytes.Equal(response.Nonce, nonce) && (response.Nonce != nil || c.opt.RequireNonce):
		return nil, failure(WrongNonce, "the OCSP response is not the answer to this request: its nonce is another", "OCSP応答がこの要求への回答ではありません（nonceが一致しません）")
	}
	return data, nil
}

// request is an OCSPRequest for one certificate (RFC 6960, 4.1.1).
func request(id revocation.CertID, nonce []byte) []byte {
	tbs := [][]byte{der.Sequence(der.Sequence(id.Marshal()))}
	if nonce != nil {
		extension := der.Sequence(der.ObjectIdentifier(oidNonce), der.OctetString(der.OctetString(nonce)))
		tbs = append(tbs, der.Element(der.ContextConstructed|2, der.Sequence(extension)))
	}
	return der.Sequence(der.Sequence(tbs...))
}

// ocspExchange posts the request; one that a proxy may keep and that is short enough
// goes into the URL (RFC 5019, 5).
func ocspExchange(location string, body []byte, get bool) exchange {
	x := exchange{url: location, accept: responseType, only: true, limit: maxResponse}
	path := url.PathEscape(base64.StdEncoding.EncodeToString(body))
	if get && len(path) <= maxGET && !strings.ContainsAny(location, "?#") {
		x.url = strings.TrimSuffix(location, "/") + "/" + path
		return x
	}
	x.body, x.requestType = body, requestType
	return x
}
