package emulator_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// TestOptions is what each option changes.
func TestOptions(t *testing.T) {
	for _, test := range []struct {
		name    string
		options emulator.Options
		lines   []string
	}{
		{"Android", emulator.Options{Token: emulator.Android}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0006 > 9000", "00B0000010 > 4A504B49415047505345544F4B454E20 9000",
			selectAuthCert + "> 9000", "00B0000004 > 6982",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			selectAuthCert + "> 9000", "00B0000004 > * 9000",
			selectSignCert + "> 9000", "00B0000004 > 6982",
		}},
		{"iPhone", emulator.Options{Token: emulator.IPhone}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0006 > 9000", "00B0000010 > 4A504B494150494F53544F4B454E2020 9000",
			selectAuthCert + "> 9000", "00B0000004 > 6982",
		}},
		{"Juki card", emulator.Options{Token: emulator.JukiCard}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0006 > 9000", "00B0000010 > 4A504B4941504943 43544F4B454E2020 9000",
			selectAuthCert + "> 9000", "00B0000004 > * 9000",
		}},
		{"no signing certificate", emulator.Options{NoSigningCertificate: true}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000", "00B0000000 > 008F00 9000",
			selectSignCert + "> 9000", "00B0000004 > 6982",
			selectSignPIN + "> 9000", query + "> 63C5", verifySign + "> 9000",
			selectSignCert + "> 9000", "00B0000004 > FFFFFFFF 9000",
			selectSignKey + "> 9000", sign + "> 6985",
		}},
		{"no authentication certificate", emulator.Options{NoAuthCertificate: true}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000", "00B0000000 > 8F0000 9000",
			selectAuthCert + "> 9000", "00B0000004 > FFFFFFFF 9000",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			selectAuthKey + "> 9000", sign + "> 6985",
		}},
		{"tries left", emulator.Options{SignTries: 1, AuthTries: 2}, []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000", query + "> 63C2", verifyAuth + "> 9000", query + "> 63C3",
			selectSignPIN + "> 9000", query + "> 63C1", verifyWrong + "> 63C0", verifySign + "> 6984",
		}},
		{"blocked", emulator.Options{SignTries: emulator.Blocked, AuthTries: emulator.Blocked}, []string{
			selectJPKI + "> 9000",
			selectSignPIN + "> 9000", query + "> 63C0", verifySign + "> 6984",
			selectAuthPIN + "> 9000", query + "> 63C0", verifyAuth + "> 6984",
			selectAuthCert + "> 9000", "00B0000004 > * 9000",
		}},
		{"no counter", emulator.Options{NoCounter: true, AuthTries: 2}, []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000", query + "> 6300", verifyWrong + "> 6300", verifyWrong + "> 6300", verifyAuth + "> 6984",
		}},
		{"already verified", emulator.Options{AlreadyVerified: true}, []string{
			selectJPKI + "> 9000",
			selectSignPIN + "> 9000", query + "> 9000",
			selectSignKey + "> 9000", sign + "> * 9000",
			"power off", selectJPKI + "> 9000",
			selectSignPIN + "> 9000", query + "> 63C5", verifySign + "> 9000", query + "> 9000",
		}},
		{"already verified, then another applet", emulator.Options{AlreadyVerified: true}, []string{
			selectText + "> 9000", selectJPKI + "> 9000",
			selectSignPIN + "> 9000", query + "> 63C5",
		}},
		{"status survives reset", emulator.Options{StatusSurvivesReset: true}, []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			"reset", sign + "> 6986",
			selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> * 9000",
			"reset", selectText + "> 9000", selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			"power off", selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
		}},
		{"6F00 first", emulator.Options{First6F00: true}, []string{
			selectJPKI + "> 6F00", selectAuthPIN + "> 6A82", // it was not executed
			selectJPKI + "> 9000",
			"reset", selectJPKI + "> 9000",
			"power off", verifyAuth + "> 6F00", selectJPKI + "> 9000", selectAuthPIN + "> 9000", query + "> 63C3",
		}},
		{"GET RESPONSE", emulator.Options{GetResponse: true}, []string{
			"00C0000000 > 6985",
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000",
			"00B0000000 > 6103", "00C0000003 > 8F8F00 9000", "00C0000003 > 6985",
			"00B0000000 > 6103", "00C0000001 > 8F 6102", "00C0000000 > 8F00 9000",
			"00B0000000 > 6103", "00C00000 > 6700", "00C0010000 > 6A86", "00C0000003 > 8F8F00 9000",
			"00B0000000 > 6103", query + "> 6981", "00C0000003 > 6985", // any other command drops the rest
			selectAuthCert + "> 9000", "00B0000000 > 6100", "00C0000000 > * 9000",
		}},
		{"wrong Le", emulator.Options{WrongLe: true}, []string{
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000",
			"00B0000000 > 6C03", "00B0000003 > 8F8F00 9000",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000", selectAuthKey + "> 9000",
			sign + "> * 9000", "802A008002 ABCD > 6C00",
		}},
		{"255-byte limit", emulator.Options{MaxAPDU: 255}, []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000", selectAuthKey + "> 9000",
			sign + "> * 6101", "00C0000001 > * 9000",
			selectAuthCert + "> 9000", "00B00000FF > * 9000", "00B0000000 > * 6101", "00B00000000000 > 6700",
		}},
		{"100-byte limit", emulator.Options{MaxAPDU: 100}, []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000", selectAuthKey + "> 9000",
			sign + "> * 619C", "00C000009C > * 6138", "00C0000038 > * 9000",
		}},
	} {
		t.Run(test.name, func(t *testing.T) { converse(t, newCard(t, test.options), test.lines...) })
	}
}

