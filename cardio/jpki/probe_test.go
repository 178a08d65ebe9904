package jpki

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func TestProbe(t *testing.T) {
	ready := func(n int) PINStatus { return PINStatus{PINReady, n} }
	blocked := PINStatus{State: PINBlocked}
	for name, c := range map[string]struct {
		options    emulator.Options
		kind       TokenKind
		label      string
		sign, auth KeyInfo
	}{
		"card": {emulator.Options{}, IndividualNumberCard, "JPKIAPICCTOKEN2",
			KeyInfo{Available, ready(5)}, KeyInfo{Available, ready(3)}},
		"resident card": {emulator.Options{Token: emulator.JukiCard}, ResidentCard, "JPKIAPICCTOKEN",
			KeyInfo{Available, ready(5)}, KeyInfo{Available, ready(3)}},
		"Android": {emulator.Options{Token: emulator.Android, SignTries: 2}, AndroidToken, "JPKIAPGPSETOKEN",
			KeyInfo{Available, ready(2)}, KeyInfo{Available, ready(3)}},
		"iPhone": {emulator.Options{Token: emulator.IPhone, AuthTries: 1}, IPhoneToken, "JPKIAPIOSTOKEN",
			KeyInfo{Available, ready(5)}, KeyInfo{Available, ready(1)}},
		"no signing certificate": {emulator.Options{NoSigningCertificate: true}, IndividualNumberCard, "JPKIAPICCTOKEN2",
			KeyInfo{NotAvailable, ready(5)}, KeyInfo{Available, ready(3)}},
		"blocked": {emulator.Options{SignTries: emulator.Blocked, AuthTries: emulator.Blocked}, IndividualNumberCard, "JPKIAPICCTOKEN2",
			KeyInfo{Available, blocked}, KeyInfo{Available, blocked}},
		"no counter": {emulator.Options{NoCounter: true}, IndividualNumberCard, "JPKIAPICCTOKEN2",
			KeyInfo{Certificate: Available}, KeyInfo{Certificate: Available}},
		"verified": {emulator.Options{AlreadyVerified: true}, IndividualNumberCard, "JPKIAPICCTOKEN2",
			KeyInfo{Available, PINStatus{State: PINVerified}}, KeyInfo{Available, PINStatus{State: PINVerified}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.options)
			if err := Detect(r); err != nil {
				t.Error(err)
			}
			info, err := Probe(r)
			if err != nil {
				t.Fatal(err)
			}
			if info.Token.Kind != c.kind || info.Token.Label != c.label || info.Token.Serial != "0000000020500003" || info.Token.Model != "E16R01NJ" {
				t.Errorf("token %+v", info.Token)
			}
			if info.Sign != c.sign || info.Auth != c.auth {
				t.Errorf("sign %v, auth %v", info.Sign, info.Auth)
			}
			if r.verifies() != 0 {
				t.Errorf("%d VERIFYs", r.verifies())
			}
			r.card.PowerOff() // what the test's card began with
		})
	}
}

func TestFreeCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		options emulator.Options
		auth    bool
	}{
		"card":                       {emulator.Options{}, true},
		"phone":                      {emulator.Options{Token: emulator.Android}, false},
		"no authentication":          {emulator.Options{NoAuthCertificate: true}, false},
		"no signing certificate":     {emulator.Options{NoSigningCertificate: true}, true},
		"card behind a poor reader":  {emulator.Options{MaxAPDU: 255, First6F00: true}, true},
		"card behind a T=0 reader":   {emulator.Options{GetResponse: true, WrongLe: true}, true},
		"card behind a tiny channel": {emulator.Options{MaxAPDU: 83}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.options)
			found, err := FreeCertificates(r)
			if err != nil {
				t.Fatal(err)
			}
			if (found.Auth != nil) != c.auth || c.auth && !found.Auth.Equal(ca.Certificate(ca.Auth)) {
				t.Errorf("authentication certificate: %v", found.Auth)
			}
			if !found.SignCA.Equal(ca.Certificate(ca.SignCA2)) || !found.AuthCA.Equal(ca.Certificate(ca.AuthCA2)) {
				t.Error("CA certificates differ")
			}
		})
	}
}

