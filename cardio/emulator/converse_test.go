package emulator_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio/emulator"
)

func newCard(t testing.TB, o emulator.Options) *emulator.Card {
	t.Helper()
	card, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// Commands that most conversations need.
const (
	selectJPKI     = "00A4040C0A D392F000260100000001"
	selectText     = "00A4040C0A D3921000310001010408"
	selectSignCert = "00A4020C02 0001"
	selectAuthCert = "00A4020C02 000A"
	selectAuthKey  = "00A4020C02 0017"
	selectAuthPIN  = "00A4020C02 0018"
	selectSignKey  = "00A4020C02 001A"
	selectSignPIN  = "00A4020C02 001B"
	query          = "00200080"
	verifyAuth     = "00200080 04 31323334"
	verifyWrong    = "00200080 04 30303030"
	verifySign     = "00200080 09 50415353574F524431"
	sign           = "802A0080 02 ABCD 00"
)

// converse holds a card to lines of "command > response" in hex, blanks
// ignored. A response of "* 9000" may have any data, but not none. "reset" and
// "power off" are lines of their own.
func converse(t *testing.T, card *emulator.Card, lines ...string) {
	t.Helper()
	for i, line := range lines {
		switch line {
		case "reset":
			card.Reset()
			continue
		case "power off":
			card.PowerOff()
			continue
		}
		command, want, ok := strings.Cut(line, ">")
		if !ok {
			t.Fatalf("line %d: %q has no response", i, line)
		}
		got, err := card.Transmit(unhex(t, command))
		if err != nil {
			t.Fatalf("line %d: %s: %v", i, line, err)
		}
		if !matches(t, got, want) {
			t.Fatalf("line %d: %s: got %s", i, line, shortened(got))
		}
	}
}

func matches(t *testing.T, got []byte, want string) bool {
	t.Helper()
	sw, any := strings.CutPrefix(strings.TrimSpace(want), "*")
	if any {
		return len(got) > 2 && bytes.HasSuffix(got, unhex(t, sw))
	}
	return bytes.Equal(got, unhex(t, sw))
}

func shortened(b []byte) string {
	if len(b) > 40 {
		return hex.EncodeToString(b[:16]) + "…" + hex.EncodeToString(b[len(b)-2:])
	}
	return hex.EncodeToString(b)
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