func TestATR(t *testing.T) {
	contact, contactless := "3BE000FF8131FE4514", "3B88800100000000003381813A"
	for _, test := range []struct {
		options emulator.Options
		want    string
	}{
		{emulator.Options{}, contact},
		{emulator.Options{Token: emulator.JukiCard}, contact},
		{emulator.Options{Contactless: true}, contactless},
		{emulator.Options{Token: emulator.Android}, contactless},
		{emulator.Options{Token: emulator.IPhone}, contactless},
	} {
		atr := newCard(t, test.options).ATR()
		if !bytes.Equal(atr, unhex(t, test.want)) {
			t.Errorf("%+v: ATR %X", test.options, atr)
		}
		var check byte // TCK: the exclusive-or from T0 on is zero (ISO/IEC 7816-3, 8.2.5)
		for _, b := range atr[1:] {
			check ^= b
		}
		if check != 0 {
			t.Errorf("ATR %X: TCK is wrong", atr)
		}
	}
}

// TestIdentity: certificates, issuers and keys are those of the test PKI, the
// same for every option, but phones have their own.
func TestIdentity(t *testing.T) {
	for _, test := range []struct {
		name       string
		options    emulator.Options
		sign, auth string
	}{
		{"card", emulator.Options{}, ca.Sign, ca.Auth},
		{"options", emulator.Options{Contactless: true, SignTries: 2, StatusSurvivesReset: true}, ca.Sign, ca.Auth},
		{"juki", emulator.Options{Token: emulator.JukiCard}, ca.Sign, ca.Auth},
		{"android", emulator.Options{Token: emulator.Android}, ca.AndroidSign, ca.AndroidAuth},
		{"iphone", emulator.Options{Token: emulator.IPhone}, ca.AndroidSign, ca.AndroidAuth},
	} {
		t.Run(test.name, func(t *testing.T) {
			card := newCard(t, test.options)
			converse(t, card, selectJPKI+"> 9000", selectSignPIN+"> 9000", verifySign+"> 9000", selectAuthPIN+"> 9000", verifyAuth+"> 9000")
			checkPair(t, card, 0x01, 0x02, 0x9A, test.sign, ca.SignCA2)
			checkPair(t, card, 0x0A, 0x0B, 0x97, test.auth, ca.AuthCA2)
		})
	}
}