func TestReadCertificate(t *testing.T) {
	r := newRig(t, emulator.Options{})
	for kind, name := range map[CertificateKind]string{SignCA: ca.SignCA2, AuthCertificate: ca.Auth, AuthCA: ca.AuthCA2} {
		cert, err := ReadCertificate(r, kind)
		if err != nil || !cert.Equal(ca.Certificate(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadCertificate(r, SignCertificate); !errors.Is(err, cardio.ErrSecurityStatus) {
		t.Errorf("signing certificate without the password: %v", err)
	}
	r = newRig(t, emulator.Options{NoAuthCertificate: true})
	var none *NoCertificateError
	if _, err := ReadCertificate(r, AuthCertificate); !errors.As(err, &none) || none.Key != Auth {
		t.Errorf("no certificate: %v", err)
	}
}

// fileCard is a card with one file, whose READ BINARY answers as given.
type fileCard struct {
	content []byte
	refuse  int       // Ne that is answered by 6700
	atEnd   cardio.SW // status of a read that reaches the end
}

func (f *fileCard) Transmit(command []byte) ([]byte, error) {
	c, err := cardio.ParseCommand(command)
	if err != nil {
		return nil, err
	}
	if c.INS != cardio.InsReadBinary {
		return []byte{0x90, 0x00}, nil
	}
	offset := int(c.P1)<<8 | int(c.P2)
	switch {
	case c.Ne == f.refuse:
		return []byte{0x67, 0x00}, nil
	case offset >= len(f.content):
		return []byte{0x6B, 0x00}, nil
	case offset+c.Ne > len(f.content):
		return append(bytes.Clone(f.content[offset:]), byte(f.atEnd>>8), byte(f.atEnd)), nil
	}
	return append(bytes.Clone(f.content[offset:offset+c.Ne]), 0x90, 0x00), nil
}

func (f *fileCard) applet(t testing.TB) *applet {
	t.Helper()
	a, err := selectApplet(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestReadsOfOddCards reads the same certificate from cards that end their
// files in different ways.
func TestReadsOfOddCards(t *testing.T) {
	der := ca.DER(ca.Sign)
	for name, card := range map[string]*fileCard{
		"filler":           {content: append(bytes.Clone(der), bytes.Repeat([]byte{0xFF}, 500)...), atEnd: 0x9000},
		"exact":            {content: der, atEnd: 0x9000},
		"exact, 6282":      {content: der, atEnd: 0x6282},
		"no 256 at a time": {content: append(bytes.Clone(der), 0xFF), refuse: 256, atEnd: 0x9000},
	} {
		cert, err := card.applet(t).readCertificate(context.Background(), SignCertificate)
		if err != nil || !cert.Equal(ca.Certificate(ca.Sign)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string][]byte{
		"empty":          nil,
		"filler only":    bytes.Repeat([]byte{0xFF}, 2048),
		"zeros":          make([]byte, 2048),
		"short header":   {0x30, 0x82},
		"one byte":       {0x30},
		"short form":     {0x30, 0x05, 1, 2, 3, 4, 5},
		"indefinite":     {0x30, 0x80, 0, 0, 0},
		"too long":       append([]byte{0x30, 0x83, 0x01, 0x00, 0x00}, make([]byte, 300)...),
		"over limit":     append([]byte{0x30, 0x82, 0xFF, 0xFF}, make([]byte, 300)...),
		"not a SEQUENCE": {0x31, 0x82, 0x01, 0x00},
	} {
		card := &fileCard{content: content, atEnd: 0x9000}
		if _, err := card.applet(t).readCertificate(context.Background(), AuthCertificate); err == nil {
			t.Errorf("%s: no error", name)
		} else if len(content) > 0 && !errors.As(err, new(*NoCertificateError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	cut := &fileCard{content: der[:900], atEnd: 0x9000}
	if _, err := cut.applet(t).readCertificate(context.Background(), SignCertificate); err == nil || errors.As(err, new(*NoCertificateError)) {
		t.Errorf("cut off: %v", err)
	}
}

func TestChainWithoutItsCA(t *testing.T) {
	_, s := opened(t, emulator.Options{})
	if len(s.Chain()) != 2 {
		t.Fatal("the control has no CA")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"another generation": ca.DER(ca.SignCA1),
		"an impostor":        ca.DER(ca.SignCAImpostor),
		"nothing":            bytes.Repeat([]byte{0xFF}, 300),
	} {
		r := newRig(t, emulator.Options{})
		r.session = &replacing{Exclusive: r.session, file: 0x02, content: content}
		s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(s.Chain()) != 1 {
			t.Errorf("%s: a chain of %d", name, len(s.Chain()))
		}
		signOnce(t, s)
	}
}

// replacing is a card with another content in one of its files.
type replacing struct {
	cardio.Exclusive
	file     byte
	content  []byte
	selected bool
}

func (o *replacing) Transmit(command []byte) ([]byte, error) {
	c, err := cardio.ParseCommand(command)
	if err == nil && c.INS == cardio.InsSelect {
		o.selected = bytes.Equal(c.Data, []byte{0x00, o.file})
	}
	if err == nil && o.selected && c.INS == cardio.InsReadBinary {
		return (&fileCard{content: o.content, atEnd: 0x9000}).Transmit(command)
	}
	return o.Exclusive.Transmit(command)
}

// TestWrongKeyType is a card whose certificate has a key that the card cannot
// have.
func TestWrongKeyType(t *testing.T) {
	r := newRig(t, emulator.Options{})
	r.session = &replacing{Exclusive: r.session, file: 0x01, content: ca.DER(ca.SignP384)}
	if _, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("got %v", err)
	}
}

func TestParseKeyKind(t *testing.T) {
	for _, k := range []KeyKind{Sign, Auth} {
		if got, err := ParseKeyKind(k.String()); got != k || err != nil {
			t.Errorf("%v: %v, %v", k, got, err)
		}
	}
	for _, bad := range []string{"", "SIGN", "signature", "sign "} {
		if _, err := ParseKeyKind(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestParseAvailability(t *testing.T) {
	for _, c := range []struct {
		content    []byte
		sign, auth Availability
	}{
		{nil, AvailabilityUnknown, AvailabilityUnknown},
		{[]byte{0x8F}, Available, AvailabilityUnknown},
		{[]byte{0x8F, 0x8F, 0x00}, Available, Available},
		{[]byte{0x00, 0x8F, 0x00}, NotAvailable, Available},
		{[]byte{0x01, 0xFF, 0x00}, AvailabilityUnknown, AvailabilityUnknown},
	} {
		if s, a := parseAvailability(c.content, Sign), parseAvailability(c.content, Auth); s != c.sign || a != c.auth {
			t.Errorf("%x: %v, %v", c.content, s, a)
		}
	}
}

// tokenSeeds returns the token information of every emulated token.
func tokenSeeds(f *testing.F) (seeds [][]byte) {
	f.Helper()
	for _, token := range []emulator.Token{emulator.PlasticCard, emulator.Android, emulator.IPhone, emulator.JukiCard} {
		card, err := emulator.New(emulator.Options{Token: token})
		if err != nil {
			f.Fatal(err)
		}
		ctx := context.Background()
		a, err := selectApplet(ctx, card)
		if err != nil {
			f.Fatal(err)
		}
		content, err := a.readFile(ctx, 0x0006, maxTokenInfo)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, content)
	}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	return seeds
}

// FuzzTokenInfoIsHarmless: whatever a card says is printable, bounded, and its
// kind depends on the label only.
func FuzzTokenInfoIsHarmless(f *testing.F) {
	for _, seed := range tokenSeeds(f) {
		f.Add(seed)
		f.Add(seed[:20])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		token := ParseTokenInfo(b)
		for _, s := range []string{token.Label, token.Manufacturer, token.Model, token.Serial} {
			if len(s) > labelSize || strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
				t.Errorf("field %q", s)
			}
		}
		if short := ParseTokenInfo(b[:min(len(b), labelSize)]); short.Label != token.Label || short.Kind != token.Kind {
			t.Errorf("the label alone reads as %+v", short)
		}
	})
}

// FuzzCertificateIsWholeOrNone: a file that begins with a certificate gives just
// that one whatever follows, and a reader of any file ends without reading more
// than the limit.
func FuzzCertificateIsWholeOrNone(f *testing.F) {
	for _, name := range []string{ca.Sign, ca.Auth, ca.SignCA2, ca.SignP384} {
		f.Add(append(ca.DER(name), 0xFF, 0xFF))
	}
	f.Add(bytes.Repeat([]byte{0xFF}, 300))
	f.Add([]byte{0x30, 0x82, 0x20, 0x00})
	f.Add([]byte{0x30, 0x81, 0x00})
	f.Fuzz(func(t *testing.T, content []byte) {
		card := &counting{fileCard: fileCard{content: content, atEnd: 0x9000}}
		a, err := selectApplet(context.Background(), card)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := a.readCertificate(context.Background(), SignCA)
		if card.read > maxCertificate+maxBlock {
			t.Errorf("%d bytes read", card.read)
		}
		if err == nil && !bytes.HasPrefix(content, cert.Raw) {
			t.Error("the certificate is not what the file begins with")
		}
		if n, ok := certificateLength(content); ok && (n <= 4 || n > maxCertificate) {
			t.Errorf("length %d", n)
		}
	})
}

// counting counts the bytes read.
type counting struct {
	fileCard
	read int
}

func (c *counting) Transmit(command []byte) ([]byte, error) {
	response, err := c.fileCard.Transmit(command)
	c.read += max(0, len(response)-2)
	return response, err
}
