package jpki

import (
	"strings"
	"unicode/utf8"
)

// TokenKind is what carries the applet.
type TokenKind int

// The carriers, by the label in EF 0006.
const (
	UnknownToken         TokenKind = iota
	IndividualNumberCard           // マイナンバーカード
	ResidentCard                   // 住民基本台帳カード, the card before it
	AndroidToken                   // スマートフォン用電子証明書 on Android
	IPhoneToken                    // the same on an iPhone
)

// TokenInfo is the applet's description of what carries it. Nothing in it is
// protected: it is for display, and to tell cards apart.
type TokenInfo struct {
	Kind                               TokenKind
	Label, Manufacturer, Model, Serial string
}

// Lengths of the text fields of CK_TOKEN_INFO (PKCS #11 2.40, 3.2).
const (
	labelSize        = 32
	manufacturerSize = 32
	modelSize        = 16
	serialSize       = 16
)

// ParseTokenInfo reads the content of EF 0006. It is tolerant, since nothing
// depends on it: fields that are cut off are empty, and bytes that are no
// printable ASCII are dropped.
func ParseTokenInfo(b []byte) TokenInfo {
	var t TokenInfo
	for _, field := range []struct {
		to   *string
		size int
	}{{&t.Label, labelSize}, {&t.Manufacturer, manufacturerSize}, {&t.Model, modelSize}, {&t.Serial, serialSize}} {
		n := min(field.size, len(b))
		*field.to = printable(b[:n])
		b = b[n:]
	}
	t.Kind = kindOf(t.Label)
	return t
}

// printable drops padding and whatever a terminal could take for a command.
func printable(b []byte) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r >= utf8.RuneSelf-1 {
			return -1
		}
		return r
	}, string(b)))
}

func kindOf(label string) TokenKind {
	switch label {
	case "JPKIAPICCTOKEN2":
		return IndividualNumberCard
	case "JPKIAPICCTOKEN":
		return ResidentCard
	case "JPKIAPGPSETOKEN":
		return AndroidToken
	case "JPKIAPIOSTOKEN":
		return IPhoneToken
	}
	return UnknownToken
}

// Availability says whether the card carries a certificate.
type Availability int

// What EF 0008 says of a certificate.
const (
	AvailabilityUnknown Availability = iota // the card does not say
	Available
	NotAvailable
)

// parseAvailability reads the byte of a key in EF 0008: 8F or 00.
func parseAvailability(content []byte, k KeyKind) Availability {
	if int(k) >= len(content) {
		return AvailabilityUnknown
	}
	switch content[k] {
	case 0x8F:
		return Available
	case 0x00:
		return NotAvailable
	}
	return AvailabilityUnknown
}