// checkPair holds a certificate's file, its issuer's, and a signature by the key
// to the test PKI.
func checkPair(t *testing.T, card *emulator.Card, certificate, issuer, key byte, wantCertificate, wantIssuer string) {
	t.Helper()
	checkCertificate(t, readFile(t, card, certificate), wantCertificate)
	checkCertificate(t, readFile(t, card, issuer), wantIssuer)
	if err := ca.Certificate(wantCertificate).CheckSignatureFrom(ca.Certificate(wantIssuer)); err != nil {
		t.Error(err)
	}
	public := ca.Certificate(wantCertificate).PublicKey.(*rsa.PublicKey)
	for name, test := range map[string]struct {
		hash           crypto.Hash
		prefix, digest []byte
	}{
		"SHA-256": {crypto.SHA256, unhex(t, "3031300D060960864801650304020105000420"), sum256("x")},
		"SHA-512": {crypto.SHA512, unhex(t, "3051300D060960864801650304020305000440"), sum512("x")},
		"raw":     {0, nil, bytes.Repeat([]byte{0xA5}, 40)},
		"longest": {0, nil, bytes.Repeat([]byte{0x5A}, 245)},
		"byte":    {0, nil, []byte{0}},
	} {
		c := cardio.Command{CLA: 0x80, INS: 0x2A, P2: key, Data: append(test.prefix, test.digest...), Ne: 256}
		r, err := cardio.SendOnce(card, c)
		if err != nil || r.SW != cardio.SWSuccess {
			t.Fatalf("%s: SW %v, error %v", name, r.SW, err)
		}
		if err := rsa.VerifyPKCS1v15(public, test.hash, test.digest, r.Data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := cardio.Command{CLA: 0x80, INS: 0x2A, P2: key, Data: make([]byte, 246), Ne: 256}
	if r, err := cardio.SendOnce(card, c); err != nil || r.SW != cardio.SWWrongLength {
		t.Errorf("246 bytes: SW %v, error %v", r.SW, err)
	}
}

func sum256(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }
func sum512(s string) []byte { d := sha512.Sum512([]byte(s)); return d[:] }

// readFile reads a file of the JPKI applet to its physical end.
func readFile(t *testing.T, card cardio.Card, id byte) []byte {
	t.Helper()
	r, err := cardio.SendOnce(card, cardio.Command{INS: cardio.InsReadBinary, P1: 0x80 | id, Ne: 65536, Extended: true})
	if err != nil || r.SW != cardio.SWSuccess {
		t.Fatalf("file %02X: SW %v, error %v", id, r.SW, err)
	}
	return r.Data
}

// checkCertificate: the file holds the certificate and then FF; the header is
// of the form that OpenSC takes the length from.
func checkCertificate(t *testing.T, file []byte, name string) {
	t.Helper()
	want := ca.DER(name)
	if !bytes.HasPrefix(file, want) || len(file) <= len(want) {
		t.Fatalf("%s is not in the file, or the file is not longer", name)
	}
	if rest := file[len(want):]; !bytes.Equal(rest, bytes.Repeat([]byte{0xFF}, len(rest))) {
		t.Errorf("%s: the filler is %X", name, rest)
	}
	if !bytes.HasPrefix(file, []byte{0x30, 0x82}) {
		t.Errorf("%s: header %X", name, file[:4])
	}
	if _, err := x509.ParseCertificate(want); err != nil {
		t.Error(err)
	}
}

func TestWrongSignature(t *testing.T) {
	card := newCard(t, emulator.Options{WrongSignature: true})
	converse(t, card, selectJPKI+"> 9000", selectSignPIN+"> 9000", verifySign+"> 9000", selectSignKey+"> 9000")
	r, err := cardio.SendOnce(card, cardio.Command{CLA: 0x80, INS: 0x2A, P2: 0x80, Data: []byte("data"), Ne: 256})
	if err != nil || len(r.Data) != 256 {
		t.Fatalf("%d bytes, error %v", len(r.Data), err)
	}
	if rsa.VerifyPKCS1v15(ca.Certificate(ca.Sign).PublicKey.(*rsa.PublicKey), 0, []byte("data"), r.Data) == nil {
		t.Error("the signature verifies")
	}
}

func TestDelay(t *testing.T) {
	var slept []time.Duration
	const delay = 30 * time.Second // computing takes a part of it
	card := newCard(t, emulator.Options{Delay: delay, Sleep: func(d time.Duration) { slept = append(slept, d) }})
	converse(t, card, selectJPKI+"> 9000", selectAuthPIN+"> 9000", verifyAuth+"> 9000", selectAuthKey+"> 9000", sign+"> * 9000", sign+"> * 9000")
	if len(slept) != 2 || max(slept[0], slept[1]) >= delay || min(slept[0], slept[1]) < delay/2 {
		t.Errorf("slept %v", slept)
	}
}

// TestHooks: a command that OnCommand refuses is not executed; one that
// OnResponse refuses is.
func TestHooks(t *testing.T) {
	var before, after error
	var seen []byte
	card := newCard(t, emulator.Options{
		OnCommand:  func(c cardio.Command) error { seen = append(seen, c.INS); return before },
		OnResponse: func(_ cardio.Command, sw cardio.SW) error { return after },
	})
	converse(t, card, selectJPKI+"> 9000", selectAuthPIN+"> 9000")
	before = cardio.ErrCardRemoved
	if _, err := card.Transmit(unhex(t, verifyWrong)); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("error %v", err)
	}
	if card.AuthTries() != 3 || card.VerifyCount() != 0 {
		t.Error("the refused VERIFY was executed")
	}
	before, after = nil, cardio.ErrCardRemoved
	if _, err := card.Transmit(unhex(t, verifyWrong)); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("error %v", err)
	}
	if card.AuthTries() != 2 || card.VerifyCount() != 1 {
		t.Error("the VERIFY whose answer was lost was not executed")
	}
	if !bytes.Equal(seen, []byte{0xA4, 0xA4, 0x20, 0x20}) {
		t.Errorf("instructions seen: %X", seen)
	}
}

