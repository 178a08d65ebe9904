package verify

import (
	"encoding/hex"
	"testing"
)

// TestEd448 has vectors of RFC 8032, 7.4.
func TestEd448(t *testing.T) {
	for _, v := range []struct{ key, message, signature string }{
		{"5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180", "",
			"533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600"},
		{"43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480", "03",
			"26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00"},
	} {
		key, message, signature := unhex(t, v.key), unhex(t, v.message), unhex(t, v.signature)
		if !verifyEd448(key, message, signature) {
			t.Errorf("message %q: refused", v.message)
		}
		if verifyEd448(key, append(message, 1), signature) {
			t.Errorf("message %q: another message accepted", v.message)
		}
		for i := 0; i < len(signature); i += 13 {
			signature[i] ^= 1
			if verifyEd448(key, message, signature) {
				t.Errorf("message %q: byte %d changed and accepted", v.message, i)
			}
			signature[i] ^= 1
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
