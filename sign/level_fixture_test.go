package sign_test

import (
	"context"
	"crypto"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/internal/tsp/tsptest"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// desk is where a test's levels come from: openssl's tokens and the test PKI's
// revocation data. It counts what was asked.
type desk struct {
	t         testing.TB
	authority *tsptest.Authority
	stamped   int
	asked     []string // subjects of the certificates asked about
	failAfter int      // the token with this number fails; 0: none
	missing   bool     // there is no revocation data
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	return &desk{t: t, authority: tsptest.New(t, tsptest.Options{})}
}

func (d *desk) options(level sign.Level) sign.LevelOptions {
	return sign.LevelOptions{Level: level, Timestamp: d.timestamp, Validation: d.validation}
}

var (
	errNoTSA  = errors.New("the authority does not answer")
	errNoData = errors.New("no revocation data")
)

func (d *desk) timestamp(_ context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
	if d.stamped++; d.stamped == d.failAfter {
		return nil, errNoTSA
	}
	q := tsp.Request{Hash: h, Digest: digest, Nonce: big.NewInt(int64(d.stamped))}
	query, err := q.Marshal()
	if err != nil {
		return nil, err
	}
	answer, err := d.authority.Answer(query)
	if err != nil {
		return nil, err
	}
	token, err := q.Check(answer, time.Now())
	if err != nil {
		return nil, err
	}
	return token.Raw, nil
}

// validation knows the leaves that the tests sign with, by issuer.
func (d *desk) validation(_ context.Context, q sign.ValidationQuery) (v sign.ValidationData, err error) {
	x, err := q.Certificate.X509()
	if err != nil {
		return v, err
	}
	d.asked = append(d.asked, x.Subject.CommonName)
	if d.missing {
		return v, errNoData
	}
	switch x.Issuer.CommonName {
	case ca.Certificate(ca.OrgCA).Subject.CommonName:
		v.Certificates = [][]byte{ca.DER(ca.OrgCA), ca.DER(ca.OrgRoot)}
		v.CRLs = [][]byte{ca.DER("org-root.crl")}
		if x.Subject.CommonName == ca.Certificate(ca.OrgRSA2048).Subject.CommonName {
			v.OCSPs = [][]byte{ca.DER("org-rsa2048.ocsp")}
			v.Certificates = append(v.Certificates, ca.DER(ca.OCSPOrg))
		} else {
			v.CRLs = append(v.CRLs, ca.DER("org-ca.crl"))
		}
	case ca.Certificate(ca.TSACA).Subject.CommonName:
		v.Certificates = [][]byte{ca.DER(ca.TSACA)}
		v.CRLs = [][]byte{ca.DER("tsa-ca.crl")}
	case ca.Certificate(ca.SignCA2).Subject.CommonName:
		v.Certificates = [][]byte{ca.DER(ca.SignCA2)}
		v.CRLs = [][]byte{ca.DER("sign-ca-2.crl")}
	default:
		d.t.Errorf("asked about %s", x.Subject)
	}
	v.Certificates = append(v.Certificates, x.Raw)
	return v, nil
}

// levels are those that ask somebody.
func levels() []sign.Level { return []sign.Level{sign.BT, sign.BLT, sign.BLTA} }