// TestHookMayUseCard: another program selects another applet just before the
// signature.
func TestHookMayUseCard(t *testing.T) {
	var card *emulator.Card
	card = newCard(t, emulator.Options{OnCommand: func(c cardio.Command) error {
		if c.INS == cardio.InsPerformSecurityOp {
			_, err := card.Transmit(unhex(t, selectText))
			return err
		}
		return nil
	}})
	converse(t, card, selectJPKI+"> 9000", selectAuthPIN+"> 9000", verifyAuth+"> 9000", selectAuthKey+"> 9000", sign+"> 6986",
		selectJPKI+"> 9000", selectAuthKey+"> 9000")
	if card.SignCount() != 0 {
		t.Error("signed")
	}
}

// TestRand: a source that fails is the card's internal error.
func TestRand(t *testing.T) {
	card := newCard(t, emulator.Options{Rand: bytes.NewReader([]byte{1, 2, 3})})
	converse(t, card, "0084000002 > 0102 9000", "0084000002 > 6F00")
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]emulator.Options{
		"token":        {Token: 4},
		"negative":     {Token: -1},
		"sign tries":   {SignTries: 6},
		"below":        {SignTries: -2},
		"auth tries":   {AuthTries: 4},
		"max APDU":     {MaxAPDU: 82},
		"max APDU 257": {MaxAPDU: 257},
		"delay":        {Delay: time.Hour},
		"before":       {Delay: -1},
	} {
		if card, err := emulator.New(o); err == nil || card != nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
