package jpki

import (
	"github.com/jsign-jp/jsign/internal/lang"
)

// KeyKind is one of the two keys.
type KeyKind int

// The keys of the card.
const (
	// Sign is the key of the digital signature certificate (署名用電子証明書),
	// which names its holder.
	Sign KeyKind = iota
	// Auth is the key of the user authentication certificate (利用者証明用電子証明書).
	Auth
)

// ParseKeyKind reads "sign" or "auth".
func ParseKeyKind(name string) (KeyKind, error) {
	for _, k := range []KeyKind{Sign, Auth} {
		if name == k.String() {
			return k, nil
		}
	}
	return Sign, lang.Errorf("unknown key %q: it is sign or auth", "鍵%qはありません。signまたはauthを指定してください", name)
}

// String returns "sign" or "auth".
func (k KeyKind) String() string {
	if k == Auth {
		return "auth"
	}
	return "sign"
}

// fileID is the identifier of an elementary file.
type fileID uint16

// profile is what one generation of the applet looks like.
type profile struct {
	aid                     []byte
	tokenInfo, availability fileID
	keys                    [2]keyProfile // by KeyKind
	// elsewhere is another applet of the same card, whose selection drops the
	// security status of this one.
	elsewhere []byte
}

// keyProfile is one key with its files.
type keyProfile struct {
	certificate, ca fileID
	key, pin        fileID
	rule            pinRule
	scheme          scheme
}

// individualNumberCard is the card issued since 2016, and its phone tokens.
func individualNumberCard() *profile {
	return &profile{
		aid:          []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01},
		tokenInfo:    0x0006,
		availability: 0x0008,
		keys: [...]keyProfile{
			Sign: {
				certificate: 0x0001, ca: 0x0002, key: 0x001A, pin: 0x001B,
				rule:   pinRule{min: 6, max: 16, letters: true, tries: 5},
				scheme: rsaPKCS1v15{},
			},
			Auth: {
				certificate: 0x000A, ca: 0x000B, key: 0x0017, pin: 0x0018,
				rule:   pinRule{min: 4, max: 4, tries: 3},
				scheme: rsaPKCS1v15{},
			},
		},
		elsewhere: []byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00}, // card common applet
	}
}

// keyOf returns the description of a key.
func (p *profile) keyOf(k KeyKind) *keyProfile {
	if k == Auth {
		return &p.keys[Auth]
	}
	return &p.keys[Sign]
}
