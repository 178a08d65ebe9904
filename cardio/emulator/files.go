package emulator

import (
	"bytes"
	"crypto/rsa"
	"encoding/binary"
	"strings"

	"github.com/jsign-jp/jsign/cardio"
)

// application is an applet with its elementary files.
type application struct {
	aid   []byte
	files map[uint16]*file
	// sessionKey is the answer to JICSAP's SET SESSION KEY.
	sessionKey cardio.SW
}

// file is an elementary file: transparent unless it holds a PIN or is a key.
type file struct {
	content []byte
	// guard is the PIN that must be verified to read the file or use the key;
	// nil for none.
	guard *pin
	// pin is set in the internal EF of a PIN.
	pin *pin
	// key says that this is the internal EF of a key. It holds none if the
	// certificate was not issued.
	key     bool
	private *rsa.PrivateKey
}

// transparent says whether READ BINARY applies.
func (f *file) transparent() bool { return f.pin == nil && !f.key }

// pin is a secret with its retry counter and the lengths it may have.
type pin struct {
	value             []byte
	left, max         int
	shortest, longest int
	verified          bool
}

// Names of the applets on the card.
const (
	aidIssuer  = "\xA0\x00\x00\x01\x51\x00\x00"             // GlobalPlatform ISD
	aidJPKI    = "\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01" // 公的個人認証AP
	aidText    = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08" // 券面入力補助AP
	aidVisual  = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x02" // 券面確認AP
	aidResides = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x01" // 住基AP
	aidCommon  = "\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00" // 共通カードAP
)

// Elementary files of the JPKI applet.
const (
	efSignCertificate = 0x0001
	efSignIssuer      = 0x0002
	efTokenInfo       = 0x0006
	efAvailability    = 0x0008
	efAuthCertificate = 0x000A
	efAuthIssuer      = 0x000B
	efKeyReference    = 0x0010
	efAuthKey         = 0x0017
	efAuthPIN         = 0x0018
	efSignKey         = 0x001A
	efSignPIN         = 0x001B
)

// certificateSpace is the physical size of a certificate's file. A certificate
// ends earlier, and FF fills the rest.
const certificateSpace = 2048

// newApplications returns the applets of a new card. The first is the one that
// is selected at power-up.
func newApplications(o Options, id identity) []*application {
	return []*application{
		{aid: []byte(aidIssuer), sessionKey: cardio.SWUnknownInstruction},
		{aid: []byte(aidJPKI), sessionKey: cardio.SWSecurityStatus, files: jpkiFiles(o, id)},
		{aid: []byte(aidText), sessionKey: cardio.SWUnknownInstruction},
		{aid: []byte(aidVisual), sessionKey: swNotOffered},
		{aid: []byte(aidResides), sessionKey: cardio.SWUnknownInstruction},
		{aid: []byte(aidCommon), sessionKey: swNotOffered},
	}
}

func jpkiFiles(o Options, id identity) map[uint16]*file {
	signPIN := &pin{value: []byte(SignPassword), left: triesLeft(o.SignTries, MaxSignTries), max: MaxSignTries,
		shortest: 6, longest: 16, verified: o.AlreadyVerified}
	authPIN := &pin{value: []byte(AuthPIN), left: triesLeft(o.AuthTries, MaxAuthTries), max: MaxAuthTries,
		shortest: 4, longest: 4, verified: o.AlreadyVerified}
	if o.NoSigningCertificate {
		id.sign.key, id.sign.certificate = nil, nil
	}
	if o.NoAuthCertificate {
		id.auth.key, id.auth.certificate = nil, nil
	}
	authCertificate := &file{content: withFiller(id.auth.certificate)}
	if o.Token.phone() {
		authCertificate.guard = authPIN
	}
	return map[uint16]*file{
		efSignCertificate: {content: withFiller(id.sign.certificate), guard: signPIN},
		efSignIssuer:      {content: withFiller(id.sign.issuer)},
		efTokenInfo:       {content: tokenInfo(o.Token)},
		efAvailability:    {content: []byte{available(!o.NoSigningCertificate), available(!o.NoAuthCertificate), 0x00}},
		efAuthCertificate: authCertificate,
		efAuthIssuer:      {content: withFiller(id.auth.issuer)},
		efKeyReference:    {content: []byte("jsign-test-key-1")},
		efAuthKey:         {key: true, private: id.auth.key, guard: authPIN},
		efAuthPIN:         {pin: authPIN},
		efSignKey:         {key: true, private: id.sign.key, guard: signPIN},
		efSignPIN:         {pin: signPIN},
	}
}

// withFiller returns the content of a certificate's file.
func withFiller(certificate []byte) []byte {
	return append(bytes.Clone(certificate), bytes.Repeat([]byte{0xFF}, max(0, certificateSpace-len(certificate)))...)
}

func available(yes bool) byte {
	if yes {
		return 0x8F
	}
	return 0x00
}

// tokenInfo returns EF 0006: PKCS #11's CK_TOKEN_INFO in big-endian order, 160
// bytes, with the values that were measured.
func tokenInfo(t Token) []byte {
	b := []byte(padded(t.label(), 32) + padded("00000000000000000000000000000001", 32) +
		padded("E16R01NJ", 16) + padded("0000000020500003", 16))
	for _, v := range []uint32{
		0x0000040D, // flags
		1, 0, 1, 0, // sessions: most, open, most writing, open writing
		16, 6, // longest and shortest PIN
		0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, // memory: not told
	} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return append(b, "03"+"01"+"9999999999999999"...) // hardware, firmware, time
}

// padded fills s with spaces to n bytes (PKCS #11, 3.2).
func padded(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }
